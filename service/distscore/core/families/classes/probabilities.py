"""Probabilities of the outcomes of some rows, and what is known of them beyond their rounded values.

Outcomes come first: (K, rows) for K exclusive classes, (2, rows) for an event and its opposite, (2, labels, rows) for
several independent events. Complements, logarithms, differences and ratios keep the digits that the numbers sent have,
also where a probability is almost 0 or 1, or two of them are almost the same.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.top import Positions, flat, of_rows
from distscore.core.special import elementwise
from distscore.core.special.elementwise import EPSILON, SMALLEST_NORMAL, Array, ratio, total, total_of_others

LOG_2 = 0.6931471805599453094


def others(x: Array) -> Array:
    """For each entry of non-negative ones the sum of the others along the first axis, without cancellation."""
    return total_of_others(x, (x > 0.5 * total(x)) | (x == np.inf))


def signed_others(x: Array) -> Array:
    """For each entry the sum of the others along the first axis, which may have any sign."""
    size = np.abs(x)
    return total_of_others(x, size > 0.5 * total(size))


def pair(first: Array, second: Array) -> Array:
    """Two arrays as the two outcomes of one event, in the memory layout that they have."""
    return np.stack((first, second)) if first.flags.c_contiguous else np.stack((first.T, second.T)).transpose(0, 2, 1)


def exponential_error(logarithms: Array) -> Array:
    """How far exponentials may be off by rounding, relative to their size: by as many digits as their argument has."""
    return EPSILON * (4 + np.minimum(np.abs(logarithms), 700.0))


def compensated_sums(x: Array) -> Array:
    """Cumulative sums over the first axis, with what each addition rounds off added in the end."""
    sums = np.cumsum(x, axis=0)
    last = np.concatenate((np.zeros_like(x[:1]), sums[:-1]))
    added = sums - last
    return sums + np.cumsum((last - (sums - added)) + (x - added), axis=0)


class Probabilities:
    """Probabilities as they were sent: exact numbers, whose sum may be anything."""

    sums_to_one: bool = False  # but for the rounding of the entries
    paired: bool = False  # whether the outcomes are an event and its opposite: one number, which counts as two entries

    def __init__(self, values: Array) -> None:
        self.values = values

    @cached_property
    def log(self) -> Array:
        """Logarithms of the probabilities, in their shape; -infinity where one is 0."""
        return np.log(self.values)

    @cached_property
    def complement(self) -> Array:
        """1 - x, which is negative where x is above 1."""
        return 1 - self.values

    def complement_at(self, at: Positions) -> Array:
        """1 - x of some entries, which are at these positions in `flat`."""
        return 1 - flat(self.values)[at]

    @cached_property
    def log_complement(self) -> Array:
        """log(1 - x), by the complement where x is near 1."""
        return np.where(self.values > 0.5, np.log(np.maximum(self.complement, 0.0)), np.log1p(-self.values))

    def of_rows(self, rows: Positions) -> "Probabilities":
        """Those of some rows, for (K, rows); a lone row has to be asked for twice."""
        return Probabilities(of_rows(self.values, rows))

    @property
    def relative_error(self) -> Array | float:
        """How far values may be off by rounding, relative to their size."""
        return 0.0

    @cached_property
    def surplus(self) -> Array | float:
        """sum x - 1, (rows,) or (labels, rows), with the complement of an entry above 1/2 in place of x - 1."""
        if self.sums_to_one:
            return 0.0
        dominant = self.values > 0.5
        whole = np.add.reduce(dominant, axis=0, dtype=np.float64) - 1
        parts = np.where(dominant, -self.complement, self.values)
        return np.asarray(compensated_sums(np.concatenate((whole[None], parts)))[-1])

    @cached_property
    def most_probable(self) -> NDArray[np.intp]:
        """The first outcome of each row that has the largest probability, (rows,) or (labels, rows)."""
        return np.asarray(np.argmax(self.values, axis=0))

    def difference(self, target: "Probabilities") -> Array:
        """x - p; of two entries almost 1 by their complements."""
        x, p = self.values, target.values
        return np.where(np.minimum(x, p) > 0.5, target.complement - self.complement, x - p)

    def difference_error(self, target: "Probabilities") -> Array | float:
        """How far `difference` may be off because a side was computed: what is smaller has no sign."""
        relative = np.maximum(self.relative_error, target.relative_error)
        x, p = self.values, target.values
        return relative * np.where(x > 0.5, np.maximum(target.complement, self.complement), np.maximum(x, p))

    def log_ratio(self, target: "Probabilities") -> Array:
        """log(x / p), with 0 where both are 0; near a match from the difference x - p."""
        x, p = self.values, target.values
        u = self.difference(target) / p
        subnormal = (x < SMALLEST_NORMAL) | (p < SMALLEST_NORMAL)
        far = np.where(subnormal, self.log - target.log, elementwise.log_ratio(x, p))
        found = np.where(np.abs(u) < 0.5, np.log1p(u), far)
        return np.where(np.isnan(found), 0.0, found)


class Computed(Probabilities):
    """Probabilities that were computed to sum to 1, so that a complement is the sum of the other entries."""

    sums_to_one = True

    def of_rows(self, rows: Positions) -> Probabilities:
        return Computed(of_rows(self.values, rows))

    @cached_property
    def complement(self) -> Array:
        return others(self.values)

    def complement_at(self, at: Positions) -> Array:
        return flat(self.complement)[at]

    @cached_property
    def log(self) -> Array:
        return np.where(self.values > 0.5, np.log1p(-self.complement), np.log(self.values))

    @property
    def relative_error(self) -> Array | float:
        return exponential_error(self.log)


class Quotients(Computed):
    """Amounts a divided by their sum A, a / A; 0 where all are 0."""

    def __init__(self, amounts: Array) -> None:
        self.whole = total(amounts)
        super().__init__(ratio(amounts, self.whole))


class Clipped(Computed):
    """Quotients that are at least `clip` where they are kept; what was not clipped keeps its complement."""

    sums_to_one = False

    def __init__(self, quotients: Quotients, clip: float, kept: Array | None = None) -> None:
        clipped = np.maximum(quotients.values, clip)
        super().__init__(clipped if kept is None else np.where(kept > 0, clipped, 0.0))
        self._quotients = quotients

    @cached_property
    def complement(self) -> Array:
        return np.where(self.values == self._quotients.values, self._quotients.complement, 1 - self.values)


class Exponentials(Computed):
    """e^l of log-probabilities l, whose sum may be anything."""

    sums_to_one = False

    def __init__(self, logarithms: Array) -> None:
        super().__init__(np.exp(logarithms))
        self._logarithms = logarithms

    @cached_property
    def log(self) -> Array:
        return self._logarithms

    @cached_property
    def complement(self) -> Array:
        return -np.expm1(self._logarithms)


class Event(Probabilities):
    """Probabilities of events and of their opposites, which sum to 1."""

    sums_to_one = True
    paired = True

    def __init__(self, event: Array, opposite: Array) -> None:
        super().__init__(pair(event, opposite))

    @cached_property
    def complement(self) -> Array:
        return self.values[::-1]

    @cached_property
    def log(self) -> Array:
        x, rest = self.values, self.values[::-1]
        return np.where(x > 0.5, np.log1p(-rest), np.log(x))

    def difference(self, target: Probabilities) -> Array:
        """x - p, by the rarer outcome: that of the other outcome is the same with the opposite sign."""
        if not target.sums_to_one:
            return super().difference(target)
        (x, rest), (p, target_rest) = self.values, target.values
        found = np.where(np.minimum(p, x) > 0.5, target_rest - rest, x - p)
        return pair(found, -found)
