"""POST /v1/summaries/merge: the states of several batches become one state and one report."""

from typing import Any

from distscore.advice.reports import spoken
from distscore.charts.registry import MERGED, asked
from distscore.core.diagnostics import reports
from distscore.core.exact.sums import as_double
from distscore.core.exact.weighted_means import reduced
from distscore.core.state import paired_encoding
from distscore.core.state.encoding import decode, encode
from distscore.core.state.header import BadState
from distscore.core.state.paired import PairedState
from distscore.core.state.paired import difference as difference_of_candidates
from distscore.core.state.sketch import quantiles_approximate
from distscore.core.state.state import State, difference
from distscore.use_cases.charts import add_charts
from distscore.use_cases.compare_candidates import members_of_state as members_of_candidates
from distscore.use_cases.score import Check
from distscore.wire.errors.place import Place
from distscore.wire.errors.states import WORDS
from distscore.wire.read.limits import Limits
from distscore.wire.read.merge import read_merge
from distscore.wire.write.answer import Answer


def answer_merge(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """What one batch of all the rows would have answered, as far as sums tell; raises InvalidRequest."""
    at = Place()
    merged: State | PairedState | None = None
    request = read_merge(document, at)
    for index, text in enumerate(request.states):
        check()
        state = _decoded(text, limits.classes, at.child("states", index))
        if state is not None:
            merged = state if merged is None else _merged(merged, state, at.child("states", index))
    at.refuse()
    assert merged is not None
    if isinstance(merged, PairedState):
        members, diagnostics = members_of_candidates(merged), {}
    else:
        members = _members(merged)
        diagnostics = members["diagnostics"]
    add_charts(members, asked(request.outputs, MERGED), diagnostics, request.outputs)
    return Answer(members)


def _decoded(text: str, widest: int, at: Place) -> State | PairedState | None:
    """The state of a string, of one prediction or of several candidates; None after noting why it is none."""
    try:
        return paired_encoding.decode(text, widest) if paired_encoding.is_paired(text) else decode(text, widest)
    except BadState as error:
        at.wrong("bad_state", WORDS[error.reason])
        return None


def _merged(mine: State | PairedState, theirs: State | PairedState, at: Place) -> State | PairedState:
    """The state of the rows of both; the first one after noting why they cannot be merged."""
    if isinstance(mine, State) and isinstance(theirs, State):
        differing = difference(mine.summary.subject, theirs.summary.subject)
        if differing is None:
            return mine.merge(theirs)
    elif isinstance(mine, PairedState) and isinstance(theirs, PairedState):
        differing = difference_of_candidates(mine, theirs)
        if differing is None:
            return mine.merge(theirs)
    else:
        differing = "candidates"
    at.wrong("bad_state", f"it differs from those before it in {differing}")
    return mine


def _value(state: State) -> dict[str, float | None]:
    """The reduced loss and its standard error; nothing where losses are not reduced."""
    summary, reduction = state.summary, state.summary.subject.reduction
    if reduction == "none":
        return {}
    value, error = reduced(summary.loss, summary.weights, reduction)
    return {"value": value, "value_standard_error": error}


def _members(state: State) -> dict[str, Any]:
    summary, subject = state.summary, state.summary.subject
    return {
        "family": subject.family.name,
        "loss": subject.loss.name,
        "reduction": subject.reduction,
        "units": subject.loss.units,
        "row_count": summary.sent_row_count,
        "total_weight": as_double(summary.weights.total),
        **_value(state),
        "tags": list(state.tags.kept),
        "tags_complete": state.tags.beyond is None,
        "warnings": [],
        "state": encode(state),
        "diagnostics": {
            **spoken(reports(summary), summary),
            "quantiles_approximate": quantiles_approximate(state.sketch),
        },
    }
