"""Formulas of counts, fractional ones too, as sums of parts that are never negative.

What a negative binomial of size r = 1 / dispersion adds to a Poisson is the digamma function's distance from the
logarithm, d(t) = log t - psi(t) > 0, between r and r + y:
lgamma(r) - lgamma(r + y) + (r + y) log(r + y) - r log r - y = integral of d from r to r + y.
All functions of it rise from small r one step at a time to where Stirling's formula has its digits, as in `gammas`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from distscore.core.special.elementwise import HALF_LOG_TAU, SMALL, Array, phi, product
from distscore.core.special.gamma_function import (
    ASYMPTOTIC_FROM,
    DERIVATIVE_FRACTION,
    SECOND_DERIVATIVE_FRACTION,
    VALUE_FRACTION,
    fraction_divided_difference,
    lgamma_1p,
    shift_to_large,
    stirling_error,
)

# E[log y!] for large rates by the central moments of a Poisson and Stirling's series: the entropy is
# log(2 pi e rate) / 2 - 1 / (12 rate) - 1 / (24 rate^2) - 19 / (360 rate^3) - ...
ENTROPY_SERIES = (
    *(1 / 12, 1 / 24, 19 / 360, 9 / 80, 863 / 2520, 1375 / 1008, 33953 / 5040, 57281 / 1440, 3250433 / 11880),
    *(378351 / 176, 19002.912494449993, 186710.76841422467, 2018968.866407204, 23830183.11736111),
)
LARGE_RATE = 40.0  # from here on 14 terms leave 4e-16
LAST_COUNT = 128  # below it, larger counts have probabilities under 1e-25


def log_factorial_remainder(count: Array) -> Array:
    """log y! - y log y + y, from 0 at y = 0 rising like log(2 pi y) / 2."""
    small = count < 1
    low, high = np.where(small, count, 0.0), np.where(small, 1.0, count)
    below = lgamma_1p(low) + low - np.asarray(special.xlogy(low, low))
    return np.where(small, below, stirling_error(high) + 0.5 * np.log(high) + HALF_LOG_TAU)


def half_poisson_deviance(count: Array, mean: Array, gap: Array, log_mean: Array) -> Array:
    """y log(y/m) - y + m >= 0, for y >= 0 and m > 0 with gap = (m - y) / y.

    Where m leaves the range of doubles, log_mean stands for its logarithm.
    """
    near = np.abs(gap) < 0.5
    ratio = count / mean
    representable = (ratio > SMALL) & (ratio < 1 / SMALL)
    far = np.where(representable, np.log(ratio), np.log(count) - log_mean)
    return np.where(near, count * phi(np.where(near, gap, 0.0)), mean - count + product(count, far))


def poisson_entropy(rate: Array) -> Array:
    """-sum p log p, by its asymptotic series for large rates."""
    large = rate >= LARGE_RATE
    high, low = np.where(large, rate, LARGE_RATE), np.where(large, 1.0, rate)
    series = np.zeros_like(high)
    for coefficient in reversed(ENTROPY_SERIES):
        series = (series + coefficient) / high
    far = HALF_LOG_TAU + 0.5 + 0.5 * np.log(high) - series
    return far if large.all() else np.where(large, far, _summed_entropy(low))


def _summed_entropy(rate: Array) -> Array:
    probability = np.exp(-rate)
    total = rate * probability
    for count in range(1, LAST_COUNT):
        probability = probability * rate / count
        total += special.entr(probability)
    return total


def log_minus_digamma_integral(size: Array, count: Array) -> Array:
    """Integral of log t - psi(t) from r to r + y."""

    def step(x: Array, end: Array) -> Array:
        return (x + 1) * np.log1p(count / (end + 1) / x) - count * np.log1p(1 / end)

    total, x, end = shift_to_large(step, size, size + count)
    return total + 0.5 * np.log1p(count / x) - count * fraction_divided_difference(VALUE_FRACTION, x, end)[1]


def log_minus_digamma_difference(size: Array, count: Array) -> Array:
    """d(r) - d(r + y), for d(t) = log t - psi(t)."""

    def step(x: Array, end: Array) -> Array:
        return phi(count / (end + 1) / x) + count / x / end / (end + 1)

    total, x, end = shift_to_large(step, size, size + count)
    return total + count / end * (0.5 + _slope_change(x, end)) / x


def trigamma_minus_inverse_difference(size: Array, count: Array) -> Array:
    """e(r) - e(r + y), for e(t) = psi1(t) - 1 / t."""

    def step(x: Array, end: Array) -> Array:
        area, reach = x * end, x + end
        return count / area * ((3 * area + count * count + reach) / area / (area + reach + 1))

    total, x, end = shift_to_large(step, size, size + count)
    return total + count / end * (0.5 * (1 + x / end) + _curve_change(x, end)) / x / x


def integral_derivative(size: Array, count: Array) -> Array:
    """r (d(r) - d(r + y)): the first derivative of the integral in log(1/r)."""
    large, high, low = _by_size(size)
    end = high + count
    asymptotic = count / end * (0.5 + _slope_change(high, end))
    return np.where(large, asymptotic, low * log_minus_digamma_difference(low, count))


def integral_second_derivatives(size: Array, count: Array) -> tuple[Array, Array]:
    """r^2 (e(r) - e(r + y)) - c r (d(r) - d(r + y)): the second in 1/r, over r^2, for c = 2, in log(1/r) for c = 1."""
    large, high, low = _by_size(size)
    end = high + count
    share, slope, curve, near = (
        count / end,
        _slope_change(high, end),
        _curve_change(high, end),
        _small_bends(low, count),
    )
    in_inverse = share * (curve - 2 * slope - 0.5 * share)
    in_logarithm = share * (curve - slope + 0.5 * (high / end))
    return np.where(large, in_inverse, near[0]), np.where(large, in_logarithm, near[1])


def _small_bends(size: Array, count: Array) -> tuple[Array, Array]:
    """The same of a small size; below 1 the poles of the first step cancel beforehand."""
    small, end = size < 1, size + count
    start = np.where(small, size + 1, size)
    fall = size * (size * trigamma_minus_inverse_difference(start, count))
    drop = size * log_minus_digamma_difference(start, count)
    share = count / end
    rise = np.where(small, size * np.log1p(count / (end + 1) / size), 0.0)
    rest = np.where(small, size / (size + 1) * size * (count / (end + 1)) - share * size, 0.0)
    poles = np.where(small, share, 0.0)
    in_inverse = (2 * rise + rest) - poles * share + (fall - 2 * drop)
    return in_inverse, (rise + rest) + poles * (size / end) + (fall - drop)


def _by_size(size: Array) -> tuple[NDArray[np.bool_], Array, Array]:
    """Where Stirling's formula has its digits, and sizes for it and for the rest."""
    large = size >= ASYMPTOTIC_FROM
    return large, np.where(large, size, ASYMPTOTIC_FROM), np.where(large, 1.0, size)


def _slope_change(size: Array, end: Array) -> Array:
    """r (s'(r + y) - s'(r)) over y / (r + y), for the s' of Stirling's formula."""
    value, slope = fraction_divided_difference(DERIVATIVE_FRACTION, size, end)
    return value - size * slope


def _curve_change(size: Array, end: Array) -> Array:
    """r^2 (s''(r) - s''(r + y)) over the same."""
    value, slope = fraction_divided_difference(SECOND_DERIVATIVE_FRACTION, size, end)
    share = size / end
    return (1 + share) * value - share * (size * slope)
