"""POST /v1/summaries/merge: the states of several batches become one state and one report."""

from typing import Any

from distscore.core.state.state import BadState, State, decode, report
from distscore.use_cases.score import Check
from distscore.wire.errors.place import Place
from distscore.wire.read.limits import Limits
from distscore.wire.read.merge import read_states
from distscore.wire.write.answer import Answer


def answer_merge(document: dict[str, Any], _: Limits, check: Check) -> Answer:
    """What one batch of all the rows would have answered, as far as sums tell; raises InvalidRequest."""
    at = Place()
    merged: State | None = None
    for index, text in enumerate(read_states(document, at)):
        check()
        try:
            state = decode(text)
            merged = state if merged is None else merged.merge(state)
        except BadState as error:
            at.child("states", index).wrong("bad_state", str(error))
    at.refuse()
    assert merged is not None
    try:
        return Answer(report(merged))
    except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError):  # numbers that no batch can have
        at.child("states").wrong("bad_state", "the sums in these states contradict each other")
    at.refuse()
    raise AssertionError
