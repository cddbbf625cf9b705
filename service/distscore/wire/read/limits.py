"""How large a batch may be."""

from collections.abc import Iterable
from dataclasses import dataclass

from distscore.wire.errors.problems import TooManyClasses, TooManyEntries, TooManyRows
from distscore.wire.read.column import SentColumn


@dataclass(frozen=True)
class Limits:
    """The most rows, numbers in all, and classes, labels or draws of a row."""

    rows: int
    entries: int
    classes: int

    def check(self, columns: Iterable[SentColumn]) -> None:
        """Raises a 413 if a column, or all together, are too large."""
        entries = 0
        for sent in columns:
            values = sent.values
            entries += values.size
            if len(values) > self.rows:
                raise TooManyRows(f"{sent.name} has {len(values)} rows, the limit is {self.rows}; send it in parts.")
            if values.ndim > 1 and values.shape[1] > self.classes:
                raise TooManyClasses(f"{sent.name} is {values.shape[1]} wide, the limit is {self.classes}.")
        if entries > self.entries:
            raise TooManyEntries(f"The batch has {entries} numbers, the limit is {self.entries}; send it in parts.")
