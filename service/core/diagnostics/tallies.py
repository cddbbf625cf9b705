"""What is kept of a scored batch so that it can be merged with others: exact sums, whose merging is addition.

A `Tally` looks at the blocks of a batch and ends up with named lists of whole numbers; a `Summary` holds them beside
what they are sums of. A diagnostic is a pure function of a summary, whether it comes from one batch or from many.
Weighted sums over rows are named after what is summed: `loss` holds those of w l and w l^2, and infinities apart.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from service.core.exact import UNIT, ExactSums, quotient, root
from service.core.losses.outcome_loss import CLASS_FAMILIES
from service.core.numerics import Array

Sums = Mapping[str, Sequence[int]]
ENOUGH = 1 << 14  # rows that are summed at once
ROUNDING = 1 << 50  # a variance below this part of its mean square is what rounding left of none


class Series(NamedTuple):
    """Sums of w x, w x^2 over finite x, and how often x was +infinity and -infinity in rows that count."""

    first: int = 0
    second: int = 0
    above: int = 0
    below: int = 0


@dataclass(frozen=True)
class Subject:
    """What a summary is about. Summaries of the same subject can be merged."""

    family: str
    loss: str
    reduction: str
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
        return self.family == "categorical"

    @property
    def has_entries(self) -> bool:
        """Whether rows are probabilities of classes, or of the outcomes of labels."""
        return self.family in CLASS_FAMILIES


@dataclass(frozen=True)
class Summary:
    """Exact sums over the rows of one batch or of many."""

    subject: Subject
    sums: Sums

    @property
    def weight(self) -> int:
        """Sum of w, in units."""
        return self.sums["weight"][0]

    @property
    def row_count(self) -> int:
        """How many rows, of whatever weight."""
        return self.sums["rows"][0]

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
    return root(spread * squared_weight << UNIT, weight**4)


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


class RowTally(Tally):
    """Sums of what `columns` makes of each row, gathered until there are enough rows to be worth it."""

    def __init__(self) -> None:
        self._pending: list[Array] = []
        self._count = 0

    @abstractmethod
    def columns(self, view: Any) -> Array:
        """(columns, rows or labels of rows): the weight, then others."""

    @abstractmethod
    def gather(self, weights: Array, x: Array) -> None:
        """Sum some columns."""

    def observe(self, view: Any) -> None:
        self._pending.append(self.columns(view))
        self._count += self._pending[-1].shape[1]
        if self._count >= ENOUGH:
            self.flush()

    def flush(self) -> None:
        """Sum what is pending."""
        if self._pending:
            columns = self._pending[0] if len(self._pending) == 1 else np.concatenate(self._pending, axis=1)
            self.gather(columns[0], columns[1:])
        self._pending, self._count = [], 0


Column = Callable[[Any], Array | None]


class SeriesTally(RowTally):
    """Series over rows: entries of `Series` by name. What the batch does not have is left out."""

    def __init__(self, series: Mapping[str, Column]) -> None:
        super().__init__()
        self._series = dict(series)
        self._sums = {name: ExactSums(2) for name in series}
        self._infinite = {name: np.zeros(2, np.int64) for name in series}

    def columns(self, view: Any) -> Array:
        found = {name: column(view) for name, column in self._series.items()}
        self._series = {name: self._series[name] for name, values in found.items() if values is not None}
        return np.stack([view.weights, *(values for values in found.values() if values is not None)])

    def gather(self, weights: Array, x: Array) -> None:
        for name, column in zip(self._series, x, strict=True):
            values = column
            if not np.isfinite(np.add.reduce(values)):
                counted = weights > 0
                self._infinite[name] += [np.count_nonzero(counted & (values == sign * np.inf)) for sign in (1, -1)]
                values = np.where(np.isfinite(values), values, 0.0)
            weighted = weights * values
            squares = weighted * values
            self._sums[name].add(np.stack((weighted, np.where(np.isfinite(squares), squares, 0.0))))

    def sums(self) -> dict[str, list[int]]:
        self.flush()
        return {name: [*self._sums[name].totals(), *self._infinite[name].tolist()] for name in self._series}
