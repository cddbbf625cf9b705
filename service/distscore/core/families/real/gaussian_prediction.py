"""Predicted gaussians: natural parameters, or mean and standard deviation or variance, or the mean alone.

With z = (mean - m) / s every one is the form of `gaussian_target`. KL is (r - 1 - log r) + (r - 1)^2 / 2 + z^2 / 2 with
the ratio r of the standard deviations, target over prediction.
"""

from collections.abc import Mapping

import numpy as np
from scipy import special

from distscore.core.families.real.gaussian_target import STATISTICS, GaussianTarget
from distscore.core.special.elementwise import HALF_LOG_TAU, Array, itakura_saito
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.members import Member


class GaussianPrediction(Member[GaussianTarget]):
    """A predicted gaussian, sent as its natural parameters.

    An observation has no best deviation: its floor and divergence are those of its mean at the deviation predicted.
    """

    family = STATISTICS

    def __init__(self, mean: Array, deviation: Parameter, eta: Array | None = None) -> None:
        self.mean, self.deviation, self.log_deviation, self.eta = mean, deviation.value, deviation.coordinate, eta

    @property
    def natural_parameters(self) -> Array:
        if self.eta is not None:
            return self.eta
        return np.stack((self.mean, np.full_like(self.mean, -0.5))) / self.deviation / self.deviation

    def difference(self, target: GaussianTarget) -> Array:
        """Predicted minus target mean, (rows,)."""
        return self.mean - target.mean - target.mean_error

    def standardized(self, target: GaussianTarget) -> tuple[Array, Array]:
        """z = (mean - m) / s, and the mean square of the standardized error, v / s^2 + z^2."""
        z, ratio = self.difference(target) / self.deviation, target.deviation / self.deviation
        return z, ratio * ratio + z * z

    def cross_entropy(self, target: GaussianTarget) -> Array:
        return self.log_deviation + HALF_LOG_TAU + 0.5 * self.standardized(target)[1]

    def floor(self, target: GaussianTarget) -> Array:
        ratio = target.deviation / self.deviation
        held = self.log_deviation + HALF_LOG_TAU + 0.5 * ratio * ratio
        if target.is_distribution is False:
            return held
        return np.where(target.is_distribution, np.log(target.deviation) + HALF_LOG_TAU + 0.5, held)

    def divergence(self, target: GaussianTarget) -> Array:
        z, _ = self.standardized(target)
        if target.is_distribution is False:
            return 0.5 * z * z
        best = np.where(target.is_distribution, target.deviation, self.deviation)
        u = (best - self.deviation) / self.deviation
        return itakura_saito(best, self.deviation, u) + 0.5 * (u * u + z * z)

    def residual(self, target: GaussianTarget) -> Array:
        of_mean, s, d = self.difference(target), self.deviation, target.deviation
        return np.stack((of_mean, of_mean * (self.mean + target.mean) + (s - d) * (s + d)))

    def optimum(self, target: GaussianTarget) -> Mapping[str, Array]:
        own = np.stack((target.mean, np.full_like(target.mean, -0.5))) / target.deviation / target.deviation
        half = self.natural_parameters[1]
        return {"natural": np.where(target.is_distribution, own, np.stack((-2 * (half * target.mean), half)))}

    def divergence_gradient(self, target: GaussianTarget) -> Derivatives:
        of_mean = self.difference(target)
        return {"natural": np.stack((of_mean, of_mean * (self.mean + target.mean)))}

    def divergence_second_derivative(self, target: GaussianTarget) -> SecondDerivatives:
        variance = self.deviation * self.deviation
        return {"natural": np.stack((variance, 4 * variance * self.mean * self.mean))}

    def mean_gradient(self, first: Array) -> Derivatives:
        """Derivatives by column of a function of the mean alone, from its first derivative."""
        return self.gradient_of(first, np.zeros_like(first))

    def mean_second_derivative(self, first: Array, second: Array) -> Derivatives:
        """Second derivatives by column of a function of the mean alone, from its first and second."""
        variance = self.deviation * self.deviation
        of_square = 4 * self.mean * (self.mean * second + 2 * first)
        return {"natural": variance * variance * np.stack((second, of_square))}

    def gradient_of(self, of_mean: Array, of_logarithm: Array) -> Derivatives:
        """Derivatives by column of a function of the mean and s, from its derivatives in the mean and in log s."""
        variance = self.deviation * self.deviation
        return {"natural": variance * np.stack((of_mean, 2 * self.mean * of_mean + of_logarithm))}

    def second_derivative_of(
        self, first: tuple[Array, Array], of_mean: Array, mixed: Array, of_deviation: Array
    ) -> SecondDerivatives:
        """Second derivatives by column of a function of the mean and s.

        From its first derivatives in the mean and log s, and the second ones in the mean, in the mean and log s, and
        in s, times s^2.
        """
        variance, (in_mean, of_logarithm) = self.deviation * self.deviation, first
        of_square = 4 * self.mean * (self.mean * of_mean + 2 * in_mean + mixed) + (of_deviation + 3 * of_logarithm)
        return {"natural": variance * (variance * np.stack((of_mean, of_square)))}  # of one sign where that overflows

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.ndtr((values - self.mean) / self.deviation))


class ByMean(GaussianPrediction):
    """A predicted gaussian by its mean, and where `scale` names a column by that: s = sent^power."""

    def __init__(self, mean: Parameter, deviation: Parameter, sent: Array, scale: str = "", power: float = 1.0) -> None:
        super().__init__(mean.value, deviation)
        self.sent, self.scale, self.power = sent, scale, power

    def by_column(self, mean: Array, scale: Array) -> Derivatives:
        """Arrays for the two columns, by name."""
        return {"mean": mean, self.scale: scale} if self.scale else {"mean": mean}

    def gradient(self, target: GaussianTarget) -> Derivatives:
        z, square = self.standardized(target)
        return self.by_column(z / self.deviation, self.power * (1 - square))

    def second_derivative(self, target: GaussianTarget) -> SecondDerivatives:
        z, square = self.standardized(target)
        return self.second_by_column(z, 2 * self.power**2 * square)

    def second_by_column(self, z: Array, scale: Array) -> SecondDerivatives:
        """Second derivatives in the mean, in units of s so that 1 / s^2 does not overflow, and in the scale."""
        of_mean = HessianParts(1.0, coordinate_slope=z, unit=1 / self.deviation)
        return {"mean": of_mean, self.scale: scale} if self.scale else {"mean": of_mean}

    def fisher_information(self, target: GaussianTarget) -> Derivatives:
        precision = 1 / self.deviation / self.deviation
        return self.by_column(precision, np.full_like(precision, 2 * self.power**2))

    def divergence_gradient(self, target: GaussianTarget) -> Derivatives:
        z, _ = self.standardized(target)
        return self.by_column(z / self.deviation, -self.power * z * z)

    def divergence_second_derivative(self, target: GaussianTarget) -> SecondDerivatives:
        z, _ = self.standardized(target)
        return self.second_by_column(z, 2 * self.power**2 * z * z)

    def optimum(self, target: GaussianTarget) -> Mapping[str, Array]:
        own = target.deviation ** (1 / self.power)
        return self.by_column(target.mean, np.where(target.is_distribution, own, self.sent))

    def mean_second_derivative(self, first: Array, second: Array) -> Derivatives:
        return self.by_column(second, np.zeros_like(second))

    def gradient_of(self, of_mean: Array, of_logarithm: Array) -> Derivatives:
        return self.by_column(of_mean, self.power * of_logarithm)

    def second_derivative_of(
        self, first: tuple[Array, Array], of_mean: Array, mixed: Array, of_deviation: Array
    ) -> SecondDerivatives:
        own = self.power * (self.power * of_deviation - (1 - self.power) * first[1])
        return {"mean": of_mean, self.scale: HessianParts(own, 0.0, self.power * first[1])}
