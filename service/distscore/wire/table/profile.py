"""What is in the columns of a file: types, missing cells, extremes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distscore.core.special.elementwise import Array
from distscore.wire.table.cells import is_list, lists_of, numbers_of
from distscore.wire.table.delimited import MISSING
from distscore.wire.table.sheet import Sheet

SHOWN = 3  # first values of a column
LONGEST = 60  # characters of a value that is shown

Kind = Literal["empty", "boolean", "integer", "number", "list", "text"]


@dataclass(frozen=True)
class Profile:
    """One column of a file."""

    name: str
    column: pa.ChunkedArray
    decimal_comma: bool

    @cached_property
    def numbers(self) -> Array | None:
        """Its numbers, (rows,) or (rows, width), NaN where a cell is missing; None where a cell is none."""
        if is_list(self.column):
            return lists_of(self.column)
        cells = numbers_of(self.column, self.decimal_comma)
        return None if cells.wrong.any() else cells.values

    @cached_property
    def known(self) -> Array:
        """The numbers of the cells that are not missing, in a row."""
        return np.empty(0) if self.numbers is None else self.numbers[~np.isnan(self.numbers)]

    @cached_property
    def empty(self) -> int:
        """How many cells are empty, or say that they are missing."""
        if pa.types.is_string(self.column.type):
            return int(pc.sum(pc.is_in(self.column.fill_null(""), value_set=pa.array(MISSING))).as_py() or 0)
        return int(self.column.null_count)

    @cached_property
    def distinct(self) -> Sequence[str]:
        """The different values of a column of text, without the missing ones."""
        values = pc.unique(self.column).to_pylist() if pa.types.is_string(self.column.type) else []
        return [value for value in values if value is not None and value not in MISSING]

    @cached_property
    def kind(self) -> Kind:
        """What the cells of the column that are not missing have in common."""
        if self.empty == len(self.column):
            return "empty"
        if self.numbers is None:
            return "text"
        if self.numbers.ndim == 2:
            return "list"
        if (
            pa.types.is_boolean(self.column.type)
            or {value.lower() for value in self.distinct} <= {"true", "false"} != set()
        ):
            return "boolean" if self.distinct or pa.types.is_boolean(self.column.type) else self._of_numbers()
        return self._of_numbers()

    def _of_numbers(self) -> Kind:
        whole = np.isfinite(self.known).all() and (self.known == np.floor(self.known)).all()
        return "integer" if whole else "number"

    def record(self) -> dict[str, Any]:
        """The entry of the answer."""
        has_extremes = len(self.known) and np.isfinite(self.known).all()
        return {
            "name": self.name,
            "type": self.kind,
            "empty": self.empty,
            "minimum": float(self.known.min()) if has_extremes else None,
            "maximum": float(self.known.max()) if has_extremes else None,
            "first": [shown(cell) for cell in self.column.slice(0, SHOWN).to_pylist()],
        }


def shown(value: Any) -> str:
    """A cell as text, cut off where it is long."""
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def profiles(sheet: Sheet) -> list[Profile]:
    """Of every column with a name of its own, in the order of the file."""
    names = [name for name in sheet.names if sheet.names.count(name) == 1]
    read = sheet.read([], names)
    return [Profile(name, read[name], sheet.decimal_comma) for name in names]
