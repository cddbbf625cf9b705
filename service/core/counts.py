"""Formulas of counts, fractional ones too, as sums of parts that are never negative."""

import numpy as np
from scipy import special

from service.core.gammas import lgamma_1p, stirling_error
from service.core.numerics import HALF_LOG_TAU, Array, phi, product

# E[log y!] for large rates by the central moments of a Poisson and Stirling's series: the entropy is
# log(2 pi e rate) / 2 - 1 / (12 rate) - 1 / (24 rate^2) - 19 / (360 rate^3) - ...
ENTROPY_SERIES = (
    *(1 / 12, 1 / 24, 19 / 360, 9 / 80, 863 / 2520, 1375 / 1008, 33953 / 5040, 57281 / 1440, 3250433 / 11880),
    *(378351 / 176, 19002.912494449993, 186710.76841422467, 2018968.866407204, 23830183.11736111),
)
LARGE_RATE = 40.0  # from here on 14 terms leave 4e-16
LAST_COUNT = 128  # below it, larger counts have probabilities under 1e-25


def log_factorial_excess(count: Array) -> Array:
    """log y! - y log y + y, from 0 at y = 0 rising like log(2 pi y) / 2."""
    small = count < 1
    low, high = np.where(small, count, 0.0), np.where(small, 1.0, count)
    below = lgamma_1p(low) + low - np.asarray(special.xlogy(low, low))
    return np.where(small, below, stirling_error(high) + 0.5 * np.log(high) + HALF_LOG_TAU)


def count_distance(count: Array, mean: Array, gap: Array, log_mean: Array) -> Array:
    """y log(y/m) - y + m >= 0, for y >= 0 and m > 0 with gap = (m - y) / y.

    Where m leaves the range of doubles, log_mean stands for its logarithm.
    """
    near = np.abs(gap) < 0.5
    ratio = count / mean
    representable = (ratio > 1e-300) & (ratio < 1e300)
    log_ratio = np.where(representable, np.log(ratio), np.log(count) - log_mean)
    return np.where(near, count * phi(np.where(near, gap, 0.0)), mean - count + product(count, log_ratio))


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
