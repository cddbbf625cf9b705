"""What is kept of a scored batch so that it can be merged with others: exact sums, whose merging is addition.

A `Tally` looks at the blocks of a batch and ends up with named lists of whole numbers; a `Summary` holds them beside
what they are sums of. A diagnostic is a pure function of a summary, whether it comes from one batch or from many.
Weighted sums over rows are named after what is summed: `loss` holds those of w l and w l^2, and infinities apart.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from distscore.core.exact.sums import UNIT, ExactSums, Workspace, quotient, quotient_root
from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array

Sums = Mapping[str, Sequence[int]]
BINS = 15  # of a probability, equally wide
FEW = 64  # so many classes have bins of their own summed unasked, and kept in a state
ENOUGH = 1 << 14  # rows that are summed at once
BITS = 93  # entries are taken to the nearest multiple of 2^-93: two levels of an exact sum
FINEST = 400  # weighted entries below 2^-400 do not count, so that a state stays small
WITH_ERROR = ("floor", "uniform", "residual_", "inside_")  # series whose means are shown with a standard error
ROUNDING = 1 << 50  # a variance below this part of its mean square is what rounding left of none


class Series(NamedTuple):
    """Sums of w x, w x^2 over finite x, and how often x was +infinity and -infinity in rows that count."""

    first: int = 0
    second: int = 0
    above: int = 0
    below: int = 0


def bins_of(bins: Sequence[int], k: int) -> Sequence[int]:
    """The bins of one class."""
    return bins[k * BINS : (k + 1) * BINS]


@dataclass(frozen=True)
class Subject:
    """What a summary is about. Summaries of the same subject can be merged."""

    family: str
    loss: str
    reduction: str
    units: str
    width: int  # classes, labels, or 1
    is_distribution: bool
    counts_votes: bool
    settings: Mapping[str, Any] = field(default_factory=dict)  # constants, loss parameters, options that are on
    classes: tuple[str, ...] = ()  # empty where they have no names

    def name_of(self, index: int) -> str:
        """The name of a class or label."""
        return self.classes[index] if self.classes else str(index)

    @property
    def exclusive(self) -> bool:
        """Whether rows have exclusive classes."""
        return FAMILIES[self.family].exclusive

    @property
    def has_entries(self) -> bool:
        """Whether rows are probabilities of classes, or of the outcomes of labels."""
        return FAMILIES[self.family].has_classes


@dataclass(frozen=True)
class Summary:
    """Exact sums over the rows of one batch or of many."""

    subject: Subject
    sums: Sums
    figures: Mapping[str, Any] = field(default_factory=dict)  # of the verdict, which sums do not tell

    @property
    def weight(self) -> int:
        """Sum of w, in units."""
        return self.sums["weight"][0]

    @property
    def row_count(self) -> int:
        """How many rows count."""
        return self.sums["rows"][0]

    @property
    def sent_row_count(self) -> int:
        """How many rows were sent, those that do not count among them."""
        return self.sums["sent_rows"][0]

    @cached_property
    def class_means(self) -> list[float]:
        """Weighted sums of the target of each class or label over the total weight."""
        return [quotient(total, self.weight) for total in self.sums["class_target"]]

    def has(self, *names: str) -> bool:
        """Whether all of these were summed."""
        return all(name in self.sums for name in names)

    def mean(self, name: str) -> float | None:
        """Weighted mean of a series; None where it is undefined or infinite."""
        if name not in self.sums:
            return None
        series = Series(*self.sums[name])
        return None if series.above or series.below else self.share(series.first)

    def share(self, total: int) -> float | None:
        """A weighted sum over the total weight."""
        return quotient(total, self.weight) if self.weight > 0 else None

    def standard_error(self, name: str) -> float | None:
        """Of the weighted mean of a series."""
        series = Series(*self.sums[name])
        if series.above or series.below or self.weight <= 0:
            return None
        return standard_error(series.first, series.second, self.weight, self.sums["weight"][1])

    def figure(self, name: str) -> dict[str, float | None]:
        """The mean of a series with its standard error."""
        return {"value": self.mean(name), "standard_error": self.standard_error(name)}


def standard_error(first: int, second: int, weight: int, squared_weight: int) -> float:
    """Of a mean from sums of w x, w x^2, w, w^2: sqrt(sum w (x - mean)^2 sum w^2 / sum(w)^3)."""
    spread = second * weight - first * first
    if weight <= 0 or spread * ROUNDING <= second * weight:
        return 0.0
    return quotient_root(spread * squared_weight << UNIT, weight**4)


def finite(value: float | None) -> float | None:
    """Infinities are shown as null."""
    return value if value is not None and math.isfinite(value) else None


class Tally(ABC):
    """Sums over the rows of a batch, which it sees in blocks."""

    @abstractmethod
    def observe(self, view: Any) -> None:
        """Look at some rows."""

    @abstractmethod
    def sums(self) -> dict[str, list[int]]:
        """The named sums over all rows seen."""


Weighing = tuple[Array | None, int]


def weighings(weights: Array) -> list[Weighing]:
    """Weights of about the same size, 0 for the others, None if all are 1; and by which power of 2 they are large."""
    if (weights == 1).all():
        return [(None, 0)]
    size = (np.frexp(weights)[1] + 8) // 32 * 32
    return [(np.where(size == s, weights, 0.0), s) for s in np.unique(size[weights > 0]).tolist()]


def add(x: Array, weighing: Sequence[Weighing], into: Callable[[Array, int], None], bits: int = BITS) -> None:
    """Entries to the nearest multiple of 2^-bits of the size of their weights, weighted."""
    for weights, size in weighing:
        into(x if weights is None else weights * x, min(bits - size, FINEST))


class RowTally(Tally):
    """Sums of what `columns` makes of each row, gathered until there are enough rows to be worth it."""

    def __init__(self) -> None:
        self._buffer = np.empty((0, ENOUGH))
        self._filled = 0

    @abstractmethod
    def columns(self, view: Any) -> Sequence[Array]:
        """What is summed of each row, or of each label of each row: the weight, then others."""

    @abstractmethod
    def gather(self, weights: Array, columns: Array) -> None:
        """Sum some columns."""

    def observe(self, view: Any) -> None:
        columns = self.columns(view)
        count = len(columns[0])
        if self._filled + count > self._buffer.shape[1]:
            self.flush()
        if not len(self._buffer) or count > self._buffer.shape[1]:
            self._buffer = np.empty((len(columns), max(ENOUGH, count)))
        for row, column in zip(self._buffer, columns, strict=True):
            row[self._filled : self._filled + count] = column
        self._filled += count

    def flush(self) -> None:
        """Sum what is pending."""
        if self._filled:
            self.gather(self._buffer[0, : self._filled], self._buffer[1:, : self._filled])
        self._filled = 0


Column = Callable[[Any], Array | None]


class SeriesTally(RowTally):
    """Series over rows: entries of `Series` by name. What the batch does not have is left out."""

    def __init__(self, series: Mapping[str, Column]) -> None:
        super().__init__()
        self._series = dict(series)
        workspace = Workspace()
        self._sums = {name: [ExactSums(1, workspace) for _ in range(2)] for name in series}
        self._beyond = {name: np.zeros(2, np.int64) for name in series}

    def observe(self, view: Any) -> None:
        if self._series:
            super().observe(view)

    def columns(self, view: Any) -> Sequence[Array]:
        found = {name: column(view) for name, column in self._series.items()}
        self._series = {name: self._series[name] for name, values in found.items() if values is not None}
        return [view.weights, *(values for values in found.values() if values is not None)]

    def gather(self, weights: Array, columns: Array) -> None:
        ones = (weights == 1).all()
        for name, column in zip(self._series, columns, strict=True):
            first, second = self._sums[name]
            values, product = column, column if ones else weights * column
            if not np.isfinite(np.add.reduce(product)):
                self._beyond[name] += [np.count_nonzero((weights > 0) & (product == sign * np.inf)) for sign in (1, -1)]
                values = np.where(np.isfinite(product), values, 0.0)
                product = weights * values
            first.add(product[None])
            if name.startswith(WITH_ERROR):
                squares = product * values
                finite = np.isfinite(np.add.reduce(squares))
                second.add((squares if finite else np.where(np.isfinite(squares), squares, 0.0))[None])

    def sums(self) -> dict[str, list[int]]:
        self.flush()
        return {
            name: [sums.totals()[0] for sums in self._sums[name]] + self._beyond[name].tolist() for name in self._series
        }
