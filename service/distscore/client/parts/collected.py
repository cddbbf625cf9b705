"""What the answers to parts come to: their states merged, their per-row outputs one after the other."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np

from distscore.client import questions
from distscore.client.answers.rows import Floats
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.errors import InvalidInput, Refused
from distscore.client.parts.asking import Conversation
from distscore.client.parts.cutting import Part
from distscore.client.parts.warnings import Warnings
from distscore.client.sending.request import Axes, Document

TOGETHER = 64  # states that are merged at a time, if they fit into a body
MOST_BYTES = 1 << 24  # of them
LISTED = 100  # of infinite numbers
SCALARS = ("/value", "/value_standard_error")  # which are the whole's own

Key = tuple[str, str]  # what a state is of: two empty strings for all rows, else a group and its value as JSON
ALL_ROWS: Key = ("", "")


class Collected:
    """The states of all parts so far, as many as are needed, and what the parts say of their rows."""

    def __init__(self) -> None:
        self._states: dict[Key, list[tuple[str, str]]] = {}  # each with where it is from
        self._rows: dict[int, Mapping[str, Floats]] = {}
        self._first_rows: dict[int, int] = {}
        self._warnings = Warnings({})
        self._entry_count = self._nonfinite_count = 0

    def add(self, part: Part, score: Score) -> Conversation[None]:
        """Add the answer to a part; states are merged when there are many."""
        document = score.members
        self._rows[part.number], self._first_rows[part.number] = dict(score.rows), part.first_of_all
        self._entry_count += document["entry_count"]
        of_rows = [each for each in document["nonfinite"] if each["pointer"] not in SCALARS]
        self._nonfinite_count += document["nonfinite_count"] - (len(document["nonfinite"]) - len(of_rows))
        self._warnings.add((part.number,), document["warnings"])
        groups = [((each["of"], json.dumps(each["group"])), each["state"]) for each in document.get("groups", [])]
        for key, state in [(ALL_ROWS, document["state"]), *groups]:
            states = self._states.setdefault(key, [])
            states.append((state, part.where))
            if len(states) > 1 and (len(states) >= TOGETHER or sum(len(each) for each, _ in states) >= MOST_BYTES):
                merged = yield from self._merged(key, ())
                self._states[key] = [(merged.state, states[0][1])]

    def summary(self, outputs: Sequence[str]) -> Conversation[Summary]:
        """The report of all rows, and of each value of each group."""
        return Summary((yield from self._members(outputs)))

    def score(self, outputs: Sequence[str], axes: Axes) -> Conversation[Score]:
        """The same with the per-row outputs."""
        members = yield from self._members(outputs)
        ordered = [rows for _, rows in sorted(self._rows.items())]
        rows = {name: np.concatenate([part[name] for part in ordered]) for name in ordered[0]}
        is_infinite = "value" in members and members["value"] is None  # as JSON says it
        of_value = [{"pointer": "/value", "value": "Infinity"}] if is_infinite else []
        members["entry_count"] = self._entry_count
        members["nonfinite"] = list(islice(chain(of_value, _infinite(rows)), LISTED))
        members["nonfinite_count"] = self._nonfinite_count + len(of_value)
        return Score(members, rows, axes)

    def _members(self, outputs: Sequence[str]) -> Conversation[Document]:
        if not self._states:
            raise InvalidInput("", "there are no rows")
        whole = yield from self._merged(ALL_ROWS, outputs)
        if not whole.total_weight:
            raise InvalidInput("/sample_weights", "no row that counts has a positive weight")
        groups = []
        for of, group in sorted(self._states.keys() - {ALL_ROWS}):
            of_group = yield from self._merged((of, group), ())
            groups.append({"of": of, "group": json.loads(group), **of_group.document})
        warnings = [self._placed(each) for each in self._warnings.records()]
        return {**whole.document, "warnings": warnings, **({"groups": groups} if groups else {})}

    def _merged(self, key: Key, outputs: Sequence[str]) -> Conversation[Summary]:
        """The states of a key as one; a refusal names the part that does not fit those before it."""
        states = self._states[key]
        try:
            merged: Summary = yield questions.merge([state for state, _ in states], outputs)
        except Refused as refused:
            _, member, *index = refused.errors[0]["pointer"].split("/") if refused.errors else ("", "")
            if member != "states":
                raise
            _, where = states[int(index[0])]
            detail = f"{where}: {refused.errors[0]['detail']}"
            raise Refused(refused.status, {**refused.problem, "detail": detail}) from None
        return merged

    def _placed(self, warning: Document) -> Document:
        """A warning with its rows counted from the first one of all batches."""
        return {**warning, "rows": [self._first_rows[number] + row for (number,), row in warning["rows"]]}


def _infinite(rows: Mapping[str, Floats]) -> Iterator[Document]:
    """Where per-row outputs are infinite, as the service lists it."""
    for name, values in rows.items():
        for at in zip(*np.nonzero(np.isinf(values)), strict=True):
            place = "/".join(map(str, (*name.split(".", 1), *map(int, at))))
            yield {"pointer": f"/{place}", "value": "Infinity" if values[at] > 0 else "-Infinity"}
