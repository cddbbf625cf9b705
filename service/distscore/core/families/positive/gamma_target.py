"""The gamma distribution as an exponential family, and what its predictions need to know of a target.

T(y) = (y, log y), h = 0, eta = (-rate, k - 1), g = lgamma(k) - k log rate for a shape k, chi = (E[y], E[log y]).
A target is its mean and log E[y] - E[log y] >= 0, the logarithm of its arithmetic over its geometric mean, d(k) =
log k - psi(k) for a gamma of shape k. With t = E[y] / mean the recipe is Loader's saddle-point form (2000),

    s(k) + (k - 1) (log E[y] - E[log y]) + log E[y] + log(2 pi / k) / 2 + k (t - 1 - log t),

with s(k) what Stirling's formula leaves of lgamma(k): for large k the terms of g - <chi, eta> cancel, these do not.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.exact.logarithms import logarithm
from distscore.core.exact.products import sum_of
from distscore.core.special.elementwise import HALF_LOG_TAU, Array, itakura_saito, sample_mean
from distscore.core.special.gamma_function import (
    log_minus_digamma,
    scaled_log_minus_digamma,
    scaled_trigamma_minus_inverse,
    stirling_error,
    trigamma_minus_inverse,
)
from distscore.core.theory.distributions import Rowwise
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import NEGATIVE, POSITIVE, REAL, above

NEWTON_STEPS = 4  # the start is 23 % off at most, three steps leave 4e-16


class GammaStatistics(ExponentialFamily):
    """Shape and rate both free."""

    expectations: ClassVar = {"y": POSITIVE, "log y": REAL}
    natural: ClassVar = {"negative_rate": NEGATIVE, "shape_minus_one": above(-1)}
    requirement = "E[log y] <= log E[y]"
    rounding_of_means = 2.0**-90

    def log_normalizer(self, eta: Array) -> Array:
        rate, k = -eta[0], 1 + eta[1]
        return np.asarray(k * (np.log(k / rate) - 1) - 0.5 * np.log(k) + HALF_LOG_TAU + stirling_error(k))

    def mean(self, eta: Array) -> Array:
        mean = (1 + eta[1]) / -eta[0]
        return np.stack((mean, np.log(mean) - log_minus_digamma(1 + eta[1])))

    def variance(self, eta: Array) -> Array:
        rate, k = -eta[0], 1 + eta[1]
        return np.stack((k / rate / rate, 1 / k + trigamma_minus_inverse(k)))

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        k = 1 + eta[1]
        of_mean = step[0] / -eta[0] + step[1] / k
        return np.asarray(k * of_mean * of_mean + step[1] * step[1] * trigamma_minus_inverse(k))

    def sufficient_statistics(self, values: Array) -> Array:
        return np.stack((values, np.log(values)))

    def mean_statistics(self, draws: Array) -> tuple[Array, Array]:
        """By E[log y] = log m + (E[y] - m) / m - E[phi(y / m - 1)] for the rounded mean m."""
        mean = sample_mean(draws)
        error, (log_mean, of_log) = sample_mean(draws - mean), logarithm(mean)
        ratio = sample_mean(itakura_saito(draws, mean, (draws - mean) / mean))
        log_mean, of_log = sum_of(log_mean, of_log + (error / mean - ratio))
        return np.stack((mean, log_mean)), np.stack((error, of_log))

    def natural_parameters(self, chi: Array) -> Array:
        shape = self.best_shape(chi, None)
        return np.stack((-shape / chi[0], shape - 1))

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        return np.asarray(self.log_means_ratio(chi, error) / (1 + np.abs(chi[1])))

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        shape = self.best_shape(chi, error)
        mean = chi[0] if error is None else chi[0] + error[0]
        return GammaTarget(mean, self.log_means_ratio(chi, error)).least_loss(shape, shape - 1) - carrier

    def best_shape(self, chi: Array, error: Array | None) -> Array:
        """The shape of the member with these expectations, (rows,)."""
        return shape_of(self.log_means_ratio(chi, error))

    @staticmethod
    def log_means_ratio(chi: Array, error: Array | None = None) -> Array:
        """log E[y] - E[log y], (rows,); with the error of chi, where the difference of the doubles has no digits."""
        if error is None:
            return np.asarray(np.log(chi[0]) - chi[1])
        log_mean, of_log = logarithm(chi[0])
        return np.asarray((log_mean - chi[1]) + (of_log + (error[0] / chi[0] - error[1])))


class KnownShape(GammaStatistics):
    """The gammas of one shape k, which differ by their mean: eta_2 = k - 1 is held."""

    held = 1

    def __init__(self, shape: float) -> None:
        self.shape = np.array(shape)

    def best_shape(self, chi: Array, error: Array | None) -> Array:
        return np.full_like(chi[0], self.shape)

    def is_inside(self, chi: Array, error: Array | None = None) -> NDArray[np.bool_]:
        return np.asarray(chi[0] > 0)


STATISTICS = GammaStatistics()


def shape_of(log_means_ratio: Array) -> Array:
    """The shape k with log k - psi(k) = r > 0, by Newton's method for log r as a function of log k.

    The derivative of that function lies between -1 and -2, and k r between 1/2 and 1, so that it converges from
    any start between 1/(2 r) and 1/r.
    """
    r = log_means_ratio
    k = (0.5 + r) / (1 + r) / r
    for _ in range(NEWTON_STEPS):
        scaled = scaled_log_minus_digamma(k)
        k = k * (scaled / (k * r)) ** (scaled / scaled_trigamma_minus_inverse(k))
    return k


@dataclass(frozen=True)
class GammaTarget:
    """A gamma distribution, or draws that were observed, by what the cross-entropy depends on, (rows,) each."""

    mean: Array
    log_means_ratio: Array  # log E[y] - E[log y]
    is_distribution: Rowwise = False
    parameters: tuple[Array, Array] | None = None  # shape and rate of a distribution that was sent by them
    carrier: float = 0.0

    @cached_property
    def shape(self) -> Array:
        """The shape of rows that are distributions, (rows,); what other rows have is of no meaning."""
        if self.parameters is not None:
            return self.parameters[0]
        return shape_of(np.where(self.is_distribution, self.log_means_ratio, 1.0))

    @property
    def expectations(self) -> Array:
        """The expectation parameters of the target, E[y] and E[log y], (2, rows)."""
        return np.stack((self.mean, np.log(self.mean) - self.log_means_ratio))

    def best_shape(self, predicted: Array) -> Array:
        """That of a distribution; of an observation, which has none, the one that was predicted."""
        return predicted if self.is_distribution is False else np.where(self.is_distribution, self.shape, predicted)

    def best_rate(self, predicted_shape: Array) -> Array:
        """The rate that goes with the best shape."""
        return self.best_shape(predicted_shape) / self.mean if self.parameters is None else self.parameters[1]

    def least_loss(self, k: Array, k_minus_one: Array) -> Array:
        """The cross-entropy of a gamma of shape k and the mean of the target, at t = 1."""
        around = k_minus_one * self.log_means_ratio + np.log(self.mean)
        return stirling_error(k) + around + HALF_LOG_TAU - 0.5 * np.log(k)


def observe(draws: Array) -> GammaTarget:
    """The empirical distribution of (draws, rows)."""
    mean = sample_mean(draws)
    return GammaTarget(mean, sample_mean(itakura_saito(draws, mean, (draws - mean) / mean)))


def expect(shape: Array, rate: Array) -> GammaTarget:
    """The target that is a gamma distribution of this shape and rate, (rows,) each."""
    return GammaTarget(shape / rate, log_minus_digamma(shape), True, (shape, rate))


def from_expectations(chi: Array) -> GammaTarget:
    """The gamma with these E[y] and E[log y], or one observation where E[log y] = log E[y] but for rounding."""
    return GammaTarget(chi[0], np.log(chi[0]) - chi[1], STATISTICS.is_inside(chi))
