"""Exact sums of doubles: Python integers in units of 2^-1074, so that order and split of a batch do not matter.

Every double is a whole number of units. A block of numbers is cut into slices of 47 bits, from the highest bits down:
x + 1.5 2^52 u holds x, rounded to a multiple of u, in its last bits (Rump, Ogita, Oishi 2008), and these are added as
64-bit integers, exactly. It costs about 0.5 ns per number and slice. Two sums merge by `+`; a mean is `a / b` of two
integers, correctly rounded.
"""

import math
import struct
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array

Counts = NDArray[np.int64]
SumsOf = Callable[[Array, float], Counts]  # of numbers shifted by a constant

UNIT = 1074
WIDTH = 47  # bits of a slice
BLOCK = 1 << 15  # 2^15 numbers of 47 bits stay below 2^62: their sum is exact in any order
GROUPED = 38  # bits of a slice whose sums by group are taken as doubles, which stay below 2^53
FEW = 16  # up to so many numbers are added faster one by one
SHAPES = 4  # of arrays that a workspace keeps
HUGE = 2.0**900  # above, the rounding constant would overflow


def units(x: float) -> int:
    """A finite double as a whole number of units of 2^-1074."""
    numerator, denominator = float(x).as_integer_ratio()
    return (numerator << UNIT) // denominator


def as_double(total: int) -> float:
    """A sum in units of 2^-1074 as the nearest double, infinite beyond the largest one."""
    try:
        return total / (1 << UNIT)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def quotient(total: int, divisor: int) -> float:
    """The ratio of two sums in the same units as the nearest double, infinite beyond the largest one."""
    try:
        return total / divisor
    except OverflowError:
        return math.inf if (total > 0) == (divisor > 0) else -math.inf


def quotient_root(total: int, divisor: int) -> float:
    """The square root of the ratio of two positive sums, also where the ratio itself overflows or underflows."""
    shift = (total.bit_length() - divisor.bit_length()) // 2
    ratio = total / (divisor << 2 * shift) if shift > 0 else (total << -2 * shift) / divisor
    try:
        return math.ldexp(math.sqrt(ratio), shift)
    except OverflowError:
        return math.inf


def exact_sum(x: Array) -> int:
    """The sum of the finite numbers of a one-dimensional array, in units of 2^-1074."""
    sums = ExactSums(1)
    for start in range(0, len(x), BLOCK):
        sums.add(x[None, start : start + BLOCK])
    return sums.totals()[0]


class Workspace:
    """Two arrays of each shape that are used again and again: fresh memory costs more than the arithmetic."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[tuple[int, ...], bool], tuple[Array, Array]] = {}

    def like(self, x: Array) -> tuple[Array, Array]:
        """Both arrays in the shape and layout of x, with whatever was left in them."""
        key = x.shape, bool(x.flags.c_contiguous)
        if key not in self._arrays:
            if len(self._arrays) == SHAPES:
                self._arrays.clear()
            self._arrays[key] = np.empty_like(x), np.empty_like(x)
        return self._arrays[key]


class ExactSums:
    """Sums of several coordinates, exact whatever the order and the split of what is added."""

    def __init__(self, size: int, workspace: Workspace | None = None) -> None:
        self.size = size
        self._totals = [0] * size
        self._slices: dict[int, Counts] = {}  # sums of slices by the position of their last bit, in units of it
        self._rows = 0  # how many numbers were added to a slice at most
        self._workspace = workspace or Workspace()

    def add(self, x: Array, bits: int = UNIT, largest: float | None = None) -> None:
        """Finite numbers, (size, rows), taken to the nearest multiples of 2^-bits: each coordinate gets its row.

        `largest` is the largest absolute value, or above it, where that is known.
        """
        if bits == UNIT and x.size <= FEW:
            more = [sum(map(units, row)) for row in x.tolist()]
            self._totals = [mine + theirs for mine, theirs in zip(self._totals, more, strict=True)]
            return
        self._cut(x, _by_row, x.shape[1], UNIT - bits, _largest(x) if largest is None else largest)

    def add_groups(self, group: NDArray[np.intp], x: Array, bits: int = UNIT, largest: float | None = None) -> None:
        """Finite numbers, one-dimensional, each to the coordinate that `group` says."""
        top = _largest(x) if largest is None else largest
        self._cut(x, partial(self._by_group, group), len(x), UNIT - bits, top, GROUPED)

    def _by_group(self, group: NDArray[np.intp], shifted: Array, magic: float) -> Counts:
        sums = np.bincount(group, shifted - magic, self.size)
        return np.ldexp(sums, 53 - math.frexp(magic)[1]).astype(np.int64)

    def totals(self) -> list[int]:
        """The sums so far, by coordinate, in units of 2^-1074."""
        for last, sums in self._slices.items():
            self._totals = [total + (more << last) for total, more in zip(self._totals, sums.tolist(), strict=True)]
        self._slices.clear()
        self._rows = 0
        return list(self._totals)

    def _cut(self, x: Array, sums_of: SumsOf, rows: int, finest: int, top: float, width: int = WIDTH) -> None:
        """Add numbers of at most the size `top` slice by slice, from the highest bits down, until nothing is left."""
        if self._rows + rows > BLOCK:
            self.totals()
        self._rows += rows
        if top >= HUGE:
            large = np.abs(x) >= HUGE
            self._cut_huge(np.where(large, x, 0.0), sums_of, rows, width)
            x = np.where(large, 0.0, x)
            top = _largest(x)
        if not top:
            return
        if rows > BLOCK:
            width -= rows.bit_length() - BLOCK.bit_length() + 1
        last = max(finest, (math.frexp(top)[1] + UNIT - width + 1) // 2 * 2)  # even: few different ones
        mine, other = self._workspace.like(x)
        shifted = mine
        while True:
            magic = math.ldexp(1.5, last - UNIT + 52)  # x + magic: x in whole 2^last units
            np.add(x, magic, out=shifted)
            sums = sums_of(shifted, magic)
            if last in self._slices:
                sums += self._slices[last]
            self._slices[last] = sums
            if last == finest:
                return
            shifted -= magic
            rest = np.subtract(x, shifted, out=shifted)
            if last - width > finest and not rest.any():
                return
            x, last = rest, max(finest, last - width)
            shifted = rest if last == finest else other if rest is mine else mine

    def _cut_huge(self, x: Array, sums_of: SumsOf, rows: int, width: int) -> None:
        """Numbers too large for the rounding constant: scaled down by a power of two, which is exact for them."""
        scaled = ExactSums(self.size)
        small = np.ldexp(x, -512)
        scaled._cut(small, sums_of, rows, 0, _largest(small), width)
        self._totals = [mine + (more << 512) for mine, more in zip(self._totals, scaled.totals(), strict=True)]


def _bits(x: float) -> int:
    """The 64 bits of a double, as a whole number."""
    bits: int = struct.unpack("q", struct.pack("d", x))[0]
    return bits


def _by_row(shifted: Array, magic: float) -> Counts:
    """Sums along rows of the last bits beyond those of `magic`; the start makes up for what wraps around 2^64."""
    start = (2**63 - _bits(magic) * shifted.shape[1]) % 2**64 - 2**63
    sums: Counts = np.add.reduce(shifted.view(np.int64), axis=1, initial=start)
    return sums


def _largest(x: Array) -> float:
    """The largest absolute value; 0 of nothing."""
    return max(float(x.max(initial=0.0)), -float(x.min(initial=0.0)))
