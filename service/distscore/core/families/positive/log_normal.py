"""Log-normal: positive values whose logarithm is gaussian, by location m and scale s of the logarithm.

T(y) = (log y, (log y)^2), h = -log y: the cross-entropy is that of the gaussian of log y, plus E[log y];
log s + E[log y] + log(2 pi)/2 + E[(log y - m)^2] / (2 s^2).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
from scipy import special

from distscore.core.exact.logarithms import logarithm
from distscore.core.families.real import gaussian_prediction, gaussian_target
from distscore.core.families.real.gaussian_target import GaussianStatistics
from distscore.core.special.elementwise import (
    HALF_LOG_TAU,
    Array,
    itakura_saito,
    log_ratio,
    log_ratio_near_one,
    sample_mean,
)
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Prediction
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.forms import Distribution, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, POSITIVE, REAL


class LogNormalStatistics(GaussianStatistics):
    """The gaussian of log y, whose density in y has the factor 1/y."""

    expectations: ClassVar = {"log y": REAL, "(log y)^2": POSITIVE}
    natural: ClassVar = {"location_over_squared_scale": REAL, "negative_half_inverse_squared_scale": NEGATIVE}
    requirement = "E[(log y)^2] >= E[log y]^2"

    def sufficient_statistics(self, values: Array) -> Array:
        return super().sufficient_statistics(np.log(values))

    def mean_statistics(self, draws: Array, cut_off: Array | float = 0.0) -> tuple[Array, Array]:
        return super().mean_statistics(*logarithm(draws))

    def carrier(self, values: Array) -> Array:
        return -np.log(values)


Number = TypeVar("Number", Array, "Array | HessianParts")


class Logarithms(NamedTuple):
    """The gaussian of log y that a target is, or the logarithms of what was observed."""

    moments: gaussian_target.GaussianTarget  # of log y
    draws: Array | None = None  # (draws, rows)
    scale: Array | None = None  # of a target that is a log-normal itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a log-normal distribution; else it was observed."""
        return self.scale is not None


def observe(draws: Array) -> Logarithms:
    """The empirical distribution of (draws, rows): ratios to the first draw keep the digits of draws that are alike."""
    one = draws[0]
    relative = gaussian_target.observe(log_ratio(draws, one))
    return Logarithms(gaussian_target.GaussianTarget(np.log(one) + relative.mean, relative.deviation), draws)


def expect(location: Array, scale: Array) -> Logarithms:
    """A target that is a log-normal distribution."""
    return Logarithms(gaussian_target.expect(location, scale), scale=scale)


def named(derivatives: Mapping[str, Number]) -> Mapping[str, Number]:
    """Derivatives or columns of the gaussian of log y, by the names of the columns of the log-normal."""
    return {"location": derivatives["mean"], "scale": derivatives["scale"]}


class Multiplicative(Prediction[Logarithms]):
    """A predicted log-normal, by location and scale of log y."""

    def __init__(self, location: Parameter, scale: Parameter) -> None:
        self.scale, self.log_scale = scale.value, scale.coordinate
        self.normal = gaussian_prediction.ByMean(location, scale, scale.value, "scale")

    def normalizer(self, target: Logarithms) -> Array:
        """E[log(s y)] + log(2 pi) / 2, (rows,), by the logarithm of one product: log s and log y may cancel."""
        if target.draws is None:
            return self.log_scale + target.moments.mean + HALF_LOG_TAU
        return sample_mean(log_ratio(target.draws, 1 / self.scale)) + HALF_LOG_TAU

    def cross_entropy(self, target: Logarithms) -> Array:
        return self.normalizer(target) + 0.5 * self.normal.standardized(target.moments)[1]

    def floor(self, target: Logarithms) -> Array:
        if target.is_distribution:
            return self.normal.floor(target.moments) + target.moments.mean
        ratio = target.moments.deviation / self.scale
        return self.normalizer(target) + 0.5 * ratio * ratio

    def divergence(self, target: Logarithms) -> Array:
        z, _ = self.normal.standardized(target.moments)
        if target.scale is None:
            return 0.5 * z * z
        u = (target.scale - self.scale) / self.scale
        return itakura_saito(target.scale, self.scale, u) + 0.5 * (u * u + z * z)

    def gradient(self, target: Logarithms) -> Derivatives:
        return named(self.normal.gradient(target.moments))

    def second_derivative(self, target: Logarithms) -> SecondDerivatives:
        return named(self.normal.second_derivative(target.moments))

    def fisher_information(self, target: Logarithms) -> Derivatives:
        return named(self.normal.fisher_information(target.moments))

    def optimum(self, target: Logarithms) -> Mapping[str, Array]:
        return named(self.normal.optimum(target.moments))

    def divergence_gradient(self, target: Logarithms) -> Derivatives:
        return named(self.normal.divergence_gradient(target.moments))

    def divergence_second_derivative(self, target: Logarithms) -> SecondDerivatives:
        return named(self.normal.divergence_second_derivative(target.moments))

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.ndtr((np.log(values) - self.normal.mean) / self.scale))


LOCATION = Column("location", REAL, "location: mean of log y")
SCALE = Column("scale", POSITIVE, "scale: standard deviation of log y")


class LogNormal(Family):
    """Positive values that vary by factors."""

    name = "log_normal"
    kind = "positive"
    has_cumulative = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.5, 2.0, 30.0]},
        "predictions": {"location": [-0.5, 0.8, 3.0], "scale": [0.5, 0.4, 0.9]},
    }
    formulas = FamilyFormulas(
        symbols={"location": r"\mu", "scale": r"\sigma"},
        formula=r"\frac{1}{2} \log(2 \pi) + \log \sigma + \log y + \frac{(\log y - \mu)^2}{2 \sigma^2}",
        gradient={
            "location": r"\frac{\mu - \log y}{\sigma^2}",
            "scale": r"\frac{1}{\sigma} - \frac{(\log y - \mu)^2}{\sigma^3}",
        },
        hessian={
            "location": r"\frac{1}{\sigma^2}",
            "scale": r"\frac{3 (\log y - \mu)^2}{\sigma^4} - \frac{1}{\sigma^2}",
        },
        deviance=r"\frac{(\log y - \mu)^2}{\sigma^2}",
        bounded_below=False,
        notes=(
            "Location and scale are those of log y: the median is exp(location), the mean exp(location + scale^2 / 2).",
            "It is gaussian in log y plus log y, which no prediction changes.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.LogNormal",
            "SciPy": "scipy.stats.lognorm with s = scale, scale = exp(location)",
            "R": "dlnorm; scoringRules::logs_lnorm",
        },
    )
    targets = (
        Values(POSITIVE, observe),
        Samples(POSITIVE, observe),
        Distribution((LOCATION, SCALE), expect),
    )
    predictions = (Parameters((LOCATION, SCALE), Multiplicative),)
    recipe = LogNormalStatistics()

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        location, squared_scale = GaussianStatistics.moments(eta)
        return {"location": location, "scale": np.sqrt(squared_scale)}

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Of observed values mean and standard deviation of log y, centered first, which are maximum likelihood."""
        if not targets.keys() <= {"values", "samples"}:
            return Estimate({})
        values, weights = observations(targets, weights)
        one = values[0]
        location, squared_scale = mean_and_variance(log_ratio_near_one(values, one, (values - one) / one), weights)
        return Estimate({"location": np.log(one) + location, "scale": np.sqrt(squared_scale)}, exact=True)
