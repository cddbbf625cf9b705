"""Negative binomial: counts with variance mean + dispersion mean^2, by mean m and dispersion a, of size r = 1/a.

Cross-entropy lgamma(1 + y) + lgamma(r) - lgamma(r + y) + (r + y) log(r + m) - r log r - y log m
= (log y! - y log y + y) + integral of log t - psi(t) from r to r + y + y log(y/m) - (y + r) log((y + r)/(m + r)),
three parts that are never negative. Its derivative in r is phi(u) minus the fall of log t - psi(t) from r to r + y,
with u = (y - m)/(m + r) and phi(u) = u - log(1 + u).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.count_sums import (
    half_poisson_deviance,
    integral_derivative,
    integral_second_derivatives,
    log_factorial_remainder,
    log_minus_digamma_integral,
)
from distscore.core.special.elementwise import Array, half_minus_phi_ratio, itakura_saito, log_ratio, sample_mean
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Limit, Prediction
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.forms import Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NONNEGATIVE, POSITIVE


class Counts(NamedTuple):
    """What a negative binomial prediction needs to know of its target."""

    draws: Array  # (draws, rows)
    mean: Array
    is_distribution: bool = False


def observe(draws: Array) -> Counts:
    """The empirical distribution of (draws, rows)."""
    return Counts(draws, sample_mean(draws))


def average(values: Array) -> Array:
    """Mean over the draws."""
    total: Array = np.add.reduce(values, axis=0)
    return total / len(values)


class Overdispersed(Prediction[Counts]):
    """A predicted negative binomial by its mean and dispersion."""

    def __init__(self, mean: Array, dispersion: Array) -> None:
        self.mean, self.dispersion, self.size = mean, dispersion, 1 / dispersion

    def distance(self, count: Array, mean: Array) -> Array:
        """y log(y/m) - (y + r) log((y + r)/(m + r)), half the deviance."""
        r = self.size
        whole = mean + r
        share = np.where(
            mean < r, mean * ((r + count) / whole), mean / whole * (r + count)
        )  # of r + y, without overflow
        among = half_poisson_deviance(count, share, (mean - count) / count * (r / whole), np.log(share))
        return among + r * self.strain(count, mean)

    def strain(self, count: Array, mean: Array) -> Array:
        """phi(u) = t - 1 - log t for t = (y + r)/(m + r) = 1 + u."""
        return itakura_saito(count + self.size, mean + self.size, (count - mean) / (mean + self.size))

    def cross_entropy(self, target: Counts) -> Array:
        return self.floor(target) + self.divergence(target)

    def floor(self, target: Counts) -> Array:
        y = target.draws
        constant = log_factorial_remainder(y) + log_minus_digamma_integral(self.size, y)
        return average(constant + self.distance(y, target.mean))

    def divergence(self, target: Counts) -> Array:
        return self.distance(target.mean, self.mean)

    def gradient(self, target: Counts) -> Derivatives:
        y = target.draws
        return {
            "mean": self.slope(target),
            "dispersion": average(integral_derivative(self.size, y) - self.strain_slope(y)),
        }

    def second_derivative(self, target: Counts) -> SecondDerivatives:
        y = target.draws
        in_dispersion, in_logarithm = np.add(self.strain_bends(y), integral_second_derivatives(self.size, y))
        return {
            "mean": self.bend(target),
            "dispersion": HessianParts(0.0, -average(in_dispersion), average(in_logarithm)),
        }

    def fisher_information(self, target: Counts) -> Derivatives:
        return {"mean": self.mean / (1 + self.dispersion * self.mean)}

    def optimum(self, target: Counts) -> Mapping[str, Array]:
        return {"mean": target.mean, "dispersion": self.dispersion}

    def divergence_gradient(self, target: Counts) -> Derivatives:
        return {"mean": self.slope(target), "dispersion": -self.strain_slope(target.mean)}

    def divergence_second_derivative(self, target: Counts) -> SecondDerivatives:
        in_dispersion, in_logarithm = self.strain_bends(target.mean)
        return {"mean": self.bend(target), "dispersion": HessianParts(0.0, -in_dispersion, in_logarithm)}

    def slope(self, target: Counts) -> Array:
        """First derivative in log m: (m - y)/(1 + a m)."""
        return (self.mean - target.mean) / (1 + self.dispersion * self.mean)

    def bend(self, target: Counts) -> HessianParts:
        """Of -y log m + (r + y) log(r + m), part by part in m where that is linear in it, else all in log m."""
        spread = self.dispersion * self.mean
        level = self.mean * ((1 + self.dispersion * target.mean) / (1 + spread))
        direct, own = spread <= 1, level / (1 + spread)
        return HessianParts(
            second=np.where(direct, -spread * own, own),
            coordinate_slope=np.where(direct, -target.mean, self.slope(target)),
            parameter_slope=np.where(direct, level, 0.0),
        )

    def strain_slope(self, count: Array) -> Array:
        """r phi(u), minus the first derivative of the distance in log a."""
        u, near = self.relative(count)
        half = 0.5 - half_minus_phi_ratio(np.where(near, u, 0.0))
        return np.where(near, self.size * u * (u * half), self.size * self.strain(count, self.mean))

    def strain_bends(self, count: Array) -> tuple[Array, Array]:
        """Second derivatives of the distance in a, times a^2, and in log a."""
        r, m, end, slope = self.size, self.mean, self.size + count, self.strain_slope(count)
        u, near = self.relative(count)
        direct = r * u * (u * (count / end - 2 * half_minus_phi_ratio(np.where(near, u, 0.0))))
        far = r * (u * (m / (m + r) + r / end) - log_ratio(end, m + r))
        return np.where(near, direct, far + slope), np.where(near, direct - slope, far)

    def relative(self, count: Array) -> tuple[Array, NDArray[np.bool_]]:
        """u = (y - m)/(m + r), and where it is small."""
        u = (count - self.mean) / (self.mean + self.size)
        return u, (u >= -0.4) & (u <= 0.6)


class KnownDispersion(Overdispersed):
    """A predicted negative binomial by its mean, with a known dispersion."""

    def __init__(self, mean: Parameter, dispersion: float) -> None:
        super().__init__(mean.value, np.full_like(mean.value, dispersion))

    def optimum(self, target: Counts) -> Mapping[str, Array]:
        return {"mean": target.mean}


class MeanAndDispersion(Parameters):
    """Mean and dispersion; the Fisher information of the dispersion has no closed form."""

    without_fisher = frozenset({"dispersion"})


def by_mean_and_dispersion(mean: Parameter, dispersion: Parameter) -> Overdispersed:
    """Mean and dispersion."""
    return Overdispersed(mean.value, dispersion.value)


MEAN = Column("mean", POSITIVE, "mean")
DISPERSION = Column("dispersion", POSITIVE, "dispersion: (variance - mean) / mean^2")


class NegativeBinomial(Family):
    """Counts that vary more than a Poisson's."""

    name = "negative_binomial"
    kind = "count"
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0, 4, 19]},
        "predictions": {"mean": [1.5, 4.5, 12.0], "dispersion": [0.5, 0.5, 0.8]},
    }
    formulas = FamilyFormulas(
        symbols={"mean": r"\mu", "dispersion": "a"},
        where={
            "r": r"\frac{1}{a}",
            "D": r"\psi(r + y) - \psi(r) - \log(1 + a \mu) + \frac{\mu - y}{r + \mu}",
        },
        formula=r"\log \Gamma(y + 1) + \log \Gamma(r) - \log \Gamma(r + y) + (r + y) \log(1 + a \mu) - y \log(a \mu)",
        gradient={"mean": r"\frac{\mu - y}{\mu (1 + a \mu)}", "dispersion": "r^2 D"},
        hessian={
            "mean": r"\frac{y}{\mu^2} - \frac{a (1 + a y)}{(1 + a \mu)^2}",
            "dispersion": r"r^4 (\psi_1(r) - \psi_1(r + y) - \frac{\mu}{r (r + \mu)} + \frac{\mu - y}{(r + \mu)^2}) "
            r"- 2 r^3 D",
        },
        deviance=r"2 (y \log \frac{y}{\mu} - (y + r) \log \frac{1 + a y}{1 + a \mu})",
        bounded_below=True,
        notes=(
            "The variance is mean + dispersion mean^2; as the dispersion goes to 0 it becomes poisson.",
            "Other programs take the size 1 / dispersion, or a probability.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.NegativeBinomial, by total_count = 1 / dispersion and a probability",
            "SciPy": "scipy.stats.nbinom with n = 1 / dispersion, p = 1 / (1 + dispersion mean)",
            "statsmodels": "statsmodels.discrete.discrete_model.NegativeBinomial, with alpha the dispersion",
            "R": "dnbinom with size = 1 / dispersion; scoringRules::logs_nbinom; MASS::glm.nb, with theta = size",
        },
    )
    targets = (Values(NONNEGATIVE, observe, "observed count"), Samples(NONNEGATIVE, observe))
    predictions = (
        MeanAndDispersion((MEAN, DISPERSION), by_mean_and_dispersion),
        Parameters((MEAN,), KnownDispersion, (Constant("dispersion", "known dispersion"),)),
    )
    limits: ClassVar[Mapping[str, Limit]] = {"dispersion": Limit("poisson", 1e-150)}
    unavailable: ClassVar[Mapping[str, str]] = {
        "kl_divergence": "targets are observed counts: a negative binomial has no closed entropy"
    }

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """The mean, which is that of the counts at any dispersion, and the dispersion by the variance."""
        mean, variance = mean_and_variance(*observations(targets, weights))
        return Estimate({"mean": mean, "dispersion": max(variance - mean, 0.1 * mean) / mean**2 if mean else 1.0})
