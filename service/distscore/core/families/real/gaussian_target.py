"""The gaussian as an exponential family, and what its predictions need to know of a target.

T(y) = (y, y^2), h = 0, eta = (mean / variance, -1 / (2 variance)), g = mean^2 / (2 variance) + log(2 pi variance) / 2.
A target is its mean m and standard deviation d; the recipe is then

    log s + log(2 pi) / 2 + (d^2 + (mean - m)^2) / (2 s^2),

which takes the difference of the means before its square: g - <chi, eta> as it stands loses the digits of mean^2 / s^2.
"""

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.exact.products import product_error, sum_of
from distscore.core.special.elementwise import (
    HALF_LOG_TAU,
    Array,
    mean_square_deviation,
    sample_mean,
)
from distscore.core.theory.distributions import Rowwise
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import NEGATIVE, POSITIVE, REAL


class GaussianStatistics(ExponentialFamily):
    """Mean and standard deviation both free."""

    expectations: ClassVar = {"y": REAL, "y^2": POSITIVE}
    natural: ClassVar = {"mean_over_variance": REAL, "negative_half_precision": NEGATIVE}
    requirement = "E[y^2] >= E[y]^2"
    rounding_of_means = 2.0**-90

    def log_normalizer(self, eta: Array) -> Array:
        mean, variance = self.moments(eta)
        return np.asarray(0.5 * mean * eta[0] + 0.5 * np.log(variance) + HALF_LOG_TAU)

    def mean(self, eta: Array) -> Array:
        mean, variance = self.moments(eta)
        return np.stack((mean, mean * mean + variance))

    def variance(self, eta: Array) -> Array:
        mean, variance = self.moments(eta)
        return np.stack((variance, 2 * variance * (variance + 2 * mean * mean)))

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        mean, variance = self.moments(eta)
        linear, square = step[0] + 2 * mean * step[1], variance * step[1]
        return np.asarray(variance * linear * linear + 2 * square * square)

    def sufficient_statistics(self, values: Array) -> Array:
        return np.stack((values, values * values))

    def mean_statistics(self, draws: Array, cut_off: Array | float = 0.0) -> tuple[Array, Array]:
        """The means of y and y^2; `cut_off` is what rounding cut off the draws."""
        mean = sample_mean(draws)
        deviations = (draws - mean) + cut_off
        error, square = sample_mean(deviations), mean_square_deviation(deviations, 0.0)
        square, of_square = sum_of(mean * mean, product_error(mean, mean) + (2 * mean * error + square))
        return np.stack((mean, square)), np.stack((error, of_square))

    def natural_parameters(self, chi: Array) -> Array:
        variance = self.variance_of(chi)
        return np.stack((chi[0] / variance, -0.5 / variance))

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        return np.asarray(self.variance_of(chi, error) / chi[1])

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        return np.asarray(HALF_LOG_TAU + 0.5 + 0.5 * np.log(self.variance_of(chi, error)) - carrier)

    @staticmethod
    def variance_of(chi: Array, error: Array | None = None) -> Array:
        """E[y^2] - E[y]^2, (rows,); with the error of chi, where the difference of the doubles has no digits left."""
        difference = chi[1] - chi[0] * chi[0]
        if error is None:
            return np.asarray(difference)
        return np.asarray(difference + (error[1] - 2 * chi[0] * error[0] - product_error(chi[0], chi[0])))

    @staticmethod
    def moments(eta: Array) -> tuple[Array, Array]:
        """Mean and variance of the members with natural parameters eta, (rows,) each."""
        variance = -0.5 / eta[1]
        return eta[0] * variance, variance


class KnownDeviation(GaussianStatistics):
    """The gaussians of one standard deviation, which differ by their mean: eta_2 is held."""

    held = 1

    def __init__(self, deviation: float) -> None:
        self.deviation = np.array(deviation)

    def natural_parameters(self, chi: Array) -> Array:
        return np.asarray(np.stack((chi[0], np.full_like(chi[0], -0.5))) / self.deviation / self.deviation)

    def is_inside(self, chi: Array, error: Array | None = None) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(chi[0]))

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        half = 0.5 * np.maximum(self.variance_of(chi, error), 0.0) / self.deviation / self.deviation
        return np.asarray(np.log(self.deviation) + HALF_LOG_TAU + half - carrier)


STATISTICS = GaussianStatistics()


class GaussianTarget(NamedTuple):
    """Mean and standard deviation of a target: of a gaussian, or of the draws that were observed."""

    mean: Array
    deviation: Array
    is_distribution: Rowwise = False
    mean_error: Array | float = 0.0  # what the rounding of `mean` cut off
    carrier: float = 0.0

    @property
    def expectations(self) -> Array:
        """The expectation parameters of the target, E[y] and E[y^2], (2, rows)."""
        return np.stack((self.mean, self.mean * self.mean + self.deviation * self.deviation))


def observe(draws: Array) -> GaussianTarget:
    """The empirical distribution of (draws, rows)."""
    if len(draws) == 1:
        return GaussianTarget(draws[0], np.zeros_like(draws[0]))
    mean = sample_mean(draws)
    error = np.add.reduce(draws - mean, axis=0) / len(draws)
    return GaussianTarget(mean, np.sqrt(mean_square_deviation(draws, mean)), mean_error=error)


def expect(mean: Array, deviation: Array) -> GaussianTarget:
    """The target that is a gaussian of this mean and standard deviation, (rows,) each."""
    return GaussianTarget(mean, deviation, is_distribution=True)


def from_expectations(chi: Array) -> GaussianTarget:
    """The gaussian with these E[y] and E[y^2], or one observation where its variance is 0 but for rounding."""
    inside = STATISTICS.is_inside(chi)
    return GaussianTarget(chi[0], np.sqrt(np.maximum(STATISTICS.variance_of(chi), 0.0)), inside)
