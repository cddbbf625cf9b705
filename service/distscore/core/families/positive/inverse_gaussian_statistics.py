"""The inverse gaussian of mean m and shape k as an exponential family.

T(y) = (y, 1/y), eta = (-k / (2 m^2), -k / 2), h = -3/2 log y, g = -k/m - log(k / (2 pi)) / 2. All depends on 1/k =
E[1/y] - 1/E[y], which cancels for values that vary by little of their size: it is taken with what rounding cuts off.
"""

from typing import ClassVar

import numpy as np

from distscore.core.exact.products import product_error, sum_of
from distscore.core.special.elementwise import HALF_LOG_TAU, Array, sample_mean
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import NEGATIVE, POSITIVE


class InverseGaussianStatistics(ExponentialFamily):
    """Mean and shape both free."""

    expectations: ClassVar = {"y": POSITIVE, "1/y": POSITIVE}
    natural: ClassVar = {"negative_half_shape_over_squared_mean": NEGATIVE, "negative_half_shape": NEGATIVE}
    requirement = "E[1/y] >= 1/E[y]"
    rounding_of_means = 2.0**-90

    def log_normalizer(self, eta: Array) -> Array:
        mean, shape = self.parameters(eta)
        return np.asarray(HALF_LOG_TAU - 0.5 * np.log(shape) - shape / mean)

    def mean(self, eta: Array) -> Array:
        mean, shape = self.parameters(eta)
        return np.stack((mean, 1 / mean + 1 / shape))

    def variance(self, eta: Array) -> Array:
        mean, shape = self.parameters(eta)
        return np.stack((mean * mean * (mean / shape), (1 / mean + 2 / shape) / shape))

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        mean, shape = self.parameters(eta)
        of_mean, of_shape = mean * step[0] - step[1] / mean, step[1] / shape
        return np.asarray(mean / shape * of_mean * of_mean + 2 * of_shape * of_shape)

    def sufficient_statistics(self, values: Array) -> Array:
        return np.stack((values, 1 / values))

    def carrier(self, values: Array) -> Array:
        return np.asarray(-1.5 * np.log(values))

    def mean_statistics(self, draws: Array) -> tuple[Array, Array]:
        """By E[1/y] = 1/m + E[(y - m)^2 / (m^2 y)] - (E[y] - m) / m^2 for the rounded mean m."""
        mean = sample_mean(draws)
        inverse, relative = 1 / mean, (draws - mean) / mean
        error = sample_mean(draws - mean)
        rest = inverse_error(mean) + (sample_mean(relative / draws * relative) - inverse * inverse * error)
        inverse, of_inverse = sum_of(inverse, rest)
        return np.stack((mean, inverse)), np.stack((error, of_inverse))

    def natural_parameters(self, chi: Array) -> Array:
        half_shape = 0.5 / self.inverse_shape(chi)
        return np.stack((-half_shape / chi[0] / chi[0], -half_shape))

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        return np.asarray(self.inverse_shape(chi, error) / chi[1])

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        return np.asarray(HALF_LOG_TAU + 0.5 + 0.5 * np.log(self.inverse_shape(chi, error)) - carrier)

    @staticmethod
    def inverse_shape(chi: Array, error: Array | None = None) -> Array:
        """E[1/y] - 1/E[y], (rows,); with the error of chi, where the difference of the doubles has no digits left."""
        inverse = 1 / chi[0]
        if error is None:
            return np.asarray(chi[1] - inverse)
        return np.asarray((chi[1] - inverse) + (error[1] + inverse * inverse * error[0] - inverse_error(chi[0])))

    @staticmethod
    def parameters(eta: Array) -> tuple[Array, Array]:
        """Mean and shape of the members with natural parameters eta, (rows,) each."""
        return np.sqrt(eta[1] / eta[0]), -2 * eta[1]


STATISTICS = InverseGaussianStatistics()


def inverse_error(values: Array) -> Array:
    """1/y less its rounding to a double."""
    inverse = 1 / values
    return (1 - inverse * values - product_error(inverse, values)) / values
