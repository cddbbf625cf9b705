"""Logarithms of doubles as sums of two doubles, so that differences of their means keep their digits.

With x = 2^e m, 1/2 <= m < 1, and the nearest c to m of 9 bits, s = (m - c) / (m + c) is at most 2^-10 and

    log x = e log 2 + log c + 2 (s + s^3 / 3 + s^5 / 5 + ...),

in which log 2 and log c are known to more digits, and s and s^3 with what rounding cuts off them.
"""

from decimal import Decimal, localcontext
from functools import cache

import numpy as np

from distscore.core.exact.products import Factor, sum_of, sum_of_all
from distscore.core.special.elementwise import Array

BITS = 9  # of c
DIGITS = 60
EXPONENT_BITS = 11
SERIES = (1 / 5, 1 / 7, 1 / 9)


@cache
def logarithms_of_centers() -> tuple[Array, Array]:
    """log(k / 2^9) for k = 0 .. 2^9, and what rounding cut off them; without meaning for k = 0."""
    with localcontext(prec=DIGITS):
        exact = [(Decimal(max(k, 1)) / 2**BITS).ln() for k in range(2**BITS + 1)]
        rounded = [float(each) for each in exact]
        return np.array(rounded), np.array([float(a - Decimal(b)) for a, b in zip(exact, rounded, strict=True)])


@cache
def parts_of_log_2() -> tuple[float, float, float]:
    """log 2 as a sum of three numbers: the first two have so few bits that whole exponents times them are exact."""
    with localcontext(prec=DIGITS):
        rest, parts = Decimal(2).ln(), []
        for bits in (53 - EXPONENT_BITS, 2 * (53 - EXPONENT_BITS)):
            parts.append(float(int(rest * 2**bits)) / 2**bits)
            rest -= Decimal(parts[-1])
        return parts[0], parts[1], float(rest)


def logarithm(x: Array) -> tuple[Array, Array]:
    """log x of positive doubles, rounded, and what rounding cut off it to 2^-100 of 1 + |log x|."""
    m, exponent = np.frexp(x)
    k = np.rint(m * 2**BITS).astype(np.intp)
    e, (first, second, third) = exponent.astype(np.float64), parts_of_log_2()
    of_center, center_cut_off = (table[k] for table in logarithms_of_centers())
    of_ratio = twice_artanh(m, k / 2**BITS)
    rest = center_cut_off + e * third + of_ratio[2]
    return sum_of_all(e * first, of_center, of_ratio[0], e * second, of_ratio[1], rest)


def times_logarithm(a: Array, x: Array) -> tuple[Array, Array]:
    """a log x for a >= 0 and x > 0, rounded, and what rounding cut off it; 0 where a is."""
    rounded, cut_off = logarithm(np.where(a > 0, x, 1.0))
    high, low = Factor(a).times(Factor(rounded))
    return sum_of(high, low + a * cut_off)


def exponential(x: Array, cut_off: Array) -> tuple[Array, Array]:
    """exp of x + cut_off, rounded, and what rounding cut off it, by the logarithm of what np.exp makes of x."""
    rounded = np.exp(x)
    back, rest = logarithm(rounded)
    return sum_of(rounded, rounded * ((x - back) + (cut_off - rest)))


def twice_artanh(m: Array, c: Array) -> tuple[Array, Array, Array]:
    """log(m / c) = 2 artanh(s) with s = (m - c) / (m + c): 2 s, 2 s^3 / 3, and the rest of the sum."""
    difference, (whole, whole_cut_off) = m - c, sum_of(m, c)
    s = difference / whole
    factor = Factor(s)
    back, back_cut_off = factor.times(Factor(whole))
    s_cut_off = (difference - back - back_cut_off - s * whole_cut_off) / whole
    square, square_cut_off = factor.times(factor)
    cube, cube_cut_off = factor.times(Factor(square))
    cube_cut_off = cube_cut_off + s * square_cut_off + 3 * square * s_cut_off
    third = cube / 3
    third_cut_off = (cube - 2 * third - third + cube_cut_off) / 3
    higher = cube * square * (SERIES[0] + square * (SERIES[1] + square * SERIES[2]))
    return 2 * s, 2 * third, 2 * (s_cut_off + third_cut_off + higher)
