"""What the parts of some files tell, merged in whichever order they come: the report of all rows together."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from distscore.client import Refused
from distscore.client.parts.warnings import Number, Row, Warnings
from distscore.core.diagnostics.segments import Segment, Value, records
from distscore.core.diagnostics.worst_rows import LISTED
from distscore.core.state.encoding import decode
from distscore.core.state.state import State, difference
from distscore.files.paths import WrongInput
from distscore.local.answers import UNLIMITED, answered
from distscore.wire.table.document import DONE

TOGETHER = 64  # states that are merged at a time
ODD = "{path}: {detail}; score such files one by one"
Record = dict[str, Any]


class Collected:
    """Sums, the worst rows, segments and warnings of all parts so far: as much of many parts as of few."""

    def __init__(self) -> None:
        self.row_count = 0
        self._states: list[tuple[Path, str]] = []
        self._worst: list[tuple[float, Row, Record]] = []
        self._groups: dict[tuple[str, Value], State] = {}
        self._warnings = Warnings(DONE)
        self._rows: dict[Number, tuple[Path, int]] = {}  # of each part its file and how many it has

    def add(self, path: Path, part: Number, members: Mapping[str, Any]) -> None:
        """Add what one part of a file told; raises WrongInput where it does not fit the others."""
        self._rows[part] = path, members["row_count"]
        self.row_count += members["row_count"]
        if "state" in members:
            self._add_state(path, members["state"])
        self._warnings.add(part, members["warnings"])
        self._keep_worst(part, members.get("diagnostics", {}).get("worst_rows", []))
        for record in members.get("groups", []):
            self._add_group(path, record)

    def _add_state(self, path: Path, state: str) -> None:
        self._states.append((path, state))
        if len(self._states) == TOGETHER:
            self._states = [(path, self._merged()["state"])]

    def _merged(self) -> Record:
        try:
            return answered("merge", {"states": [state for _, state in self._states]})
        except Refused as refused:
            error = refused.errors[0]
            path, _ = self._states[int(error["pointer"].split("/")[2])]
            raise WrongInput(ODD.format(path=path, detail=error["detail"])) from None

    def _keep_worst(self, part: Number, rows: list[Record]) -> None:
        found = [(-size_of(each), (part, each["row"]), each) for each in rows]
        self._worst = sorted((*self._worst, *found), key=lambda each: each[:2])[:LISTED]

    def _add_group(self, path: Path, record: Record) -> None:
        key = record["of"], record["group"]
        state = decode(record["state"], UNLIMITED.classes)
        known = self._groups.get(key)
        differing = None if known is None else difference(known.summary.subject, state.summary.subject)
        if differing is not None:
            raise WrongInput(ODD.format(path=path, detail=f"it differs from those before it in {differing}"))
        self._groups[key] = state if known is None else known.merge(state)

    def report(self) -> Record:
        """The report of all rows so far; raises WrongInput where there is nothing to report."""
        if not self.row_count:
            raise WrongInput("there are no rows")
        report = self._merged()
        if not report["total_weight"]:
            raise WrongInput("no row that counts has a positive weight")
        places = dict(self._places())
        report["warnings"] = [self._placed(each, places) for each in self._warnings.records()]
        if self._worst:
            worst = [{**record, **_place(places[row[0]], row[1])} for _, row, record in self._worst]
            report["diagnostics"]["worst_rows"] = worst
        if self._groups:
            report["groups"] = list(self._segments())
        return report

    def _places(self) -> Iterator[tuple[Number, tuple[Path, int]]]:
        """The file of each part, and the number of its first row there."""
        before: dict[Path, int] = {}
        for part, (path, count) in sorted(self._rows.items()):
            yield part, (path, before.get(path, 0))
            before[path] = before.get(path, 0) + count

    @staticmethod
    def _placed(warning: Record, places: Mapping[Number, tuple[Path, int]]) -> Record:
        found = [_place(places[part], row) for part, row in warning["rows"]]
        names = [f"{each['file']} row {each['row']}" for each in found]
        return {**warning, "rows": [each["row"] for each in found], **({"ids": names} if names else {})}

    def _segments(self) -> Iterator[Record]:
        """Those of each key, the ones with the largest share of the divergence first; values are text if one is."""
        found: dict[str, dict[Value, State]] = {}
        with_text = {key for key, value in self._groups if isinstance(value, str)}
        for (key, value), state in self._groups.items():
            group = str(value) if key in with_text else value
            of_key = found.setdefault(key, {})
            of_key[group] = of_key[group].merge(state) if group in of_key else state
        every: list[Any] = []
        for key, states in found.items():
            segments = [Segment(key, value, states[value].summary) for value in sorted(states, key=str)]
            every += records(segments)
        yield from sorted(every, key=lambda record: -(record["share_of_divergence"] or 0.0))


def size_of(row: Record) -> float:
    """What rows are called bad by: the divergence, or the loss where there is none; infinity where both are null."""
    sizes = [row[name] for name in ("divergence", "loss") if row[name] is not None]
    return float(sizes[0]) if sizes else float("inf")


def _place(first: tuple[Path, int], row: int) -> Record:
    return {"file": str(first[0]), "row": first[1] + row}
