"""Files in spans, each for one process, and spans in parts, each of few enough rows for memory."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from distscore.wire.table.sheet import Sheet

ROWS = 1 << 17  # of a part, at most
NUMBERS = 1 << 20  # of a part, about


class Part(Sheet):
    """Rows of a file that follow one another, which are read as a file of their own."""

    is_part: ClassVar[bool] = True
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


class Span(ABC):
    """Parts that follow one another and are read by one process; nothing is read before they are asked for."""

    path: Path
    size: int  # bytes of the file, about
    number: int  # among the spans of all files

    @abstractmethod
    def parts(self) -> Iterator[Part]:
        """The parts in their order; raises MalformedTable."""


class Single(Span):
    """A span of one part."""

    def __init__(self, path: Path, part: Part, size: int) -> None:
        self.path, self.size, self._part = path, size, part

    def parts(self) -> Iterator[Part]:
        yield self._part


class Source(ABC):
    """A file that was opened: the names of its columns, and its spans."""

    names: Sequence[str]

    @abstractmethod
    def beginning(self) -> Sheet:
        """The first rows, from which it is guessed what the columns are."""

    @abstractmethod
    def spans(self, columns: Collection[str]) -> Iterator[Span]:
        """All rows in their order, of which those columns are read."""


def even(rows: int, most: int) -> Iterator[tuple[int, int]]:
    """The first and the last + 1 of the rows of pieces of about the same size, of so many rows at most."""
    count = -(-rows // most)
    for piece in range(count):
        yield rows * piece // count, rows * (piece + 1) // count


def rows_of_part(rows: int, numbers: int) -> int:
    """How many rows a part may have, of rows that have so many numbers in all."""
    return max(1, min(ROWS, NUMBERS * rows // max(numbers, 1)))
