"""The gamma function without its large parts: what is left of lgamma and its derivatives beside Stirling's formula.

s(k) = lgamma(k) - (k - 1/2) log k + k - log(2 pi) / 2, -k s'(k) and k^2 s''(k) are Stieltjes' continued fractions
a0 / (k + a1 / (k + a2 / (k + ...))) with positive coefficients (Stieltjes, 1894). Divided differences of such fractions
follow from coefficient to coefficient, so that differences of s keep their digits however close the arguments are.
Arguments below ASYMPTOTIC_FROM are led up to it by the recurrences of lgamma, psi and psi1, with terms that do not
cancel. Relative errors are below 1e-14, from 1e-300 to 1e300; all functions are elementwise.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from scipy import special

from distscore.core.special.elementwise import (
    SMALLEST_NORMAL,
    Array,
    atanh_ratio_minus_one,
    itakura_saito,
    log_ratio,
    log_ratio_near_one,
    phi,
    product,
)

ASYMPTOTIC_FROM = 6  # from here on the fractions give s'' to 1e-16, and s and s' to less
BERNOULLI = [  # |B_2|, |B_4|, ..., from which the coefficients of the fractions follow
    *map(Fraction, ("1/6", "1/30", "1/42", "1/30", "5/66", "691/2730", "7/6", "3617/510", "43867/798")),
    *map(Fraction, ("174611/330", "854513/138", "236364091/2730", "8553103/6", "23749461029/870")),
]
ZETA_SERIES = special.zetac(np.arange(2, 28)) / np.arange(2, 28)  # (zeta(n) - 1) / n
EULER = 0.5772156649015328606


def _coefficients(moments: Sequence[Fraction]) -> tuple[float, ...]:
    """a0, a1, ... of m0 / k - m1 / k^3 + m2 / k^5 - ..., by the quotient-difference algorithm (Rutishauser, 1954)."""
    coefficients = [moments[0]]
    quotients = [after / before for before, after in pairwise(moments)]
    differences = [Fraction(0)] * len(moments)
    while quotients:
        coefficients.append(quotients[0])
        steps = zip(quotients, quotients[1:], differences[1:], strict=False)
        differences = [after - before + rest for before, after, rest in steps]
        coefficients += differences[:1]
        ratios = zip(quotients[1:], differences, differences[1:], strict=False)
        quotients = [quotient * after / before for quotient, before, after in ratios]
    return tuple(map(float, coefficients))


VALUE_FRACTION = _coefficients([b / (2 * n * (2 * n - 1)) for n, b in enumerate(BERNOULLI, 1)])  # s
DERIVATIVE_FRACTION = _coefficients([b / (2 * n) for n, b in enumerate(BERNOULLI, 1)])  # -k s'
SECOND_DERIVATIVE_FRACTION = _coefficients(BERNOULLI)  # k^2 s''


def stirling_error(k: Array) -> Array:
    """Error of Stirling's formula, s(k) = lgamma(k) - (k - 1/2) log k + k - log(2 pi) / 2 > 0, for k > 0."""

    def step(k: Array) -> Array:
        """Difference s(k) - s(k + 1) = (k + 1/2) log1p(1/k) - 1 = atanh(v) / v - 1, v = 1 / (2 k + 1)."""
        v = 1 / (2 * np.maximum(k, 1.5) + 1)
        return np.where(k < 1.5, (k + 0.5) * np.log1p(1 / k) - 1, atanh_ratio_minus_one(v * v))

    total, k = shift_to_large(step, k)
    return total + _fraction(VALUE_FRACTION, k)


def stirling_error_derivative(k: Array) -> Array:
    """First derivative of Stirling's error, s'(k) = psi(k) - log k + 1 / (2 k) < 0, for k > 0."""
    total, k = shift_to_large(lambda k: 0.5 / k / (k + 1) - phi(1 / k), k)
    return total - _fraction(DERIVATIVE_FRACTION, k) / k


def stirling_error_second_derivative(k: Array) -> Array:
    """Second derivative of Stirling's error, s''(k) = psi1(k) - 1 / k - 1 / (2 k^2) > 0, for k > 0."""
    total, k = shift_to_large(lambda k: 0.5 / k / k / (k + 1) / (k + 1), k)
    return total + _fraction(SECOND_DERIVATIVE_FRACTION, k) / k / k


def stirling_error_bregman(a: Array, b: Array) -> Array:
    """Bregman remainder of Stirling's error, s(a) - s(b) - (a - b) s'(b) >= 0, without cancellation near a = b."""
    difference = np.subtract(a, b)

    def step(a: Array, b: Array) -> Array:
        """Bregman remainder of s(k) - s(k + 1) = (k + 1/2) log(1 + 1/k) - 1."""
        top, bottom, relative = 1 + 1 / a, 1 + 1 / b, -difference / (b + 1) / a  # relative = top / bottom - 1
        near = 0.5 * (difference / a) * (difference / b) / (b + 1) - (a + 0.5) * itakura_saito(top, bottom, relative)
        return np.where(relative < 2, near, (a + 0.5) * log_ratio(top, bottom) + difference / b * ((b + 0.5) / (b + 1)))

    total, a, b = shift_to_large(step, a, b)
    return total + _fraction_bregman(VALUE_FRACTION, a, b, difference)


def log_minus_digamma(k: Array) -> Array:
    """log k - psi(k) > 0, which goes like 1 / (2 k) for large k: both terms then agree in all digits."""
    return 0.5 / k - stirling_error_derivative(k)


def trigamma_minus_inverse(k: Array) -> Array:
    """psi1(k) - 1 / k > 0, which goes like 1 / (2 k^2) for large k: both terms then agree in all digits."""
    return 0.5 / k / k + stirling_error_second_derivative(k)


def scaled_log_minus_digamma(k: Array) -> Array:
    """k (log k - psi(k)), decreasing from 1 at k = 0 to 1/2 at infinity."""
    return np.where(k >= SMALLEST_NORMAL, k * log_minus_digamma(k), 1.0)


def scaled_trigamma_minus_inverse(k: Array) -> Array:
    """k^2 psi1(k) - k, decreasing from 1 at k = 0 to 1/2 at infinity, by psi1(k) = 1 / k^2 + psi1(1 + k)."""
    return 1 / (1 + k) + k * (k * trigamma_minus_inverse(1 + k))


def scaled_trigamma_1p(k: Array) -> Array:
    """k^2 psi1(1 + k) = k^2 psi1(k) - 1 >= 0, a difference that cancels for small k."""
    return k * (k / (1 + k)) + k * (k * trigamma_minus_inverse(1 + k))


def scaled_digamma_1p_minus_log(k: Array) -> Array:
    """k (psi(1 + k) - log k), increasing from 0 to 1/2; it is 1 - k (log k - psi(k)), which cancels for small k."""
    return product(k, np.log1p(1 / k) - log_minus_digamma(1 + k))


def gamma_log_second_derivative(k: Array) -> Array:
    """Second derivative in log k of lgamma(k) - k log k + k: (k^2 psi1(k) - k) - k (log k - psi(k)) > 0."""
    small, large = np.minimum(k, 1.0), np.maximum(k, 1.0)
    below = (
        small * (small * trigamma_minus_inverse(1 + small)) - small / (1 + small) + scaled_digamma_1p_minus_log(small)
    )
    above = large * (large * stirling_error_second_derivative(large)) + large * stirling_error_derivative(large)
    return np.where(k < 1, below, above)


def digamma_difference(a: Array, d: Array) -> Array:
    """psi(a + d) - psi(a), for a > 0 and d > -a, without cancellation for small d."""
    total, x, end = shift_to_large(lambda x, end: d / end / x, a, np.add(a, d))
    value, slope = fraction_divided_difference(DERIVATIVE_FRACTION, x, end)
    return total + log_ratio_near_one(end, x, d / x) + d / end * (0.5 / x + value / x - slope)


def trigamma_difference(a: Array, d: Array) -> Array:
    """psi1(a) - psi1(a + d), for a > 0 and d > -a, without cancellation for small d."""
    total, x, end = shift_to_large(lambda x, end: d / end / x * (1 / x + 1 / end), a, np.add(a, d))
    value, slope = fraction_divided_difference(SECOND_DERIVATIVE_FRACTION, x, end)
    inverses = 1 / x + 1 / end
    return total + d / end * (1 / x + inverses * (0.5 + value) / x - slope / end)


def lgamma_1p(x: Array) -> Array:
    """lgamma(1 + x), x > -1, with a small relative error also near its zeros x = 0 and x = 1.

    lgamma(2 + y) = (1 - gamma) y + sum over n >= 2 of (zeta(n) - 1) (-y)^n / n.
    """
    x = np.asarray(x, dtype=np.float64)
    low, high = np.abs(x) < 0.5, np.abs(x - 1) <= 0.5
    y = np.where(low, x, np.where(high, x - 1, 0.0))
    series = np.zeros_like(y)
    for coefficient in ZETA_SERIES[::-1]:
        series += coefficient
        series *= -y
    near = y * (1 - EULER - series) - np.where(low, np.log1p(y), 0.0)
    return np.where(low | high, near, special.gammaln(1 + x))


def shift_to_large(step: Callable[..., Array], *points: Array) -> list[Array]:
    """The sum of step(k) over k, k + 1, ... below ASYMPTOTIC_FROM, and the first k (or pair) that is not below."""
    total = np.zeros(np.broadcast_shapes(*map(np.shape, points)))
    for _ in range(ASYMPTOTIC_FROM):
        low = np.minimum(points[0], points[-1]) < ASYMPTOTIC_FROM
        if not low.any():
            break
        total = np.where(low, total + step(*points), total)
        points = tuple(np.where(low, point + 1, point) for point in points)
    return [total, *points]


def _fraction(coefficients: Sequence[float], k: Array) -> Array:
    """Continued fraction F(k) = a0 / (k + a1 / (k + ...))."""
    value = np.zeros_like(k)
    for coefficient in reversed(coefficients):
        value = coefficient / (k + value)
    return value


def fraction_divided_difference(coefficients: Sequence[float], a: Array, b: Array) -> tuple[Array, Array]:
    """F(a) of a continued fraction, and its divided difference (F(a) - F(b)) / (a - b) < 0, which is F'(a) at a = b."""
    value = other = slope = np.zeros_like(a + b)
    for coefficient in reversed(coefficients):
        value, top = coefficient / (a + value), b + other
        slope, other = -value * (1 + slope) / top, coefficient / top
    return value, slope


def _fraction_bregman(coefficients: Sequence[float], a: Array, b: Array, difference: Array) -> Array:
    """Bregman remainder F(a) - F(b) - (a - b) F'(b) >= 0 of a continued fraction."""
    value = other = slope = second = np.zeros_like(a + b)  # second is the remainder over (a - b)^2
    for coefficient in reversed(coefficients):
        value, top = coefficient / (a + value), b + other
        other, factor = coefficient / top, 1 + slope
        slope, second = -value * factor / top, (value * factor * factor / top - other * second) / top
    return difference * (difference * second)
