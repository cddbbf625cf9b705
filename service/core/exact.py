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
WIDTH = 38
BLOCK = 1 << 15  # 2^15 numbers of 38 bits stay below 2^53: their sum is exact in any order
FEW = 16  # numbers that are added faster one by one
CACHE = 1 << 16  # numbers that are cut at once
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


def nearest(x: Array, bits: int) -> Array:
    """The nearest multiples of 2^-bits, ties to even."""
    return np.ldexp(np.rint(np.ldexp(x, bits)), -bits)


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


class Workspace:
    """Two arrays that are used again and again: fresh memory costs more than the arithmetic."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[tuple[int, ...], bool], tuple[Array, Array]] = {}

    def like(self, x: Array) -> tuple[Array, Array]:
        """Of the shape and layout of x, with whatever was left in them."""
        key = x.shape, bool(x.flags.c_contiguous)
        if key not in self._arrays:
            self._arrays = {key: (np.empty_like(x), np.empty_like(x))}
        return self._arrays[key]


class ExactSums:
    """Sums of several coordinates, exact whatever the order and the split of what is added."""

    def __init__(self, size: int, workspace: Workspace | None = None) -> None:
        self.size = size
        self._totals = [0] * size
        self._levels: dict[int, Array] = {}  # sums of pieces by the position of their last bit
        self._rows = 0  # how many pieces of a level were added up at most
        self._workspace = workspace or Workspace()

    def add(self, x: Array, bits: int = UNIT) -> None:
        """Finite numbers, (size, rows), taken to the nearest multiples of 2^-bits: each coordinate gets its row."""
        step = max(2, min(BLOCK, CACHE // self.size))
        for start in range(0, x.shape[1], step):
            part = x[:, start : start + step]
            self._cut(part, lambda piece: np.add.reduce(piece, axis=1), part.shape[1], UNIT - bits)

    def add_groups(self, x: Array, group: NDArray[np.intp], bits: int = UNIT) -> None:
        """Finite numbers, one-dimensional, each to the coordinate that `group` says."""
        for start in range(0, len(x), BLOCK):
            part = slice(start, start + BLOCK)
            self._cut(x[part], partial(self._by_group, group[part]), len(x[part]), UNIT - bits)

    def _by_group(self, group: NDArray[np.intp], piece: Array) -> Array:
        return np.bincount(group, piece, self.size).astype(np.float64, copy=False)

    def totals(self) -> list[int]:
        """The sums so far, in units."""
        for last, sums in self._levels.items():
            pieces = np.ldexp(sums, UNIT - last).astype(np.int64).tolist()
            self._totals = [total + (more << last) for total, more in zip(self._totals, pieces, strict=True)]
        self._levels.clear()
        self._rows = 0
        return list(self._totals)

    def _cut(self, x: Array, sums_of: Callable[[Array], Array], rows: int, finest: int = 0) -> None:
        """Add the upper bits, then the next ones, until nothing is left."""
        if self._rows + rows > BLOCK:
            self.totals()
        self._rows += rows
        top = _largest(x)
        if top >= HUGE:
            large = np.abs(x) >= HUGE
            self._cut_huge(np.where(large, x, 0.0), sums_of, rows)
            x = np.where(large, 0.0, x)
            top = _largest(x)
        if not top:
            return
        piece, rest = self._workspace.like(x)
        last = max(finest, (math.frexp(top)[1] + UNIT - WIDTH + 1) // 2 * 2)  # even: few different ones
        self._take(x, piece, last, sums_of)
        while last > finest:
            np.subtract(x, piece, out=rest)
            if x is rest and not rest.any():
                break
            x, last = rest, max(finest, last - WIDTH)
            self._take(x, piece, last, sums_of)

    def _take(self, x: Array, piece: Array, last: int, sums_of: Callable[[Array], Array]) -> None:
        """Add the piece of x that is a multiple of 2^last units."""
        magic = math.ldexp(1.5, last - UNIT + 52)  # x + magic - magic: x in whole 2^last units
        np.add(x, magic, out=piece)
        piece -= magic
        self._levels[last] = self._levels.get(last, 0.0) + sums_of(piece)

    def _cut_huge(self, x: Array, sums_of: Callable[[Array], Array], rows: int) -> None:
        """Numbers too large for the rounding constant: scaled down by a power of two, which is exact for them."""
        scaled = ExactSums(self.size)
        scaled._cut(np.ldexp(x, -512), sums_of, rows)
        self._totals = [mine + (more << 512) for mine, more in zip(self._totals, scaled.totals(), strict=True)]


def _largest(x: Array) -> float:
    return max(float(x.max(initial=0.0)), -float(x.min(initial=0.0)))
