"""Poisson: counts, by their rate.

T(y) = y, h = -log y!, eta = log rate, g = rate, chi = E[y].
Cross-entropy rate - E[y] log rate + E[log y!] = (y log(y/rate) - y + rate at y = E[y]) + floor: neither is negative,
and the floor is that of the best rate, E[y]. Fractional counts are scored with lgamma(1 + y) for log y!.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from distscore.core.special.count_sums import half_poisson_deviance, log_factorial_remainder, poisson_entropy
from distscore.core.special.elementwise import Array, sample_mean
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, FixedFloor
from distscore.core.theory.forms import Distribution, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NONNEGATIVE, POSITIVE, REAL


@dataclass(frozen=True)
class Counts:
    """What a Poisson prediction needs to know of its target."""

    mean: Array
    draws: Array | None = None  # (draws, rows), unless the target is a Poisson distribution itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a Poisson distribution."""
        return self.draws is None

    @cached_property
    def floor(self) -> Array:
        """The cross-entropy at the best rate."""
        if self.draws is None:
            return poisson_entropy(self.mean)
        spread = half_poisson_deviance(self.draws, self.mean, (self.mean - self.draws) / self.draws, np.log(self.mean))
        return sample_mean(log_factorial_remainder(self.draws) + spread)


def observe(draws: Array) -> Counts:
    """The empirical distribution of (draws, rows)."""
    return Counts(sample_mean(draws), draws)


class Rate(FixedFloor[Counts]):
    """A predicted Poisson distribution, sent as a column that is its rate or the logarithm of it."""

    def __init__(self, rate: Parameter, column: str) -> None:
        self.rate, self.log_rate = rate.value, rate.coordinate
        self.column = column

    def cross_entropy(self, target: Counts) -> Array:
        return target.floor + self.divergence(target)

    def floor(self, target: Counts) -> Array:
        return target.floor

    def divergence(self, target: Counts) -> Array:
        return half_poisson_deviance(target.mean, self.rate, (self.rate - target.mean) / target.mean, self.log_rate)

    def gradient(self, target: Counts) -> Derivatives:
        return {self.column: self.rate - target.mean}

    def second_derivative(self, target: Counts) -> SecondDerivatives:
        return {self.column: HessianParts(second=0.0, coordinate_slope=-target.mean, parameter_slope=self.rate)}

    def fisher_information(self, target: Counts) -> Derivatives:
        return {self.column: self.rate}

    def optimum(self, target: Counts) -> Mapping[str, Array]:
        return {self.column: target.mean}


class NaturalRate(Rate):
    """A predicted Poisson distribution by its natural parameter."""

    def __init__(self, eta: Array) -> None:
        super().__init__(Parameter(np.exp(eta[0]), eta[0]), "natural")

    def gradient(self, target: Counts) -> Derivatives:
        return {"natural": (self.rate - target.mean)[None]}

    def second_derivative(self, target: Counts) -> SecondDerivatives:
        return self.fisher_information(target)

    def fisher_information(self, target: Counts) -> Derivatives:
        return {"natural": self.rate[None]}

    def optimum(self, target: Counts) -> Mapping[str, Array]:
        return {"natural": np.log(target.mean)[None]}


def by_rate(rate: Parameter) -> Rate:
    """The rate."""
    return Rate(rate, "rate")


RATE = Column("rate", POSITIVE, "rate: mean count")


class Poisson(Family):
    """Counts of events."""

    name = "poisson"
    kind = "count"
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
        Distribution((RATE,), Counts),
    )
    predictions = (Parameters((RATE,), by_rate), Natural({"log_rate": REAL}, NaturalRate))
    statistics = ("y",)
    natural = ("log_rate",)
