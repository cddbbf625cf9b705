"""Weighted means with their standard errors, from exact sums that merge by addition.

The mean m = sum w x / W, W = sum w, has the standard error SE with

    SE^2 = n / (n - 1) sum w^2 (x - m)^2 / W^2,    n = W^2 / sum w^2,

which needs no assumption about how the variance of x goes with its weight, and with equal weights is the one of a
t-test. Multiplied out, W^2 sum w^2 (x - m)^2 = C W^2 - 2 A B W + A^2 S with A = sum w x, B = sum w^2 x, C = sum w^2 x^2
and S = sum w^2. That cancels where x varies by little of its size, so every product carries what rounding cut off it
(Dekker 1971): the sums are good to 2^-100 of themselves.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from distscore.core.exact.sums import UNIT, ExactSums, Workspace, as_double, quotient, quotient_root, units
from distscore.core.special.elementwise import Array

CHUNK = 1 << 14  # rows whose sums stay in the cache
FEW = 32  # numbers that are added faster one by one
SCALE = 400  # numbers within 2^-200 .. 2^200 have squares of products that are normal doubles, rounding errors included
FINE = 12 * SCALE  # sums of products are in units of 2^-(UNIT + FINE): the smallest doubles, multiplied, are above
VARIANCE_DIGITS = 96  # a variance below 2^-96 of the mean square is rounding
DIGITS_OF_DOUBLES = 50  # the same, where the squares that were summed are rounded to doubles


class Weights(NamedTuple):
    """Exact sums of w, in units of 2^-UNIT, and of w^2, in units of 2^-(UNIT + FINE)."""

    total: int = 0
    squared: int = 0

    @property
    def several(self) -> bool:
        """Whether more than one row has a positive weight, so that there is a standard error."""
        return self.total > 0 and self.total**2 << FINE > self.squared << UNIT


class Series(NamedTuple):
    """Exact sums of w x, w^2 x and w^2 x^2 over finite x, in units of 2^-(UNIT + FINE).

    Beside them it has the numbers of rows of positive weight where x is infinite, by sign.
    """

    first: int = 0
    weighted: int = 0
    squared: int = 0
    above: int = 0
    below: int = 0

    def total(self) -> float:
        """sum w x, correctly rounded; infinite if an entry is, NaN with infinities of both signs."""
        return quotient(self.first, 1 << UNIT + FINE) + self._infinity()

    def mean(self, weights: Weights) -> float:
        """sum w x / sum w, correctly rounded; 0 without weight, infinite if an entry is."""
        finite = quotient(self.first, weights.total << FINE) if weights.total > 0 else 0.0
        return finite + self._infinity()

    def standard_error(self, weights: Weights) -> float | None:
        """Of the mean; infinite if an entry is, None where fewer than two rows count."""
        if not weights.several:
            return None
        if self.above or self.below:
            return math.inf
        return standard_error(self, weights, VARIANCE_DIGITS)

    def _infinity(self) -> float:
        return (math.inf if self.above else 0.0) - (math.inf if self.below else 0.0)


def standard_error(series: Series, weights: Weights, digits: int = DIGITS_OF_DOUBLES) -> float | None:
    """Of a weighted mean of finite numbers; a variance below 2^-digits of the mean square is 0.

    None where fewer than two rows count.
    """
    if not weights.several:
        return None
    total, (first, weighted, squared, *_) = weights.total << FINE, series
    mean_square = squared * total**2
    variance = mean_square - 2 * first * weighted * total + first**2 * weights.squared
    if variance <= mean_square >> digits:
        return 0.0
    return quotient_root(variance << UNIT + FINE, total**2 * (total**2 - (weights.squared << UNIT + FINE)))


class Factor:
    """A number of at most 2^200 as the sum of two of 26 bits, so that products are known exactly (Dekker 1971)."""

    def __init__(self, value: Array) -> None:
        scaled = 134_217_729.0 * value
        self.value = value
        self.high = scaled - (scaled - value)
        self.low = value - self.high

    def times(self, other: "Factor") -> tuple[Array, Array]:
        """The product rounded to doubles, and what rounding cut off it."""
        product = self.value * other.value
        error = self.high * other.high
        error -= product
        error += self.high * other.low
        error += self.low * other.high
        error += self.low * other.low
        return product, error


def weights_of(weights: Array) -> Weights:
    """The sums of weights, finite and >= 0."""
    if (weights == 1).all():
        return Weights(len(weights) << UNIT, len(weights) << UNIT + FINE)
    workspace, squared = Workspace(), 0
    total = ExactSums(1, workspace)
    for start in range(0, len(weights), CHUNK):
        part = weights[None, start : start + CHUNK]
        total.add(part)
        for scaled, shift in by_scale(part):
            factor, sums = Factor(scaled), ExactSums(1, workspace)
            for each in factor.times(factor):
                sums.add(each)
            squared += sums.totals()[0] << FINE + 2 * shift
    return Weights(total.totals()[0], squared)


def series_of(values: Array, weights: Array) -> Series:
    """The sums of one series, (rows,), finite or infinite."""
    sums = SeriesSums(1)
    for start in range(0, len(values), CHUNK):
        sums.add(weights[start : start + CHUNK], values[None, start : start + CHUNK])
    return sums.totals()[0]


class SeriesSums:
    """Sums of several series over the same rows; what a row adds depends on that row alone."""

    def __init__(self, size: int, squares: bool = True) -> None:
        """Without `squares` only the sums of w x are kept: a mean has no standard error then."""
        self.size, self._squares = size, squares
        self._infinite = np.zeros((2, size), np.int64)
        self._workspace = Workspace()
        self._sums: dict[tuple[bool, int, int], list[ExactSums]] = {}
        self._few = [[0, 0] for _ in range(size)]  # sums of x and x^2 of rows that were added one by one

    def add(self, weights: Array, values: Array) -> None:
        """Rows of weights >= 0, (rows,), and of values, (size, rows)."""
        beyond = ~np.isfinite(values)
        if beyond.any():
            counted = beyond & (weights > 0)  # NaN counts twice: infinities of both signs have no mean either
            self._infinite += [np.count_nonzero(counted & ~each, axis=1) for each in (values < 0, values > 0)]
            values = np.where(beyond, 0.0, values)
        if (weights == 1).all():
            if values.size <= FEW:
                self._add_few(values.tolist())
                return
            for scaled, shift in by_scale(values):
                self._add_plain(scaled, shift)
            return
        for weight, weight_shift in by_scale(weights):
            for scaled, shift in by_scale(values):
                self._add_weighted(weight, scaled, weight_shift, shift)

    def _add_few(self, values: list[list[float]]) -> None:
        """Rows of weight 1, in whole numbers: faster for a few."""
        for sums, row in zip(self._few, values, strict=True):
            numbers = list(map(units, row))
            sums[0] += sum(numbers) << FINE
            sums[1] += sum(x * x for x in numbers) << FINE - UNIT

    def _of_scale(self, plain: bool, weight_shift: int, shift: int) -> list[ExactSums]:
        key = plain, weight_shift, shift
        if key not in self._sums:
            self._sums[key] = [ExactSums(self.size, self._workspace) for _ in range(3 if self._squares else 1)]
        return self._sums[key]

    def _add_plain(self, x: Array, shift: int) -> None:
        """Rows of weight 1: w x = w^2 x = x."""
        first, *others = self._of_scale(True, 0, shift)
        first.add(x)
        if others:
            factor = Factor(x)
            for each in factor.times(factor):
                others[1].add(each)

    def _add_weighted(self, w: Array, x: Array, weight_shift: int, shift: int) -> None:
        first, *others = self._of_scale(False, weight_shift, shift)
        weight = Factor(w)
        product, error = weight.times(Factor(x))
        first.add(product)
        first.add(error)
        if not others:
            return
        weighted, squared = others
        factor = Factor(product)
        again, cut_off = weight.times(factor)
        weighted.add(again)
        weighted.add(cut_off + w * error)
        square, cut_off = factor.times(factor)
        squared.add(square)
        squared.add(cut_off + 2 * product * error)

    def totals(self) -> list[Series]:
        """The sums so far."""
        first, squared = map(list, zip(*self._few, strict=True))
        columns = [first, list(first), squared] if self._squares else [first, [0] * self.size, [0] * self.size]
        for (plain, weight_shift, shift), sums in self._sums.items():
            first, *others = (each.totals() for each in sums)
            parts = [first, first if plain else others[0], others[1]] if others else [first]
            shifts = weight_shift + shift, 2 * weight_shift + shift, 2 * weight_shift + 2 * shift
            for column, part, by in zip(columns, parts, shifts, strict=False):
                column[:] = [mine + (more << FINE + by) for mine, more in zip(column, part, strict=True)]
        above, below = self._infinite.tolist()
        return [Series(*sums) for sums in zip(*columns, above, below, strict=True)]


def by_scale(x: Array) -> Iterator[tuple[Array, int]]:
    """Entries that fit in 2^-200 .. 2^200 after a division by 2^shift, 0 for the others, and the shift."""
    size = np.abs(x)
    low, high = 2.0 ** (-SCALE // 2), 2.0 ** (SCALE // 2)
    if size.max(initial=0.0) < high and (size.min(initial=1.0) >= low or not ((size > 0) & (size < low)).any()):
        yield x, 0
        return
    scales = (np.frexp(size)[1] - 1 + SCALE // 2) // SCALE * SCALE
    for shift in np.unique(scales[size > 0]).tolist():
        yield np.ldexp(np.where(scales == shift, x, 0.0), -shift), shift


def reduced(series: Series, weights: Weights, reduction: str) -> tuple[float, float | None]:
    """Weighted mean or sum of a series, and its standard error."""
    error = series.standard_error(weights)
    if reduction == "mean":
        return series.mean(weights), error
    return series.total(), error if error is None else error * as_double(weights.total)
