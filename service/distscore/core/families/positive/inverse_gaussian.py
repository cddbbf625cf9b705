"""Inverse gaussian: positive values, by mean m and shape k, of variance m^3 / k.

T(y) = (y, 1/y). Cross-entropy log(2 pi) / 2 + (3 E[log y] - log k) / 2 + k E[(y - m)^2 / (m^2 y)] / 2, where
E[(y - m)^2 / (m^2 y)] = u^2 / E[y] + E[1/y] - 1/E[y] with u = E[y]/m - 1: ratios, no square of a mean.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from distscore.core.families.positive.inverse_gaussian_statistics import STATISTICS
from distscore.core.special.elementwise import HALF_LOG_TAU, Array, itakura_saito, log_ratio, product, sample_mean
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Prediction
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.forms import Distribution, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE


class Durations(NamedTuple):
    """Statistics of a target, (rows,) each; differences of them in the place of what would cancel."""

    mean: Array
    reciprocal_difference: Array  # E[1/y] - 1/E[y] >= 0
    log_difference: Array | None  # log E[y] - E[log y] >= 0; None where it has no closed form
    shape: Array | None = None  # of a target that is an inverse gaussian distribution

    @property
    def is_distribution(self) -> bool:
        """Whether the target is an inverse gaussian distribution; else it was observed."""
        return self.shape is not None


def observe(draws: Array) -> Durations:
    """The empirical distribution of (draws, rows)."""
    mean = sample_mean(draws)
    deviation = (draws - mean) / mean
    reciprocal_difference = sample_mean(deviation / draws * deviation)
    return Durations(mean, reciprocal_difference, sample_mean(itakura_saito(draws, mean, deviation)))


def expect(mean: Array, shape: Array) -> Durations:
    """A target that is an inverse gaussian distribution, by its mean and shape."""
    return Durations(mean, 1 / shape, None, shape)


class ByMean(Prediction[Durations]):
    """A predicted inverse gaussian by its mean and shape."""

    def __init__(self, mean: Array, shape: Array) -> None:
        self.mean, self.shape = mean, shape

    def relative_difference(self, target: Durations) -> tuple[Array, Array]:
        """u = E[y]/m - 1, and the deviance k u^2 / E[y], by factors that do not overflow before; (rows,) each."""
        smaller, larger = np.minimum(target.mean, self.mean), np.maximum(target.mean, self.mean)
        difference = target.mean - self.mean
        u = difference / self.mean
        return u, product(product(self.shape / smaller, u), difference / larger)

    def shape_residual(self, target: Durations) -> Array:
        """k (E[1/y] - 1/E[y]) - 1, (rows,): k / k0 - 1 by the difference of the shapes where the target has one."""
        if target.shape is None:
            return self.shape * target.reciprocal_difference - 1
        return (self.shape - target.shape) / target.shape

    def cross_entropy(self, target: Durations) -> Array:
        return self.normalizer(target) + 0.5 * (
            self.relative_difference(target)[1] + self.shape * target.reciprocal_difference
        )

    def normalizer(self, target: Durations) -> Array:
        """log(2 pi) / 2 + (3 E[log y] - log k) / 2, the logarithm of one ratio so that large ones cancel before it."""
        assert target.log_difference is not None  # the border refuses targets without it
        return HALF_LOG_TAU + 1.5 * (log_ratio(target.mean, np.cbrt(self.shape)) - target.log_difference)

    def floor(self, target: Durations) -> Array | None:
        if target.log_difference is None:
            return None
        return self.normalizer(target) + 0.5 * self.shape * target.reciprocal_difference

    def divergence(self, target: Durations) -> Array:
        half = 0.5 * self.relative_difference(target)[1]
        if target.shape is None:
            return half
        return half + 0.5 * itakura_saito(self.shape, target.shape, self.shape_residual(target))

    def gradient(self, target: Durations) -> Derivatives:
        u, square = self.relative_difference(target)
        return {"mean": -product(self.shape / self.mean, u), "shape": 0.5 * (square + self.shape_residual(target))}

    def second_derivative(self, target: Durations) -> SecondDerivatives:
        u, square = self.relative_difference(target)
        of_shape = HessianParts(
            second=0.0,
            coordinate_slope=-0.5,
            parameter_slope=0.5 * (square + self.shape * target.reciprocal_difference),
        )
        return {"mean": self.shape / self.mean * (1 + 2 * u), "shape": of_shape}

    def fisher_information(self, target: Durations) -> Derivatives:
        return {"mean": self.shape / self.mean, "shape": np.full_like(self.shape, 0.5)}

    def optimum(self, target: Durations) -> Mapping[str, Array]:
        return {"mean": target.mean, "shape": self.shape if target.shape is None else target.shape}

    def divergence_gradient(self, target: Durations) -> Derivatives:
        u, square = self.relative_difference(target)
        return {"mean": -product(self.shape / self.mean, u), "shape": 0.5 * square}

    def divergence_second_derivative(self, target: Durations) -> SecondDerivatives:
        u, square = self.relative_difference(target)
        return {
            "mean": self.shape / self.mean * (1 + 2 * u),
            "shape": HessianParts(0.0, 0.0, parameter_slope=0.5 * square),
        }


def by_mean_and_shape(mean: Parameter, shape: Parameter) -> ByMean:
    """A prediction sent by its mean and its shape."""
    return ByMean(mean.value, shape.value)


MEAN = Column("mean", POSITIVE, "mean")
SHAPE = Column("shape", POSITIVE, "shape: mean^3 / variance")


class InverseGaussian(Family):
    """Positive durations, as a random walk with drift needs to reach a threshold."""

    name = "inverse_gaussian"
    kind = "positive"
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.8, 1.5, 3.2]},
        "predictions": {"mean": [1.0, 1.4, 2.8], "shape": [2.0, 3.0, 5.0]},
    }
    formulas = FamilyFormulas(
        symbols={"mean": r"\mu", "shape": r"\lambda"},
        formula=r"\frac{1}{2} \log(2 \pi) + \frac{3}{2} \log y - \frac{1}{2} \log \lambda "
        r"+ \frac{\lambda (y - \mu)^2}{2 \mu^2 y}",
        gradient={
            "mean": r"\frac{\lambda (\mu - y)}{\mu^3}",
            "shape": r"\frac{(y - \mu)^2}{2 \mu^2 y} - \frac{1}{2 \lambda}",
        },
        hessian={"mean": r"\frac{\lambda (3 y - 2 \mu)}{\mu^4}", "shape": r"\frac{1}{2 \lambda^2}"},
        deviance=r"\frac{\lambda (y - \mu)^2}{\mu^2 y}",
        bounded_below=False,
        notes=("The variance is mean^3 / shape.",),
        elsewhere={
            "TensorFlow": "tfp.distributions.InverseGaussian, with concentration = shape",
            "SciPy": "scipy.stats.invgauss with mu = mean / shape, scale = shape",
            "statsmodels": "statsmodels.genmod.families.InverseGaussian, with shape = 1 / scale",
            "R": "statmod::dinvgauss; inverse.gaussian in glm",
        },
    )
    targets = (
        Values(POSITIVE, observe),
        Samples(POSITIVE, observe),
        Distribution(
            (MEAN, SHAPE), expect, {"cross_entropy": "E[log y] of an inverse gaussian has no elementary closed form"}
        ),
    )
    predictions = (Parameters((MEAN, SHAPE), by_mean_and_shape),)
    recipe = STATISTICS

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        mean, shape = STATISTICS.parameters(eta)
        return {"mean": mean, "shape": shape}

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Of observed values by their mean m and E[(y - m)^2 / (m^2 y)] = 1/k, which are maximum likelihood."""
        if not targets.keys() <= {"values", "samples"}:
            return Estimate({})
        values, weights = observations(targets, weights)
        mean, _ = mean_and_variance(values, weights)
        deviations = (values - mean) / mean
        inverse_shape = np.add.reduce(weights / weights.sum() * (deviations / values * deviations))
        return Estimate({"mean": mean, "shape": 1 / inverse_shape}, exact=True)
