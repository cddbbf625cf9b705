"""A request to POST /v1/summaries/merge: states, and which charts of their report."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from distscore.wire.describe.merge import MergeRequest
from distscore.wire.describe.outputs import CHARTS_OF_MERGED
from distscore.wire.errors.names import did_you_mean
from distscore.wire.errors.place import Place, shown
from distscore.wire.read.bounds import check_bounds
from distscore.wire.read.outputs import check_names

MEMBERS = tuple(MergeRequest.model_fields)


@dataclass(frozen=True)
class MergeBatch:
    """A request whose members have their types; whether the states are sound is seen when they are decoded."""

    states: Sequence[str]
    outputs: Sequence[str]


def read_merge(document: dict[str, Any], at: Place) -> MergeBatch:
    """The states, at least one, and the outputs; raises InvalidRequest."""
    check_bounds(document, at)
    for name in [name for name in document if name not in MEMBERS]:
        hint = partial(did_you_mean, name, MEMBERS)
        at.child(name).wrong("unknown_member", "this member is not known here", hint)
    states = strings(document.get("states"), at.child("states"))
    outputs = strings(document.get("outputs"), at.child("outputs"))
    if not states:
        at.child("states").wrong("missing", "at least one state is needed")
    check_names(outputs, CHARTS_OF_MERGED, at.child("outputs"))
    at.refuse()
    return MergeBatch(states, outputs)


def strings(value: Any, at: Place) -> list[str]:
    """A list of strings, empty where it was not given; raises InvalidRequest where it is something else."""
    if value is None:
        return []
    if not isinstance(value, list):
        at.wrong("wrong_type", f"expected an array, got {shown(value)}")
    else:
        for index, entry in enumerate(value):
            if not isinstance(entry, str):
                at.child(index).wrong("wrong_type", f"expected a string, got {shown(entry)}")
    at.refuse()
    return list(value)
