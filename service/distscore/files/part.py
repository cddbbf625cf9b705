"""A part of a file: rows that follow one another, few enough for memory, which are read as a file of their own."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from distscore.wire.table.sheet import Sheet

ROWS = 1 << 17  # of a part, at most
NUMBERS = 1 << 20  # of a part, about


class Part(Sheet):
    """Some rows of a file; nothing of them is read before it is asked for, in whichever process that is."""

    is_part: ClassVar[bool] = True
    path: Path
    number: int  # among the parts of all files
    size: int  # bytes of the file that it is made of, about
    first_row: int = 0  # of the part in its file, where rows have numbers and no lines

    def placed(self, problem: Mapping[str, Any]) -> Mapping[str, Any]:
        """A problem document, with rows as the file counts them; of one without rows, with where the part begins."""
        if "errors" not in problem:
            return {**problem, "detail": self.whereabouts() + problem["detail"]}
        shifted = [
            {**each, "row": each["row"] + self.first_row} if "row" in each else each for each in problem["errors"]
        ]
        return {**problem, "errors": shifted}

    def whereabouts(self) -> str:
        """Where in its file the part begins, as the beginning of a sentence; nothing at the beginning."""
        return f"in the part from row {self.first_row} on: " if self.first_row else ""


class Source(ABC):
    """A file that was opened: the names of its columns, and its parts."""

    names: Sequence[str]

    @abstractmethod
    def beginning(self) -> Sheet:
        """The first rows, from which it is guessed what the columns are."""

    @abstractmethod
    def parts(self, columns: Collection[str]) -> Iterator[Part]:
        """All parts in their order, so large that those columns of them fit in memory."""


def even(rows: int, numbers: int) -> Iterator[tuple[int, int]]:
    """First and last + 1 of the rows of parts of about the same size, of rows that have so many numbers in all."""
    most = max(1, min(ROWS, NUMBERS * rows // max(numbers, 1)))
    count = -(-rows // most)
    for part in range(count):
        yield rows * part // count, rows * (part + 1) // count
