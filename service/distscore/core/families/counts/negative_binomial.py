"""Negative binomial: counts with variance mean + dispersion mean^2, by mean m and dispersion a, of size r = 1/a.

Cross-entropy lgamma(1 + y) + lgamma(r) - lgamma(r + y) + (r + y) log(r + m) - r log r - y log m
= (log y! - y log y + y) + integral of log t - psi(t) from r to r + y + y log(y/m) - (y + r) log((y + r)/(m + r)),
three parts that are never negative; the last one is half the deviance, with its derivative -r phi(u) in log a, where
u = (y - m)/(m + r) and phi(u) = u - log(1 + u). At y = 1 the second and the third part cancel if m is small: there
the loss is that of y = 0 plus log(1 + a m) - log m, since p(1) = p(0) m / (1 + a m) (Johnson, Kemp, Kotz 2005, 5.1).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.counts.negative_binomial_statistics import KnownSize
from distscore.core.special.count_sums import (
    half_poisson_deviance,
    integral_log_derivative,
    integral_second_derivatives,
    log_factorial_remainder,
    log_minus_digamma_integral,
)
from distscore.core.special.elementwise import Array, half_minus_phi_ratio, itakura_saito, log_ratio, sample_mean
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Limit, Prediction
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.forms import Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NONNEGATIVE, POSITIVE


class Counts(NamedTuple):
    """Observed counts, (draws, rows): the target is their empirical distribution."""

    draws: Array
    mean: Array  # (rows,)
    is_distribution: bool = False


def observe(draws: Array) -> Counts:
    """The target of observed counts, (draws, rows)."""
    return Counts(draws, sample_mean(draws))


def scaled(amount: Array, part: Array, whole: Array) -> Array:
    """amount part / whole for 0 < part <= whole: the larger factor is divided, so that nothing underflows before."""
    return np.where(np.abs(amount) > part, amount / whole * part, part / whole * amount)


class Overdispersed(Prediction[Counts]):
    """A predicted negative binomial by its mean and dispersion."""

    def __init__(self, mean: Array, dispersion: Array) -> None:
        self.mean, self.dispersion, self.size = mean, dispersion, 1 / dispersion
        self.whole = mean + self.size

    def tangent(self, count: Array) -> Array:
        """m (r + y) / (r + m), what half the deviance in y compares y with: its Poisson part is about this mean."""
        return scaled(self.size + count, self.mean, self.whole)

    def half_deviance(self, count: Array) -> Array:
        """y log(y/m) - (y + r) log((y + r)/(m + r)) >= 0, of counts of any shape."""
        comparable = self.tangent(count)
        difference = (self.mean - count) / count * (self.size / self.whole)
        poisson = half_poisson_deviance(count, comparable, difference, np.log(comparable))
        return poisson + self.size * self.phi(count)

    def phi(self, count: Array) -> Array:
        """phi(u) = u - log(1 + u) >= 0, u = (y - m)/(m + r)."""
        return itakura_saito(count + self.size, self.whole, (count - self.mean) / self.whole)

    def cross_entropy(self, target: Counts) -> Array:
        return self.floor(target) + self.divergence(target)

    def floor(self, target: Counts) -> Array:
        y = target.draws
        constant = log_factorial_remainder(y) + log_minus_digamma_integral(self.size, y)
        return sample_mean(constant + Overdispersed(target.mean, self.dispersion).half_deviance(y))

    def divergence(self, target: Counts) -> Array:
        return self.half_deviance(target.mean)

    def gradient(self, target: Counts) -> Derivatives:
        one, y = self.without_ones(target)
        first = integral_log_derivative(self.size, y) - self.scaled_phi(y)
        of_ones = np.where(one, self.mean / self.whole, 0.0)  # of log(1 + a m)
        return {"mean": self.first_in_mean(target), "dispersion": sample_mean(first + of_ones)}

    def second_derivative(self, target: Counts) -> SecondDerivatives:
        one, y = self.without_ones(target)
        in_dispersion, in_logarithm = np.add(self.deviance_second(y), integral_second_derivatives(self.size, y))
        share, scaled_mean = self.mean / self.whole, scaled(self.mean, self.size, self.whole)
        in_dispersion = in_dispersion - np.where(one, share * scaled_mean, 0.0)
        in_logarithm = in_logarithm + np.where(one, self.size / self.whole * scaled_mean, 0.0)
        return {"mean": self.second_in_mean(target), "dispersion": self.parts(in_dispersion, in_logarithm)}

    def parts(self, in_dispersion: Array, in_logarithm: Array) -> HessianParts:
        """Second derivatives in a, times a, and in log a, over a, averaged over the draws."""
        return HessianParts(0.0, -sample_mean(in_dispersion), sample_mean(in_logarithm), unit=self.dispersion)

    def fisher_information(self, target: Counts) -> Derivatives:
        return {"mean": scaled(self.mean, self.size, self.whole)}

    def optimum(self, target: Counts) -> Mapping[str, Array]:
        return {"mean": target.mean, "dispersion": self.dispersion}

    def divergence_gradient(self, target: Counts) -> Derivatives:
        return {"mean": self.first_in_mean(target), "dispersion": -self.scaled_phi(target.mean)}

    def divergence_second_derivative(self, target: Counts) -> SecondDerivatives:
        second = self.deviance_second(target.mean[None])
        return {"mean": self.second_in_mean(target), "dispersion": self.parts(*second)}

    def without_ones(self, target: Counts) -> tuple[NDArray[np.bool_], Array]:
        """Which draws are 1, and the draws with 0 in their place."""
        one: NDArray[np.bool_] = target.draws == 1
        return one, np.where(one, 0.0, target.draws)

    def first_in_mean(self, target: Counts) -> Array:
        """First derivative in log m: (m - y)/(1 + a m)."""
        return scaled(self.mean - target.mean, self.size, self.whole)

    def second_in_mean(self, target: Counts) -> HessianParts:
        """Of -y log m + (r + y) log(r + m): in parts for a m <= 1, where they cancel, else all in log m."""
        linear = self.tangent(target.mean)
        own, in_parts = scaled(linear, self.size, self.whole), self.mean <= self.size
        return HessianParts(
            second=np.where(in_parts, -self.dispersion * self.mean * own, own),
            coordinate_slope=np.where(in_parts, -target.mean, self.first_in_mean(target)),
            parameter_slope=np.where(in_parts, linear, 0.0),
        )

    def scaled_phi(self, count: Array) -> Array:
        """r phi(u), minus the first derivative of half the deviance in log a."""
        u, near = self.relative(count)
        half = 0.5 - half_minus_phi_ratio(np.where(near, u, 0.0))
        return np.where(near, self.size * u * (u * half), self.size * self.phi(count))

    def deviance_second(self, count: Array) -> tuple[Array, Array]:
        """Second derivatives of half the deviance in a, times a, and in log a, over a; both by r u for small u."""
        r, end = self.size, self.size + count
        u, near = self.relative(count)
        small, ru = np.where(near, u, 0.0), scaled(count - self.mean, r, self.whole)
        near_second = ru * (ru * (count / end - 2 * half_minus_phi_ratio(small)))
        near_first = ru * (ru * (0.5 - half_minus_phi_ratio(small)))
        far = u * (self.mean / self.whole + r / end) - log_ratio(end, self.whole)
        far_second, far_in_logarithm = r * (r * (far + self.phi(count))), r * (r * far)
        return np.where(near, near_second, far_second), np.where(near, near_second - near_first, far_in_logarithm)

    def relative(self, count: Array) -> tuple[Array, NDArray[np.bool_]]:
        """u = (y - m)/(m + r), and where it is small."""
        u = (count - self.mean) / self.whole
        return u, (u >= -0.4) & (u <= 0.6)


class KnownDispersion(Overdispersed):
    """A predicted negative binomial by its mean, with a known dispersion."""

    def __init__(self, mean: Parameter, dispersion: float) -> None:
        super().__init__(mean.value, np.array([dispersion]))

    def gradient(self, target: Counts) -> Derivatives:
        return {"mean": self.first_in_mean(target)}

    def second_derivative(self, target: Counts) -> SecondDerivatives:
        return {"mean": self.second_in_mean(target)}

    def divergence_gradient(self, target: Counts) -> Derivatives:
        return self.gradient(target)

    def divergence_second_derivative(self, target: Counts) -> SecondDerivatives:
        return self.second_derivative(target)

    def optimum(self, target: Counts) -> Mapping[str, Array]:
        return {"mean": target.mean}


class MeanAndDispersion(Parameters):
    """Mean and dispersion; the Fisher information of the dispersion has no closed form."""

    without_fisher = frozenset({"dispersion"})


def by_mean_and_dispersion(mean: Parameter, dispersion: Parameter) -> Overdispersed:
    """A prediction sent by its mean and its dispersion a."""
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

    def exponential_family(self, constants: Mapping[str, float]) -> ExponentialFamily | None:
        return KnownSize(1 / constants["dispersion"]) if "dispersion" in constants else None

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """The mean, which is that of the counts at any dispersion, and the dispersion by the variance."""
        mean, variance = mean_and_variance(*observations(targets, weights))
        return Estimate({"mean": mean, "dispersion": max(variance - mean, 0.1 * mean) / mean**2 if mean else 1.0})
