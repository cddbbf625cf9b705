"""From a file and a query to the document of a request, as if somebody had written the arrays down in JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import InvalidRequest, TooManyEntries, TooManyRows
from distscore.wire.read.document import Document
from distscore.wire.read.limits import Limits
from distscore.wire.table.cells import Cells, is_list, lists_of, numbers_of, texts_of
from distscore.wire.table.columns import Chosen, aligned, chosen
from distscore.wire.table.labels import POSITIVE, labels_of
from distscore.wire.table.origin import Origin, Path
from distscore.wire.table.query import Names, Query
from distscore.wire.table.sheet import Sheet

EMPTY = "missing=exclude leaves such rows out"
DONE = {
    "percent_signs": "cells with a percent sign were read as hundredths",
    "words_as_numbers": "cells that say true or false were read as 1 and 0",
    "decimal_commas": "cells with a decimal comma were read as if it were a point",
}


@dataclass(frozen=True)
class Request:
    """The document of a request, and where in the file its arrays came from."""

    document: Document
    origin: Origin


def document_of(sheet: Sheet, query: Query, limits: Limits) -> Request:
    """Raises InvalidRequest where the query does not fit the file, or a cell is no number."""
    reading = Reading(sheet, query, limits)
    try:
        return reading.request()
    except InvalidRequest as problem:
        raise Origin(sheet, reading.files).located(problem) from None


def names_in(sheet: Sheet, query: Query) -> list[str]:
    """The columns that a query asks for, in the order of the file; raises InvalidRequest if one is not there."""
    columns, texts = Reading(sheet, query, Limits(0, 0, 0)).columns()
    asked = texts.union(*(each.names for each in columns.values()))
    return [name for name in sheet.names if name in asked]


class Reading:
    """One file that is read with one query."""

    def __init__(self, sheet: Sheet, query: Query, limits: Limits) -> None:
        self.sheet, self.query, self.limits = sheet, query, limits
        self.at = Place()
        self.members = dict(query.members)
        self.files: dict[Path, Sequence[str]] = {}
        self.done: Counter[str] = Counter()

    def request(self) -> Request:
        """All of it, step by step; each may refuse the request."""
        columns, texts = self.columns()
        numbers = {name for path, each in columns.items() if not self._is_text(path) for name in each.names}
        wanted = texts | {name for path, each in columns.items() if self._is_text(path) for name in each.names}
        read = self.sheet.read(numbers - wanted, wanted) if numbers | wanted else {}
        self._check_size(read, columns)
        document = self._document(columns, read)
        self.at.refuse()
        ids = texts_of(read[self.query.id]) if self.query.id else None
        warnings = [
            {"code": code, "message": f"{count} {DONE[code]}.", "count": count, "rows": [], "numbers": {}}
            for code, count in self.done.items()
            if count
        ]
        return Request(document, Origin(self.sheet, self.files, ids, warnings))

    def columns(self) -> tuple[dict[Names, Chosen], set[str]]:
        """The columns of the file for each array of the request, and those of groups and of the names of rows."""
        return self._aligned(self._chosen()), self._texts()

    def _chosen(self) -> dict[Names, Chosen]:
        """The columns of the file for each array of the request."""
        found = {path: chosen(names, self.sheet.names, self._place(path)) for path, names in self.query.columns.items()}
        self.at.refuse(complete=False)
        return {path: each for path, each in found.items() if each is not None}

    def _place(self, path: Names) -> Place:
        """The place in the document of an array of the query."""
        if path[0] == "candidates":
            return self.at.child("candidates", self.query.candidates.index(path[1]), "predictions", path[2])
        return self.at.child(*path)

    def _aligned(self, columns: dict[Names, Chosen]) -> dict[Names, Chosen]:
        """The same columns, those of patterns in the order of the targets, which names the classes."""
        first = next((each for path, each in columns.items() if path[0] == "targets" and each.stars), None)
        first = first or next((each for each in columns.values() if each.stars), None)
        if first is None:
            return columns
        classes = self.members.get("classes")
        if isinstance(classes, list) and sorted(map(str, classes)) == sorted(first.stars):
            first = first.ordered(classes)
        self.members["classes"] = list(first.stars)
        found = {path: aligned(first, each, self._place(path)) for path, each in columns.items()}
        self.at.refuse(complete=False)
        return {path: each for path, each in found.items() if each is not None}

    def _texts(self) -> set[str]:
        """File columns of groups and of the names of rows."""
        for name in self.query.groups:
            chosen([name], self.sheet.names, self.at.child("groups", name))
        if self.query.id:
            chosen([self.query.id], self.sheet.names, self.at.child("id"))
        self.at.refuse(complete=False)
        return {*self.query.groups, *([self.query.id] if self.query.id else [])}

    def _is_text(self, path: Names) -> bool:
        return path[-1] == "labels" or path in (("mask",), ("clusters",)) or self._is_word(path)

    def _is_word(self, path: Names) -> bool:
        """Whether a column of targets may have words of which one is the label 1."""
        return bool(self.query.positive) and path[0] == "targets"

    def _check_size(self, read: Mapping[str, pa.ChunkedArray], columns: Mapping[Names, Chosen]) -> None:
        """Raises a 413 for too many rows, or too many numbers."""
        rows = max((len(column) for column in read.values()), default=0)
        if rows > self.limits.rows:
            raise TooManyRows(f"The file has {rows} rows; the limit is {self.limits.rows}. Send it in parts.")
        if rows * sum(len(each.names) for each in columns.values()) > self.limits.entries:
            raise TooManyEntries(f"The columns have more than {self.limits.entries} numbers; send the file in parts.")

    def _document(self, columns: Mapping[Names, Chosen], read: Mapping[str, pa.ChunkedArray]) -> dict[str, Any]:
        """The members of the request, with arrays where the query named columns."""
        document = dict(self.members)
        for path, each in columns.items():
            place = self._place(path)
            self.files[place.path] = each.names
            parts = [read[name] for name in each.names]
            _put(document, place.path, self._array(path, each, parts, place))
        for index, name in enumerate(self.query.candidates):
            document["candidates"][index]["name"] = name
        if self.query.groups:
            document["groups"] = {name: texts_of(read[name]) for name in self.query.groups}
            self.files.update({("groups", name): [name] for name in self.query.groups})
        return document

    def _array(self, path: Names, columns: Chosen, parts: Sequence[pa.ChunkedArray], at: Place) -> Any:
        """An array of the request, from one column of the file or from several side by side."""
        if path == ("clusters",):
            return texts_of(parts[0])
        if columns.is_one and (path[-1] == "labels" or self._is_word(path)):
            return self._checked([self._labels(parts[0], at)], at, narrow=True)
        if columns.is_one and is_list(parts[0]):
            array = lists_of(parts[0])
            if array is None:
                at.wrong("ragged_array", "the lists of this column are not all of one length, or not of numbers")
            return array
        array = self._checked(
            [numbers_of(part, self.sheet.decimal_comma) for part in parts], at, self._is_narrow(path, columns)
        )
        return array == 1 if path == ("mask",) and array is not None else array

    def _labels(self, column: pa.ChunkedArray, at: Place) -> Cells:
        classes, ignored = self.members.get("classes") or [], self.members.get("ignore_label")
        return labels_of(column, classes, self.query.positive, ignored, at, self.sheet.is_part)

    def _hint(self, at: Place) -> str | None:
        """What to do about words among numbers: those of a binary event may be its outcomes."""
        family = FAMILIES.get(str(self.members.get("family")))
        return POSITIVE if family is not None and family.kind == "event" and at.path[0] == "targets" else None

    def _checked(self, cells: Sequence[Cells], at: Place, narrow: bool) -> Array | None:
        """The numbers of some columns, (rows,) or (rows, columns), those missing masked; notes cells that are none."""
        for each in cells:
            self.done.update(each.done)
        values = np.stack([each.values for each in cells], axis=-1)
        wrong, missing = (np.stack([getattr(each, name) for each in cells], axis=-1) for name in ("wrong", "missing"))
        if narrow:
            values, wrong, missing = values[:, 0], wrong[:, 0], missing[:, 0]
        failed = at.wrong_where(wrong, "wrong_type", "expected a number, got text", self._hint(at))
        may_miss = self.members.get("missing") == "exclude" and at.path[0] in ("targets", "predictions", "candidates")
        if not may_miss:
            failed |= at.wrong_where(missing, "wrong_type", "the cell is empty, or says that it is missing", EMPTY)
        if failed:
            return None
        return np.ma.masked_array(values, missing) if missing.any() else np.ascontiguousarray(values)

    def _is_narrow(self, path: Names, columns: Chosen) -> bool:
        """Whether an array of the request has one number per row."""
        if not columns.is_one or path == ("mask",):
            return False
        column = column_of(str(self.members.get("family")), path)
        return column is None or column.rank == 1


def column_of(family: str, path: Names) -> Column | None:
    """The column of a family at a path in the request."""
    if family not in FAMILIES or len(path) < 2:
        return None
    forms = FAMILIES[family].targets if path[0] == "targets" else FAMILIES[family].predictions
    columns = {column.name: column for form in forms for column in form.columns}
    return columns.get(path[-1])


def _put(document: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path; a step that is a number is an entry of a list, which grows by one at a time."""
    inside: Any = document
    for step, following in pairwise(path):
        if isinstance(following, int):
            inside = inside.setdefault(step, [])
        elif isinstance(step, int):
            if step == len(inside):
                inside.append({})
            inside = inside[step]
        else:
            inside = inside.setdefault(step, {})
    inside[path[-1]] = value
