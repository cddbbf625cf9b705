"""Formulas of counts, fractional ones too, as sums of parts that are never negative.

With d(t) = log t - psi(t) > 0, what a negative binomial of size r = 1 / dispersion adds to a Poisson is the integral of
d from r to r + y: lgamma(r) - lgamma(r + y) + (r + y) log(r + y) - r log r - y, terms that cancel for large r. Here the
recurrences of psi and psi1 lead from a small r to where the asymptotic fractions of `gamma_function` hold. Relative
errors are below 1e-14.
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

# E[log y!] for large rates by the central moments of a Poisson and Stirling's series; the entropy is
# log(2 pi e rate) / 2 - 1 / (12 rate) - 1 / (24 rate^2) - 19 / (360 rate^3) - ...
ENTROPY_SERIES = (
    1 / 12,
    1 / 24,
    19 / 360,
    9 / 80,
    863 / 2520,
    1375 / 1008,
    33953 / 5040,
    57281 / 1440,
    3250433 / 11880,
    378351 / 176,
    19002.912494449993,
    186710.76841422467,
    2018968.866407204,
    23830183.11736111,
)
LARGE_RATE = 40.0  # from here on 14 terms leave 4e-16
LAST_COUNT = 128  # below it, larger counts have probabilities under 1e-25


def log_factorial_remainder(count: Array) -> Array:
    """log y! - y log y + y >= 0, the loss of a Poisson with mean y; it is 0 at y = 0 and goes like log(2 pi y) / 2."""
    small = count < 1
    low, high = np.where(small, count, 0.0), np.where(small, 1.0, count)
    below = lgamma_1p(low) + low - np.asarray(special.xlogy(low, low))
    return np.where(small, below, stirling_error(high) + 0.5 * np.log(high) + HALF_LOG_TAU)


def half_poisson_deviance(count: Array, mean: Array, difference: Array, log_mean: Array) -> Array:
    """y log(y/m) - y + m >= 0, for y >= 0 and m > 0, without cancellation near y = m.

    `difference` is (m - y) / y. `log_mean` is log m, used where y / m leaves the doubles.
    """
    near = np.abs(difference) < 0.5
    ratio = count / mean
    representable = (ratio > SMALL) & (ratio < 1 / SMALL)
    far = np.where(representable, np.log(ratio), np.log(count) - log_mean)
    return np.where(near, count * phi(np.where(near, difference, 0.0)), mean - count + product(count, far))


def poisson_entropy(rate: Array) -> Array:
    """-sum p log p of a Poisson distribution, by its asymptotic series for large rates, else by summation."""
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
    """The integral of log t - psi(t) from size r to r + count y, >= 0."""

    def step(x: Array, end: Array) -> Array:
        return (x + 1) * np.log1p(count / (end + 1) / x) - count * np.log1p(1 / end)

    total, x, end = shift_to_large(step, size, size + count)
    return total + 0.5 * np.log1p(count / x) - count * fraction_divided_difference(VALUE_FRACTION, x, end)[1]


def log_minus_digamma_difference(size: Array, count: Array) -> Array:
    """d(r) - d(r + y) >= 0, for d(t) = log t - psi(t), size r and count y."""

    def step(x: Array, end: Array) -> Array:
        return phi(count / (end + 1) / x) + count / end / x / (end + 1)

    total, x, end = shift_to_large(step, size, size + count)
    return total + count / end * (0.5 + _first_difference(x, end)) / x


def trigamma_minus_inverse_difference(size: Array, count: Array) -> Array:
    """e(r) - e(r + y) >= 0, for e(t) = psi1(t) - 1 / t, size r and count y."""

    def step(x: Array, end: Array) -> Array:
        both, either = x * end, x + end
        return count / both * ((3 * both + count * count + either) / both / (both + either + 1))

    total, x, end = shift_to_large(step, size, size + count)
    return total + count / end * (0.5 * (1 + x / end) + _second_difference(x, end)) / x / x


def integral_log_derivative(size: Array, count: Array) -> Array:
    """First derivative in log(1/r) of the integral of d from r to r + y: r (d(r) - d(r + y)) >= 0.

    Below r = 1 the first step of the recurrence, y / (r + y) - r log(1 + y / (r (r + y + 1))), has no pole.
    """
    large, high, low = _by_size(size)
    end, far, small = low + count, high + count, low < 1
    start = np.where(small, low + 1, low)
    pole = np.where(small, count / end - low * np.log1p(count / (end + 1) / low), 0.0)
    near = pole + low * log_minus_digamma_difference(start, count)
    return np.where(large, count / far * (0.5 + _first_difference(high, far)), near)


def integral_second_derivatives(size: Array, count: Array) -> tuple[Array, Array]:
    """Second derivatives of the integral of d from r to r + y: in a = 1/r, times a, and in log a, over a.

    They are r D and r E, D = r^2 (e(r) - e(r + y)) - 2 r (d(r) - d(r + y)) and E with the factor 1 in place of 2, for
    e(t) = psi1(t) - 1 / t. D goes like y (1 - 3 y) / (6 r^2) for large r: the factor r keeps it from underflow.
    """
    large, high, low = _by_size(size)
    end = high + count
    share, scaled = count / end, high / end * count
    first, second = _first_difference(high, end), _second_difference(high, end)
    in_dispersion = scaled * (second - 2 * first - 0.5 * share)
    in_logarithm = scaled * (second - first + 0.5 * (high / end))
    near = _small_size_second_derivatives(low, count)
    return np.where(large, in_dispersion, low * near[0]), np.where(large, in_logarithm, low * near[1])


def _small_size_second_derivatives(size: Array, count: Array) -> tuple[Array, Array]:
    """D and E for small r; below r = 1 the poles of the first step of the recurrences cancel in closed form."""
    small, end = size < 1, size + count
    start = np.where(small, size + 1, size)
    second = size * (size * trigamma_minus_inverse_difference(start, count))
    first = size * log_minus_digamma_difference(start, count)
    share = np.where(small, count / end, 0.0)
    logarithm = np.where(small, size * np.log1p(count / (end + 1) / size), 0.0)
    rest = share * (size / (size + 1)) * ((size + end + 1) / (end + 1))
    in_dispersion = (2 * logarithm - rest) - share * share + (second - 2 * first)
    return in_dispersion, (logarithm - rest) + share * (size / end) + (second - first)


def _by_size(size: Array) -> tuple[NDArray[np.bool_], Array, Array]:
    """Where the asymptotic fractions hold, and sizes for them and for the recurrences."""
    large = size >= ASYMPTOTIC_FROM
    return large, np.where(large, size, ASYMPTOTIC_FROM), np.where(large, 1.0, size)


def _first_difference(size: Array, end: Array) -> Array:
    """r (s'(r + y) - s'(r)) over y / (r + y), for the error s of Stirling's formula and r + y = end."""
    value, slope = fraction_divided_difference(DERIVATIVE_FRACTION, size, end)
    return value - size * slope


def _second_difference(size: Array, end: Array) -> Array:
    """r^2 (s''(r) - s''(r + y)) over y / (r + y)."""
    value, slope = fraction_divided_difference(SECOND_DERIVATIVE_FRACTION, size, end)
    share = size / end
    return (1 + share) * value - share * (size * slope)
