"""Exact sums of doubles: one Python integer, in units of 2^-1074, so that order and split of a batch do not matter.

Every double is a whole number of units. A block is cut into levels of 38 bits, whose sums fit a double exactly, and the
levels are added as integers: about 2 ns per number. Merging two sums is `+`; a mean is `a / b`, correctly rounded.
"""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from service.core.numerics import Array

UNIT = 1074
WIDTH = 34
STEP = 4  # levels end at multiples of it, so that few different ones are in use: they have up to WIDTH + STEP bits
BLOCK = 1 << 15  # 2^15 numbers of 38 bits stay below 2^53: their sum is exact in any order
FEW = 16  # numbers that are added faster one by one
FLUSH = 1 << 10  # additions of 2^52 that an int64 surely holds
HUGE = 2.0**900  # above, the rounding constant would overflow


def units(x: float) -> int:
    """A finite double in units."""
    numerator, denominator = float(x).as_integer_ratio()
    return (numerator << UNIT) // denominator


def as_double(total: int) -> float:
    """A sum in units as the nearest double, infinite beyond the doubles."""
    try:
        return total / (1 << UNIT)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def quotient(total: int, divisor: int) -> float:
    """The ratio of two sums as the nearest double, infinite beyond the doubles."""
    try:
        return total / divisor
    except OverflowError:
        return math.inf if (total > 0) == (divisor > 0) else -math.inf


def root(total: int, divisor: int) -> float:
    """The square root of a ratio of positive sums, also where the ratio itself is no double."""
    shift = (total.bit_length() - divisor.bit_length()) // 2
    ratio = total / (divisor << 2 * shift) if shift > 0 else (total << -2 * shift) / divisor
    try:
        return math.ldexp(math.sqrt(ratio), shift)
    except OverflowError:
        return math.inf


def exact_sum(x: Array) -> int:
    """The sum of the finite numbers of a one-dimensional array, in units."""
    if len(x) <= FEW:
        return sum(map(units, x.tolist()))
    sums = ExactSums(1)
    sums.add(x[None])
    return sums.totals()[0]


def product_error(a: Array, b: Array, product: Array) -> Array:
    """a b - fl(a b) exactly, after Dekker (1971); 0 where it is out of reach of the doubles."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        a_high, b_high = _high(a), _high(b)
        a_low, b_low = a - a_high, b - b_high
        error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return np.where(np.isfinite(error), error, 0.0)


def _high(x: Array) -> Array:
    """The upper 26 bits."""
    scaled: Array = 134_217_729.0 * x
    return scaled - (scaled - x)


class ExactSums:
    """Sums of several coordinates, exact whatever the order and the split of what is added.

    Numbers are taken to the nearest multiple of 2^-`bits`, which is each double itself if not said otherwise.
    """

    def __init__(self, size: int, bits: int = UNIT) -> None:
        self.size = size
        self._finest = UNIT - bits
        self._totals = [0] * size
        self._levels: dict[int, NDArray[np.int64]] = {}
        self._added = 0

    def add(self, x: Array) -> None:
        """Finite numbers, (size, rows), where the first axis may be split in two: each coordinate gets its row."""
        step = BLOCK if self.size == 1 else max(2, BLOCK // self.size)
        for start in range(0, x.shape[-1], step):
            self._cut(np.array(x[..., start : start + step]), lambda piece: np.add.reduce(piece, axis=-1).ravel())

    def add_groups(self, x: Array, group: NDArray[np.intp]) -> None:
        """Finite numbers, one-dimensional, each to the coordinate that `group` says."""
        for start in range(0, len(x), BLOCK):
            part = slice(start, start + BLOCK)
            self._cut(np.array(x[part]), partial(self._by_group, group[part]))

    def _by_group(self, group: NDArray[np.intp], piece: Array) -> Array:
        return np.bincount(group, piece, self.size).astype(np.float64, copy=False)

    def totals(self) -> list[int]:
        """The sums so far, in units."""
        for last, sums in self._levels.items():
            self._totals = [total + (more << last) for total, more in zip(self._totals, sums.tolist(), strict=True)]
        self._levels.clear()
        self._added = 0
        return list(self._totals)

    def _cut(self, rest: Array, sums_of: Callable[[Array], Array]) -> None:
        """Add the upper bits, then the next ones, until nothing is left of `rest`."""
        top = _largest(rest)
        if top >= HUGE:
            large = np.abs(rest) >= HUGE
            self._cut_huge(np.where(large, rest, 0.0), sums_of)
            rest[large] = 0.0
            top = _largest(rest)
        piece, last = np.empty_like(rest), UNIT + UNIT
        while top and last > self._finest:
            last = max(self._finest, (math.frexp(top)[1] + UNIT - WIDTH) // STEP * STEP)
            magic = math.ldexp(1.5, last - UNIT + 52)  # x + magic - magic: x in whole 2^last units
            np.add(rest, magic, out=piece)
            piece -= magic
            rest -= piece
            self._add_level(last, np.ldexp(sums_of(piece), UNIT - last).astype(np.int64))
            top = _largest(rest)

    def _cut_huge(self, rest: Array, sums_of: Callable[[Array], Array]) -> None:
        """Numbers too large for the rounding constant: scaled down by a power of two, which is exact for them."""
        scaled = ExactSums(self.size)
        scaled._cut(np.ldexp(rest, -512), sums_of)
        self._totals = [mine + (more << 512) for mine, more in zip(self._totals, scaled.totals(), strict=True)]

    def _add_level(self, last: int, sums: NDArray[np.int64]) -> None:
        self._levels[last] = self._levels[last] + sums if last in self._levels else sums
        self._added += 1
        if self._added >= FLUSH:
            self.totals()


def _largest(x: Array) -> float:
    return max(float(x.max(initial=0.0)), -float(x.min(initial=0.0)))
