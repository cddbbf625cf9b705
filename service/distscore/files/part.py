"""Files in spans, each for one process, and spans in parts, each of few enough rows for memory."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from distscore.wire.table.sheet import Sheet

ROWS = 1 << 17  # of a part, at most
NUMBERS = 1 << 22  # of a part, about
PARTS = 4  # of a span: the process that has it merges their states, so that less is left to the one that has them all


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


class Several(Span):
    """A span of parts that are known."""

    def __init__(self, path: Path, parts: Sequence[tuple[Part, int]]) -> None:
        self.path, self.size = path, sum(size for _, size in parts)
        self._parts = [part for part, _ in parts]

    def parts(self) -> Iterator[Part]:
        yield from self._parts


class Source(ABC):
    """A file that was opened: the names of its columns, and its spans."""

    names: Sequence[str]

    @abstractmethod
    def header(self) -> Sheet:
        """The names of the columns; more than them should not be read."""

    @abstractmethod
    def beginning(self) -> Sheet:
        """The first rows, from which it is guessed what the columns are."""

    @abstractmethod
    def spans(self, columns: Collection[str]) -> Iterator[Span]:
        """All rows in their order, of which those columns are read."""


def spans_of(path: Path, parts: Iterable[tuple[Part, int]], each: int = PARTS) -> Iterator[Span]:
    """Spans of so many parts, which come with their sizes in bytes."""
    rest = iter(parts)
    while some := list(islice(rest, each)):
        yield Several(path, some)


def even(rows: int, most: int) -> Iterator[tuple[int, int]]:
    """The first and the last + 1 of the rows of pieces of about the same size, of so many rows at most."""
    count = -(-rows // most)
    for piece in range(count):
        yield rows * piece // count, rows * (piece + 1) // count


def rows_of_part(rows: int, numbers: int) -> int:
    """How many rows a part may have, of rows that have so many numbers in all."""
    return max(1, min(ROWS, NUMBERS * rows // max(numbers, 1)))
