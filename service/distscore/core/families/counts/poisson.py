"""Poisson: counts, by their rate.

T(y) = y, h = -log y!, eta = log rate, g = rate, chi = E[y]. The recipe rate - E[y] log rate + E[log y!] cancels for
large counts; it is written as what E[y] = m leaves of the choice of the rate, m log(m / rate) - m + rate >= 0, and the
floor at rate = m, E[log y!] - m log m + m >= 0. Fractional counts are scored with lgamma(1 + y) for log y!.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from distscore.core.exact.logarithms import times_logarithm
from distscore.core.exact.products import mean_of_parts, sum_of_all
from distscore.core.special.count_sums import half_poisson_deviance, log_factorial_remainder, poisson_entropy
from distscore.core.special.elementwise import Array, sample_mean
from distscore.core.special.gamma_function import lgamma_1p
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.forms import Distribution, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.members import Member
from distscore.core.theory.supports import NONNEGATIVE, POSITIVE, REAL


class PoissonStatistics(ExponentialFamily):
    """What a Poisson prediction needs to know of observed counts: their mean and E[log y!]."""

    expectations: ClassVar = {"y": NONNEGATIVE}
    natural: ClassVar = {"log_rate": REAL}

    def log_normalizer(self, eta: Array) -> Array:
        return np.asarray(np.exp(eta[0]))

    def mean(self, eta: Array) -> Array:
        return np.asarray(np.exp(eta))

    def variance(self, eta: Array) -> Array:
        return np.asarray(np.exp(eta))

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        return np.asarray(np.exp(eta[0]) * step[0] * step[0])

    def sufficient_statistics(self, values: Array) -> Array:
        return values[None]

    def carrier(self, values: Array) -> Array:
        return -lgamma_1p(values)

    def mean_statistics(self, draws: Array) -> tuple[Array, Array]:
        mean, error = mean_of_parts(draws)
        return mean[None], error[None]

    def mean_carrier(self, draws: Array) -> tuple[Array, Array]:
        """By -log y! = y - y log y - (log y! - y log y + y), in which only y and y log y are large."""
        powers, cut_off = times_logarithm(draws, draws)
        mean, error = sum_of_all(draws, -powers, -cut_off, -log_factorial_remainder(draws))
        return mean_of_parts(mean, error)

    def natural_parameters(self, chi: Array) -> Array:
        return np.asarray(np.log(chi))

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        """m - m log m - E[h] for m = E[y]."""
        (of_mean, of_carrier), (m,) = (0.0, 0.0) if error is None else error, chi
        powers, cut_off = times_logarithm(m, m)
        whole, rest = sum_of_all(m, -powers, -np.asarray(carrier))
        return np.asarray(whole + (rest - cut_off - of_carrier - of_mean * np.log(m)))

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        return np.asarray(np.sign(chi[0]))


STATISTICS = PoissonStatistics()


@dataclass(frozen=True)
class PoissonTarget:
    """The mean of a target, and its draws, (draws, rows), unless it is a Poisson distribution."""

    mean: Array
    draws: Array | None = None

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a Poisson distribution."""
        return self.draws is None

    @property
    def expectations(self) -> Array:
        """The mean count of the target, E[y], (1, rows)."""
        return self.mean[None]

    @property
    def carrier(self) -> Array:
        """The expected carrier E[h(y)] = -E[log y!], (rows,)."""
        if self.draws is not None:
            return sample_mean(STATISTICS.carrier(self.draws))
        return self.mean - self.mean * np.log(self.mean) - poisson_entropy(self.mean)

    @cached_property
    def floor(self) -> Array:
        """The cross-entropy at the best rate, E[y]."""
        if self.draws is None:
            return poisson_entropy(self.mean)
        error = (self.mean - self.draws) / self.draws
        dispersion = half_poisson_deviance(self.draws, self.mean, error, np.log(self.mean))
        return sample_mean(log_factorial_remainder(self.draws) + dispersion)


def observe(draws: Array) -> PoissonTarget:
    """The empirical distribution of (draws, rows)."""
    return PoissonTarget(sample_mean(draws), draws)


class PoissonPrediction(Member[PoissonTarget]):
    """A predicted Poisson distribution, sent as its natural parameter log rate."""

    family = STATISTICS

    def __init__(self, rate: Parameter) -> None:
        self.rate, self.log_rate = rate

    @property
    def natural_parameters(self) -> Array:
        return self.log_rate[None]

    def cross_entropy(self, target: PoissonTarget) -> Array:
        return target.floor + self.divergence(target)

    def floor(self, target: PoissonTarget) -> Array:
        return target.floor

    def divergence(self, target: PoissonTarget) -> Array:
        return half_poisson_deviance(target.mean, self.rate, (self.rate - target.mean) / target.mean, self.log_rate)

    def residual(self, target: PoissonTarget) -> Array:
        return (self.rate - target.mean)[None]

    @property
    def variance(self) -> Array:
        return self.rate[None]


class ByRate(PoissonPrediction):
    """A predicted Poisson distribution by its rate."""

    def gradient(self, target: PoissonTarget) -> Derivatives:
        return {"rate": self.rate - target.mean}

    def second_derivative(self, target: PoissonTarget) -> SecondDerivatives:
        return {"rate": HessianParts(second=0.0, coordinate_slope=-target.mean, parameter_slope=self.rate)}

    def fisher_information(self, target: PoissonTarget) -> Derivatives:
        return {"rate": self.rate}

    def optimum(self, target: PoissonTarget) -> Mapping[str, Array]:
        return {"rate": target.mean}


def by_natural(eta: Array) -> PoissonPrediction:
    """The logarithm of the rate."""
    return PoissonPrediction(Parameter(np.exp(eta[0]), eta[0]))


RATE = Column("rate", POSITIVE, "rate: mean count")


class Poisson(Family):
    """Counts of events whose variance equals their mean."""

    name = "poisson"
    kind = "count"
    has_residuals = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0, 3, 7]},
        "predictions": {"rate": [-0.7, 1.2, 1.8]},
        "activations": {"rate": "exp"},
    }
    formulas = FamilyFormulas(
        symbols={"rate": r"\lambda"},
        formula=r"\lambda - y \log \lambda + \log \Gamma(y + 1)",
        gradient={"rate": r"1 - \frac{y}{\lambda}"},
        hessian={"rate": r"\frac{y}{\lambda^2}"},
        deviance=r"2 (y \log \frac{y}{\lambda} - y + \lambda)",
        log_normalizer=r"e^\eta",
        carrier=r"-\log \Gamma(y + 1)",
        bounded_below=True,
        notes=(
            "Through exp the gradient is predicted minus observed count.",
            "Fractional counts are scored as a quasi-likelihood, with a warning.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.PoissonNLLLoss, which leaves log y! out or takes Stirling's formula for it; "
            "torch.distributions.Poisson",
            "Keras": "keras.losses.Poisson, without log y!",
            "scikit-learn": "sklearn.metrics.mean_poisson_deviance is the deviance",
            "SciPy": "scipy.stats.poisson",
            "R": "dpois; scoringRules::logs_pois",
        },
    )
    targets = (
        Values(NONNEGATIVE, observe, "observed count"),
        Samples(NONNEGATIVE, observe),
        Distribution((RATE,), PoissonTarget),
    )
    predictions = (Parameters((RATE,), ByRate), Natural(STATISTICS, by_natural))
    recipe = STATISTICS
    statistics = tuple(STATISTICS.expectations)
    natural = tuple(STATISTICS.natural)

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        return {"rate": np.exp(eta[0])}
