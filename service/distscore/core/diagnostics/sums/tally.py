"""What is summed over the rows of a batch, exactly, while the engine holds them in blocks."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from distscore.core.diagnostics.requirements import Requirement
from distscore.core.diagnostics.sums.summary import Sums
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch
from distscore.core.exact.weighted_means import Series
from distscore.core.special.elementwise import Array

ENOUGH = 1 << 13  # rows that are summed at once

ViewT_contra = TypeVar("ViewT_contra", bound=View, contravariant=True)


class Tally(ABC, Generic[ViewT_contra]):
    """What is summed over the rows of a batch, under one name."""

    name: ClassVar[str]  # under which a summary holds the sums
    requires: ClassVar[tuple[Requirement, ...]] = ()  # what a batch must have, or the tally does not look at it
    length: ClassVar[int] = 1  # whole numbers in each of its sums, or for each class or label
    per_class: ClassVar[bool] = False

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @classmethod
    @abstractmethod
    def accepts(cls, sums: Sums) -> bool:
        """Whether sums that were read could have been made by this tally, so that reports can be made of them."""

    @classmethod
    def typed(cls, column: Sequence[int]) -> Sequence[int]:
        """A sum that was read, as `sums` has it."""
        return column


AnyTally = Tally[Any]


class BlockTally(Tally[ViewT_contra]):
    """A tally that adds up itself what it takes from a block, such as sums per class."""

    @abstractmethod
    def observe(self, view: ViewT_contra) -> None:
        """Add the rows of a block to the sums."""

    @abstractmethod
    def sums(self) -> Sums:
        """The sums over all rows seen, by name."""


class RowBuffer:
    """Columns of numbers per row, given back as soon as there are enough rows to be worth the calls that sum them."""

    def __init__(self, row_count: int) -> None:
        self._size = min(ENOUGH, max(2, row_count))  # a lone row is there twice
        self._buffer = np.empty((0, self._size))
        self._filled = 0

    def put(self, weights: Array, columns: Sequence[Array]) -> Iterator[tuple[Array, Array]]:
        """Take rows, as many columns of one number for each weight as ever; give those that are enough.

        They are weights (rows,) and columns (size, rows), valid until the next ones are asked for.
        """
        if not len(self._buffer):
            self._buffer = np.empty((1 + len(columns), self._size))
        start, count = 0, len(weights)
        while start < count:
            taken = min(count - start, self._size - self._filled)
            for row, column in zip(self._buffer, (weights, *columns), strict=True):
                row[self._filled : self._filled + taken] = column[start : start + taken]
            start, self._filled = start + taken, self._filled + taken
            if self._filled == self._size:
                yield from self.rest()

    def rest(self) -> Iterator[tuple[Array, Array]]:
        """Weights and columns of the rows that are kept and not yet summed, if there are any; none are kept then."""
        if self._filled:
            yield self._buffer[0, : self._filled], self._buffer[1:, : self._filled]
        self._filled = 0


class BufferedTally(BlockTally[ViewT_contra]):
    """Sums of numbers per row, or per label of each row, which are summed many rows at a time."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        per_row = 1 if batch.family.exclusive else batch.width
        self._buffer = RowBuffer(batch.row_count * per_row)

    @abstractmethod
    def columns(self, view: ViewT_contra) -> Sequence[Array]:
        """What is summed of each row, or of each label of each row: the weights, then other columns."""

    @abstractmethod
    def add(self, weights: Array, columns: Array) -> None:
        """Sum some rows: weights (rows,), columns (size, rows)."""

    def observe(self, view: ViewT_contra) -> None:
        weights, *columns = self.columns(view)
        for enough in self._buffer.put(weights, columns):
            self.add(*enough)

    def flush(self) -> None:
        """Sum the rows that wait."""
        for rest in self._buffer.rest():
            self.add(*rest)


class SeriesTally(Tally[ViewT_contra]):
    """Series over rows: one number per row each, whose weighted means are reported. `RowSeries` sums them."""

    length = len(Series._fields)
    with_error: ClassVar[tuple[str, ...]] = ()  # beginnings of names of series whose means have a standard error

    @abstractmethod
    def series(self, view: ViewT_contra) -> Mapping[str, Array | None]:
        """The series by name, (rows,) each; None, in every block, for those that the batch does not have."""

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        return all(min(series.above, series.below) >= 0 for series in (Series(*column) for column in sums.values()))

    @classmethod
    def typed(cls, column: Sequence[int]) -> Series:
        return Series(*column)


def has_signs(sums: Sums, names: Collection[str], signed: Collection[str] = ()) -> bool:
    """Whether there are sums of all these names, and none is negative but for those that may be."""
    return sums.keys() >= set(names) and all(min(sums[name]) >= 0 for name in sums.keys() - set(signed))
