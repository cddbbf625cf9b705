"""Weighted means with their standard errors, from exact sums that merge by addition.

The mean m = sum w x / W, W = sum w, has the standard error SE with

    SE^2 = n / (n - 1) sum w^2 (x - m)^2 / W^2,    n = W^2 / sum w^2,

which needs no assumption about how the variance of x goes with its weight, and with equal weights is the one of a
t-test. Multiplied out, W^2 sum w^2 (x - m)^2 = C W^2 - 2 A B W + A^2 S with A = sum w x, B = sum w^2 x, C = sum w^2 x^2
and S = sum w^2. That cancels where x varies by little of its size, so every product carries what rounding cut off it
(Dekker 1971): the sums are good to 2^-100 of themselves.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from distscore.core.exact.products import SCALE, Factor, by_scale, scale_of, squares
from distscore.core.exact.sums import UNIT, ExactSums, Workspace, as_double, quotient, quotient_root, units
from distscore.core.special.elementwise import Array

CHUNK = 1 << 14  # rows whose sums stay in the cache
FEW = 32  # numbers that are added faster one by one
FINE = 12 * SCALE  # sums of products are in units of 2^-(UNIT + FINE): the smallest doubles, multiplied, are above
VARIANCE_DIGITS = 96  # a variance below 2^-96 of the mean square is rounding
DIGITS_OF_DOUBLES = 50  # bits that differences of sums of rounded squares have


class Weights(NamedTuple):
    """Exact sums of w, in units of 2^-UNIT, and of w^2, in units of 2^-(UNIT + FINE)."""

    total: int = 0
    squared: int = 0

    @property
    def several(self) -> bool:
        """Whether more than one row has a positive weight, so that there is a standard error."""
        return self.total > 0 and self.total**2 << FINE > self.squared << UNIT

    def less(self, part: "Weights") -> "Weights":
        """The sums over the rows that are not in a part."""
        return Weights(*(mine - theirs for mine, theirs in zip(self, part, strict=True)))


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
        variance, mean_square, divisor = _variance(self, weights)
        return quotient_root(variance, divisor) if variance > max(0, mean_square >> VARIANCE_DIGITS) else 0.0

    def less(self, part: "Series") -> "Series":
        """The sums over the rows that are not in a part."""
        return Series(*(mine - theirs for mine, theirs in zip(self, part, strict=True)))

    def _infinity(self) -> float:
        return (math.inf if self.above else 0.0) - (math.inf if self.below else 0.0)


def standard_error_of_rounded(series: Series, weights: Weights) -> float | None:
    """Standard error of a weighted mean of finite numbers whose squares were rounded to doubles before they were added.

    0 where all numbers are the same. None where their variance is lost in the rounding of the squares, below
    2^-DIGITS_OF_DOUBLES of the mean square, and where fewer than two rows count.
    """
    if not weights.several:
        return None
    variance, mean_square, divisor = _variance(series, weights)
    if not variance or _is_constant(series, weights):
        return 0.0
    return quotient_root(variance, divisor) if variance > max(0, mean_square >> DIGITS_OF_DOUBLES) else None


def _is_constant(series: Series, weights: Weights) -> bool:
    """Whether the sums are just those of one number in every row, its square rounded."""
    mean = quotient(series.first, weights.total << FINE)
    square = mean * mean
    if not math.isfinite(square) or Fraction(series.first, weights.total << FINE) != mean:
        return False
    return Fraction(mean) * weights.squared == series.weighted and Fraction(square) * weights.squared == series.squared


def _variance(series: Series, weights: Weights) -> tuple[int, int, int]:
    """W^2 sum w^2 (x - m)^2 and its largest part, C W^2, and what the first is divided by for SE^2."""
    total, square = weights.total << FINE, weights.squared
    common = total | square | series.first | series.weighted | series.squared
    zeros = min((common & -common).bit_length() - 1, UNIT + FINE)  # last bits that none of them needs
    total, square = total >> zeros, square >> zeros
    first, weighted, squared = series.first >> zeros, series.weighted >> zeros, series.squared >> zeros
    unit = UNIT + FINE - zeros
    mean_square = squared * total**2
    variance = mean_square - 2 * first * weighted * total + first**2 * square
    return variance << unit, mean_square << unit, total**2 * (total**2 - (square << unit))


def weights_of(weights: Array) -> Weights:
    """The sums of weights, finite and >= 0."""
    different = weights if weights.strides[0] else weights[:1]  # one number for all rows has no stride
    if (different == 1).all():
        return Weights(len(weights) << UNIT, len(weights) << UNIT + FINE)
    if len(weights) <= FEW:
        whole = list(map(units, weights.tolist()))
        return Weights(sum(whole), sum(w * w for w in whole) << FINE - UNIT)
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

    def __init__(self, size: int, with_error: int | None = None) -> None:
        """Of the first `with_error` series, or of all, there will be standard errors; of the others only means."""
        self.size, self._with_error = size, size if with_error is None else with_error
        self._infinite = np.zeros((2, size), np.int64)
        self._workspace = Workspace()
        self._sums: dict[tuple[bool, int, int], tuple[ExactSums, ExactSums, ExactSums]] = {}
        self._few = [[0, 0, 0] for _ in range(size)]  # the sums of rows that were added one by one

    def add(self, weights: Array, values: Array) -> None:
        """Rows of weights >= 0, (rows,), and of values, (size, rows)."""
        beyond = ~np.isfinite(values)
        if beyond.any():
            counted = beyond & (weights > 0)  # NaN counts twice: infinities of both signs have no mean either
            self._infinite += [np.count_nonzero(counted & ~each, axis=1) for each in (values < 0, values > 0)]
            values = np.where(beyond, 0.0, values)
        if values.size <= FEW:
            self._add_few(weights.tolist(), values.tolist())
        elif not (weights == 1).all():
            for weight, weight_shift in by_scale(weights):
                for scaled, shift in by_scale(values):
                    self._add_weighted(weight, scaled, weight_shift, shift)
        else:
            for scaled, shift in by_scale(values):
                self._add_plain(scaled, shift)

    def _add_few(self, weights: list[float], values: list[list[float]]) -> None:
        """The same numbers as whole numbers, one row after the other: faster for a few."""
        for sums, row in zip(self._few, values, strict=True):
            for weight, x in zip(weights, row, strict=True):
                first, weighted, squared = _whole_products(weight, x)
                sums[0] += first
                sums[1] += weighted
                sums[2] += squared

    def _of_scale(self, plain: bool, weight_shift: int, shift: int) -> tuple[ExactSums, ExactSums, ExactSums]:
        key = plain, weight_shift, shift
        if key not in self._sums:
            workspace, count = self._workspace, self._with_error
            self._sums[key] = ExactSums(self.size, workspace), ExactSums(count, workspace), ExactSums(count, workspace)
        return self._sums[key]

    def _add_plain(self, x: Array, shift: int) -> None:
        """Rows of weight 1: w x = w^2 x = x."""
        first, _, squared = self._of_scale(True, 0, shift)
        first.add(x)
        if self._with_error:
            factor = Factor(x[: self._with_error])
            for each in factor.times(factor):
                squared.add(each)

    def _add_weighted(self, w: Array, x: Array, weight_shift: int, shift: int) -> None:
        first, weighted, squared = self._of_scale(False, weight_shift, shift)
        weight = Factor(w)
        product, error = weight.times(Factor(x))
        first.add(product)
        first.add(error)
        if self._with_error:
            parts = squares(weight, product[: self._with_error], error[: self._with_error])
            for sums, (rounded, cut_off) in zip((weighted, squared), parts, strict=True):
                sums.add(rounded)
                sums.add(cut_off)

    def totals(self) -> list[Series]:
        """The sums over all rows that were added, of each series."""
        first, weighted, squared = map(list, zip(*self._few, strict=True))
        for (plain, weight_shift, shift), sums in self._sums.items():
            of_first, of_weighted, of_squared = (each.totals() for each in sums)
            _increase(first, of_first, weight_shift + shift)
            _increase(weighted, of_first if plain else of_weighted, 2 * weight_shift + shift)
            _increase(squared, of_squared, 2 * (weight_shift + shift))
        above, below = self._infinite.tolist()
        zeros = [0] * (self.size - self._with_error)
        weighted[self._with_error :], squared[self._with_error :] = zeros, zeros
        return [Series(*sums) for sums in zip(first, weighted, squared, above, below, strict=True)]


def _increase(sums: list[int], more: Sequence[int], shift: int) -> None:
    """Add sums in units of 2^(shift - UNIT) to the first of some in units of 2^-(UNIT + FINE)."""
    for at, each in enumerate(more):
        sums[at] += each << FINE + shift


def _whole_products(w: float, x: float) -> tuple[int, int, int]:
    """w x, w^2 x and w^2 x^2 of one row as they are summed, in units of 2^-(UNIT + FINE)."""
    if w == 1:
        whole = units(x)
        return whole << FINE, whole << FINE, whole * whole << FINE - UNIT
    weight_shift, shift = scale_of(w), scale_of(x)
    weight = Factor(math.ldexp(w, -weight_shift))
    product, error = weight.times(Factor(math.ldexp(x, -shift)))
    again, square = squares(weight, product, error)
    both = weight_shift + shift
    sums = (sum(map(units, parts)) for parts in ((product, error), again, square))
    first, weighted, squared = sums
    return first << FINE + both, weighted << FINE + both + weight_shift, squared << FINE + 2 * both


def reduced(series: Series, weights: Weights, reduction: str) -> tuple[float, float | None]:
    """Weighted mean or sum of a series, and its standard error."""
    error = series.standard_error(weights)
    if reduction == "mean":
        return series.mean(weights), error
    return series.total(), error if error is None else error * as_double(weights.total)
