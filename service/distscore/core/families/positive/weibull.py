"""Weibull: lifetimes and strengths, of density (k / s) (y / s)^(k - 1) exp(-(y / s)^k), by shape k and scale s.

With u = k log(y / s), for which e^u is exponentially distributed, the loss of an observation is log(y / k) - u + e^u.
It is least over the scale at u = 0, and half the deviance is e^u - 1 - u. The mean is s Gamma(1 + 1/k): by the mean,
u = k log(y / mean) + k lgamma(1 + 1/k), and du / dlog k is u - psi(1 + 1/k) in place of u. Not an exponential family
unless the shape is known, so targets are observed. Several draws are compared with the largest of them, so that no
power overflows: their best scale has E[e^u] = 1, and another one loses e^d - 1 - d with d = log E[e^u].
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from scipy import special

from distscore.core.exact.logarithms import logarithm
from distscore.core.exact.products import Factor, mean_of_parts, sum_of_all
from distscore.core.families.positive.exponential import ExponentialStatistics
from distscore.core.special.elementwise import (
    Array,
    expm1_remainder,
    log_ratio,
    log_ratio_near_one,
    product,
    sample_mean,
)
from distscore.core.special.gamma_function import EULER, lgamma_1p
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Prediction
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.forms import Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, NONNEGATIVE, POSITIVE


class PowersOfKnownShape(ExponentialStatistics):
    """The exponential of y^k with a known shape k, whose density in y has the factor k y^(k - 1)."""

    expectations: ClassVar = {"y^k": NONNEGATIVE}
    natural: ClassVar = {"negative_inverse_power_of_scale": NEGATIVE}

    def __init__(self, shape: float) -> None:
        self.shape = np.array(shape)

    def sufficient_statistics(self, values: Array) -> Array:
        return np.asarray(np.power(values, self.shape)[None])

    def carrier(self, values: Array) -> Array:
        return np.asarray(np.log(self.shape) + (self.shape - 1) * np.log(values))

    def mean_carrier(self, draws: Array) -> tuple[Array, Array]:
        rounded, cut_off = logarithm(draws)
        high, low = Factor(rounded).times(Factor(self.shape - 1))
        return mean_of_parts(*sum_of_all(high, np.log(self.shape), low + (self.shape - 1) * cut_off))

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        """1 + log E[y^k] - E[h], where the last two cancel for large shapes."""
        of_mean, of_carrier = (0.0, 0.0) if error is None else error
        rounded, cut_off = logarithm(chi[0])
        return np.asarray(1 + (rounded - carrier) + (cut_off + of_mean / chi[0] - of_carrier))


class Lifetimes(NamedTuple):
    """Observed values, (draws, rows): the target is their empirical distribution."""

    draws: Array

    @property
    def is_distribution(self) -> bool:
        """False: targets of this family are observed."""
        return False

    @property
    def largest(self) -> Array:
        """The largest draw of each row, (rows,)."""
        return np.asarray(np.maximum.reduce(self.draws, axis=0))


class Offset(NamedTuple):
    """What a form adds to u = k log(y / center), and how that changes with the shape; arrays are (rows,)."""

    value: Array | float  # k lgamma(1 + 1/k) where the center is the mean, 0 where it is the scale
    digamma: Array | float  # psi(1 + 1/k), or 0
    trigamma: Array | float  # psi1(1 + 1/k) / k, or 0


class ByCenter(Prediction[Lifetimes]):
    """A predicted Weibull by its shape and a center in proportion to which it stretches: its scale or its mean."""

    def __init__(self, column: str, center: Array, shape: Array, offset: Offset, shape_was_sent: bool = True) -> None:
        self.column, self.center, self.shape, self.offset = column, center, shape, offset
        self.held = {"shape": shape} if shape_was_sent else {}

    def logarithm(self, values: Array) -> Array:
        """log(y / center), with its digits near y = center."""
        return log_ratio_near_one(values, self.center, (values - self.center) / self.center)

    def exponent(self, values: Array) -> Array:
        """u = k log(y / scale)."""
        return self.shape * self.logarithm(values) + self.offset.value

    def from_largest(self, target: Lifetimes) -> tuple[Array, Array]:
        """u' = k log(y / largest draw) <= 0, (draws, rows), and log E[e^u'], (rows,)."""
        largest = target.largest
        logarithm = log_ratio_near_one(target.draws, largest, (target.draws - largest) / largest)
        exponents = self.shape * logarithm
        return exponents, np.log1p(sample_mean(np.expm1(exponents)))

    def log_mean_power(self, target: Lifetimes) -> Array:
        """d = log E[e^u], 0 at the best center, (rows,)."""
        return self.exponent(target.largest) + self.from_largest(target)[1]

    def cross_entropy(self, target: Lifetimes) -> Array:
        k, y, logarithm = self.shape, target.draws, self.logarithm(target.draws)
        of_value, of_center = log_ratio(y, k) - k * logarithm, log_ratio(self.center, k) + (1 - k) * logarithm
        power = np.exp(self.exponent(y))  # the two forms are equal; the smaller multiple of the logarithm cancels less
        return sample_mean(np.where(k < 0.5, of_value, of_center) + power) - self.offset.value

    def floor(self, target: Lifetimes) -> Array:
        exponents, log_mean = self.from_largest(target)
        rest = sample_mean(exponents / self.shape - exponents) + log_mean
        return 1 + log_ratio(target.largest, self.shape) + rest

    def divergence(self, target: Lifetimes) -> Array:
        return expm1_remainder(self.log_mean_power(target))

    def gradient(self, target: Lifetimes) -> Derivatives:
        u = self.exponent(target.draws)
        power_minus_one = np.expm1(u)
        in_shape = sample_mean(product(power_minus_one, u - self.offset.digamma)) - 1
        return {self.column: -product(self.shape, sample_mean(power_minus_one)), "shape": in_shape}

    def second_derivative(self, target: Lifetimes) -> SecondDerivatives:
        u = self.exponent(target.draws)
        power, first = np.exp(u), u - self.offset.digamma  # first: du / dlog k
        power_minus_one, square = np.expm1(u), product(product(power, first), first)
        in_shape = 1 + sample_mean(square + product(power_minus_one, self.offset.trigamma))
        in_log_shape = sample_mean(square + product(power_minus_one, first + self.offset.trigamma))
        return {
            self.column: HessianParts(sample_mean(power), -sample_mean(power_minus_one), unit=self.shape),
            "shape": HessianParts(0.0, -in_shape, in_log_shape),
        }

    def fisher_information(self, target: Lifetimes) -> Derivatives:
        in_shape = np.pi**2 / 6 + (1 - EULER - self.offset.digamma) ** 2
        return {self.column: self.shape * self.shape, "shape": in_shape * np.ones_like(self.shape)}

    def optimum(self, target: Lifetimes) -> Mapping[str, Array]:
        log_mean = self.from_largest(target)[1]
        return {self.column: target.largest * np.exp((log_mean + self.offset.value) / self.shape), **self.held}

    def tilted_moments(self, target: Lifetimes) -> tuple[Array, Array]:
        """dd / dlog k of d = log E[e^u], which is the mean of du / dlog k weighted by e^u, and the variance of u so."""
        exponents, log_mean = self.from_largest(target)
        weights = np.exp(exponents - log_mean)
        mean = sample_mean(product(weights, exponents))
        variance = sample_mean(product(weights, (exponents - mean) ** 2))
        return self.exponent(target.largest) + mean - self.offset.digamma, variance

    def divergence_gradient(self, target: Lifetimes) -> Derivatives:
        power_minus_one = np.expm1(self.log_mean_power(target))
        return {
            self.column: -product(self.shape, power_minus_one),
            "shape": product(power_minus_one, self.tilted_moments(target)[0]),
        }

    def divergence_second_derivative(self, target: Lifetimes) -> SecondDerivatives:
        d, (first, variance) = self.log_mean_power(target), self.tilted_moments(target)
        power_minus_one, power = np.expm1(d), np.exp(d)
        in_shape = product(product(power, first), first) + product(power_minus_one, variance + self.offset.trigamma)
        return {
            self.column: HessianParts(power, -power_minus_one, unit=self.shape),
            "shape": HessianParts(0.0, -in_shape, in_shape + product(power_minus_one, first)),
        }

    def cumulative(self, values: Array) -> Array:
        return -np.expm1(-np.exp(self.exponent(values)))


def by_shape_and_scale(shape: Parameter, scale: Parameter) -> ByCenter:
    """Shape and scale as columns."""
    return ByCenter("scale", scale.value, shape.value, Offset(0.0, 0.0, 0.0))


def by_mean_and_shape(mean: Parameter, shape: Parameter) -> ByCenter:
    """Mean and shape as columns."""
    k = shape.value
    offset = Offset(k * lgamma_1p(1 / k), special.psi(1 + 1 / k), special.zeta(2, 1 + 1 / k) / k)
    return ByCenter("mean", mean.value, k, offset)


def by_scale(scale: Parameter, shape: float) -> ByCenter:
    """The scale as a column, with a known shape."""
    return ByCenter("scale", scale.value, np.full_like(scale.value, shape), Offset(0.0, 0.0, 0.0), False)


SHAPE = Column("shape", POSITIVE, "shape: power of y / scale that is exponentially distributed")
SCALE = Column("scale", POSITIVE, "scale: quantile of 1 - 1/e")
MEAN = Column("mean", POSITIVE, "mean: scale times Gamma(1 + 1 / shape)")


class Weibull(Family):
    """Lifetimes, strengths, wind speeds: values whose hazard goes with a power of them."""

    name = "weibull"
    kind = "positive"
    has_cumulative = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.7, 2.4, 5.5]},
        "predictions": {"shape": [1.5, 2.0, 1.8], "scale": [1.0, 2.5, 5.0]},
    }
    formulas = FamilyFormulas(
        symbols={"shape": "k", "scale": r"\lambda"},
        where={"u": r"k \log \frac{y}{\lambda}"},
        formula=r"\log \frac{y}{k} - u + e^u",
        gradient={"shape": r"\frac{u (e^u - 1) - 1}{k}", "scale": r"\frac{k (1 - e^u)}{\lambda}"},
        hessian={
            "shape": r"\frac{1 + u^2 e^u}{k^2}",
            "scale": r"\frac{k ((k + 1) e^u - 1)}{\lambda^2}",
        },
        deviance=r"2 (e^u - 1 - u)",
        bounded_below=False,
        notes=(
            "The mean is scale Gamma(1 + 1 / shape); (y / scale)^shape is exponential with mean 1.",
            "At shape 1 it is exponential, at shape 2 the Rayleigh distribution.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.Weibull, with concentration = shape",
            "SciPy": "scipy.stats.weibull_min with c = shape",
            "R": "dweibull",
        },
    )
    targets = (Values(POSITIVE, Lifetimes), Samples(POSITIVE, Lifetimes))
    predictions = (
        Parameters((SHAPE, SCALE), by_shape_and_scale),
        Parameters((MEAN, SHAPE), by_mean_and_shape),
        Parameters((SCALE,), by_scale, (Constant("shape", "known shape"),)),
    )
    unavailable: ClassVar[Mapping[str, str]] = {
        "kl_divergence": "A Weibull of unknown shape has no finite sufficient statistic, so its targets are observed "
        "values, and an observation has no entropy.",
    }

    def exponential_family(self, constants: Mapping[str, float]) -> ExponentialFamily | None:
        return PowersOfKnownShape(constants["shape"]) if "shape" in constants else None

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Shape and scale by mean and variance of log y, which are log scale - gamma / k and pi^2 / (6 k^2)."""
        values, weights = observations(targets, weights)
        one = values[0]
        mean, variance = mean_and_variance(log_ratio_near_one(values, one, (values - one) / one), weights)
        shape = np.pi / np.sqrt(6 * variance) if variance else 1e3
        scale = one * np.exp(mean + EULER / shape)
        return Estimate({"shape": shape, "scale": scale, "mean": scale * special.gamma(1 + 1 / shape)})
