"""What a process does with a span: its parts are scored as the service scores bodies, and what merges is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from distscore.client import Refused
from distscore.files.part import Part, Span
from distscore.local.answers import answered_of_sheet
from distscore.local.tables import merged_state
from distscore.wire.errors.problems import Problem

Key = tuple[str, Any]  # what a state is of: the name of a group, and its value
ALL_ROWS: Key = ("", "")
STATE, WORST_ROWS = "state", "diagnostics.worst_rows"
WEIGHTLESS = "all_weights_zero"


@dataclass(frozen=True)
class Told:
    """What one part tells: members of its answer, or the problem document that says what is wrong with it."""

    members: Mapping[str, Any] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None


def told(use_case: str, query: str, span: Span) -> list[Told]:
    """The answers to the parts of a span, or to those before one with which something is wrong."""
    found: list[Told] = []
    try:
        for part in span.parts():
            found.append(told_of(use_case, query, part))
            if found[-1].problem:
                break
    except Problem as problem:
        found.append(Told(problem=problem.document("")))
    except OSError as error:
        found.append(Told(problem={"detail": error.strerror or str(error)}))
    return together(found)


def together(found: Sequence[Told]) -> list[Told]:
    """The same with one state of all parts, and one for each value of a group, which the first part tells."""
    states: dict[Key, list[str]] = {}
    for each in found:
        for key, state in states_of(each.members):
            states.setdefault(key, []).append(state)
    if not states:
        return list(found)
    merged = {key: merged_state(every) for key, every in states.items()}
    groups = [{"of": of, "group": group, "state": state} for (of, group), state in merged.items() if of]
    told = {"state": merged[ALL_ROWS], "groups": groups}
    rest = [{name: part for name, part in each.members.items() if name not in told} for each in found]
    return [
        replace(each, members=members) for each, members in zip(found, [{**rest[0], **told}, *rest[1:]], strict=True)
    ]


def states_of(members: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """The state of all rows of a part, and that of each value of its groups."""
    if members:
        yield ALL_ROWS, members["state"]
    yield from (((each["of"], each["group"]), each["state"]) for each in members.get("groups", []))


def told_of(use_case: str, query: str, part: Part) -> Told:
    """The answer to a part. Rows that weigh nothing have only a state: those of other parts may weigh something."""
    outputs = [STATE, WORST_ROWS] if use_case == "score" else [STATE]
    try:
        return Told(answered_of_sheet(use_case, part, query, outputs))
    except Refused as refused:
        if {each["code"] for each in refused.errors} != {WEIGHTLESS}:
            return Told(problem=part.placed(refused.problem))
    try:
        return Told(answered_of_sheet(use_case, part, query, [STATE]))
    except Refused as refused:
        return Told(problem=part.placed(refused.problem))
