"""Exact sums of doubles: one Python integer, in units of 2^-1074, so that order and split of a batch do not matter.

Every double is a whole number of units. A block is cut into levels of 37 bits, whose sums fit a double exactly, and the
levels are added as integers: about 3 ns per number. Merging two sums is `+`; a mean is `a / b`, correctly rounded.
"""

import math

import numpy as np

from service.core.numerics import Array

UNIT = 1074
WIDTH = 37
BLOCK = 1 << 15  # 2^15 numbers of 37 bits stay below 2^53: their sum is exact in any order
FEW = 16  # numbers that are added faster one by one
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


def exact_sum(x: Array) -> int:
    """The sum of the finite numbers of a one-dimensional array, in units."""
    if len(x) <= FEW:
        return sum(map(units, x.tolist()))
    return sum(_block_sum(x[start : start + BLOCK]) for start in range(0, len(x), BLOCK))


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


def _block_sum(x: Array) -> int:
    size = np.abs(x)
    top = float(size.max(initial=0.0))
    if top >= HUGE:
        large = size >= HUGE
        return sum(map(units, x[large].tolist())) + _block_sum(x[~large])
    total, rest = 0, x
    level = (math.frexp(top)[1] + UNIT) // WIDTH if top else -1
    while level >= 0 and rest.any():
        magic = math.ldexp(1.5, level * WIDTH - UNIT + 52)  # x + magic - magic rounds x to whole 2^(level WIDTH) units
        piece = (rest + magic) - magic
        rest = rest - piece
        total += int(math.ldexp(float(piece.sum()), UNIT - level * WIDTH)) << (level * WIDTH)
        level -= 1
    return total
