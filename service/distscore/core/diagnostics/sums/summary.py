"""Exact sums over the rows of one batch or of many: what reports are made of. Merging two is addition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from distscore.core.diagnostics.records import Figure, finite
from distscore.core.diagnostics.sums.subject import Subject
from distscore.core.exact.sums import quotient
from distscore.core.exact.weighted_means import Series, Weights

Sums = Mapping[str, Sequence[int]]  # the sums of one tally, by name; those over rows are a `Series`


@dataclass(frozen=True)
class Summary:
    """The number of rows, their weights and losses, and what each tally has summed over them."""

    subject: Subject
    row_count: int  # rows that count
    sent_row_count: int  # rows that were sent, those that do not count among them
    weights: Weights
    loss: Series
    tallies: Mapping[str, Sums]

    def merge(self, other: "Summary") -> "Summary":
        """The summary of the rows of both, which are of equal subjects; of the sums that both have."""
        sent_rows = self.sent_row_count + other.sent_row_count
        if not (self.row_count and other.row_count):  # of no rows no series was seen
            return replace(self if self.row_count else other, sent_row_count=sent_rows)
        tallies = {
            name: {each: added(column, sums[each]) for each, column in self.tallies[name].items() if each in sums}
            for name, sums in other.tallies.items()
            if name in self.tallies
        }
        return Summary(
            self.subject,
            self.row_count + other.row_count,
            sent_rows,
            Weights(*added(self.weights, other.weights)),
            Series(*added(self.loss, other.loss)),
            tallies,
        )

    def has(self, tally: str) -> bool:
        """Whether a tally of this name looked at the rows."""
        return tally in self.tallies

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """All sums over rows, by name."""
        columns = [named for sums in self.tallies.values() for named in sums.items()]
        return {"loss": self.loss, **{name: column for name, column in columns if isinstance(column, Series)}}

    def mean(self, name: str) -> float | None:
        """Weighted mean of a series; None where there is none, where it is infinite, or without weight."""
        series = self.series.get(name)
        return None if series is None or self.weights.total <= 0 else finite(series.mean(self.weights))

    def total(self, name: str) -> float | None:
        """Weighted sum of a series; None where there is none, or where it is infinite."""
        series = self.series.get(name)
        return None if series is None else finite(series.total())

    def standard_error(self, name: str) -> float | None:
        """Of the weighted mean of a series; None where there is none, or fewer than two rows count."""
        series = self.series.get(name)
        return None if series is None else finite(series.standard_error(self.weights))

    def figure(self, name: str) -> Figure:
        """The mean of a series with its standard error."""
        return {"value": self.mean(name), "standard_error": self.standard_error(name)}


def added(mine: Sequence[int], theirs: Sequence[int]) -> Sequence[int]:
    """Sums over the rows of two batches, entry by entry."""
    sums = [a + b for a, b in zip(mine, theirs, strict=True)]
    return Series(*sums) if isinstance(mine, Series) else sums


def mean_of(total: int, weight: int) -> float | None:
    """A weighted sum over a sum of weights, as the nearest double; None without weight."""
    return quotient(total, weight) if weight > 0 else None


def share_of(part: int, whole: int) -> float:
    """A part of a sum of numbers >= 0; 0 of nothing."""
    return quotient(part, whole) if whole > 0 else 0.0
