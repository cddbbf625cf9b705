"""A file of columns: their names, and the columns that are asked for, as numbers where they are, else as text."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

import pyarrow as pa

Columns = Mapping[str, pa.ChunkedArray]


class Sheet(ABC):
    """A file that was opened; nothing but its names is read before it is asked for."""

    names: Sequence[str]  # in the order of the file
    has_lines: ClassVar[bool]  # whether rows are lines of text
    is_part: ClassVar[bool] = False  # whether there are other rows elsewhere: what these do not hold means nothing
    decimal_comma: bool = False  # whether numbers may have a comma for a point

    @abstractmethod
    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        """Columns by name; those of numbers are doubles if all of their cells are, else as they came."""

    def beginning(self) -> "Sheet":
        """The file without its last row, which may have been cut off."""
        return self

    def lines(self, rows: Sequence[int]) -> Mapping[int, int]:
        """The physical line on which each of some rows begins, the first line being 1; nothing where there are none."""
        return {}
