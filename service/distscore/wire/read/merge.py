"""The states of a request to POST /v1/summaries/merge."""

from functools import partial
from typing import Any

from distscore.wire.errors.names import did_you_mean
from distscore.wire.errors.place import Place, shown
from distscore.wire.read.bounds import check_bounds


def read_states(document: dict[str, Any], at: Place) -> list[str]:
    """The states as strings, at least one; raises InvalidRequest."""
    check_bounds(document, at)
    for name in [name for name in document if name != "states"]:
        hint = partial(did_you_mean, name, ["states"])
        at.child(name).wrong("unknown_member", "this member is not known here", hint)
    states, place = document.get("states"), at.child("states")
    if states is None or states == []:
        place.wrong("missing", "at least one state is needed")
    elif not isinstance(states, list):
        place.wrong("wrong_type", f"expected an array, got {shown(states)}")
    at.refuse()
    assert isinstance(states, list)
    for index, state in enumerate(states):
        if not isinstance(state, str):
            place.child(index).wrong("wrong_type", f"expected a string, got {shown(state)}")
    at.refuse()
    return states
