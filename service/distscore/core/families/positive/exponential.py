"""Exponential: waiting times and other values from 0 on, by their rate or their mean = 1 / rate.

T(y) = y, h = 0, eta = -rate, g = -log rate, chi = E[y].
With t = E[y] / mean the cross-entropy is t + log mean, least at t = 1, and t - 1 - log t above that.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from distscore.core.special.elementwise import Array, itakura_saito, sample_mean
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, FixedFloor
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, NONNEGATIVE, POSITIVE


class Times(NamedTuple):
    """What an exponential prediction needs to know of its target: its mean, and the rate if that was sent."""

    mean: Array
    rate: Array | None = None  # of a target that is an exponential distribution itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is an exponential distribution."""
        return self.rate is not None

    @property
    def best_rate(self) -> Array:
        """1 / E[y]."""
        return 1 / self.mean if self.rate is None else self.rate

    @property
    def log_mean(self) -> Array:
        """log E[y]."""
        return np.asarray(np.log(self.mean) if self.rate is None else -np.log(self.rate))


def observe(draws: Array) -> Times:
    """The empirical distribution of (draws, rows)."""
    return Times(sample_mean(draws))


def expect(rate: Array) -> Times:
    """An exponential target."""
    return Times(1 / rate, rate)


def from_expectations(chi: Array) -> Times:
    """E[y]."""
    return Times(chi[0])


class ByMean(FixedFloor[Times]):
    """A predicted exponential by its mean."""

    def __init__(self, mean: Array, rate: Array, log_mean: Array) -> None:
        self.mean, self.rate, self.log_mean = mean, rate, log_mean

    def compare(self, target: Times) -> tuple[Array, Array, Array]:
        """t = E[y] / mean by its top and bottom, and t - 1; two rates are compared as they were sent."""
        top, bottom = (target.mean, self.mean) if target.rate is None else (self.rate, target.rate)
        return top, bottom, (top - bottom) / bottom

    def ratio(self, target: Times) -> Array:
        """t."""
        top, bottom, _ = self.compare(target)
        return top / bottom

    def cross_entropy(self, target: Times) -> Array:
        return self.ratio(target) + self.log_mean

    def floor(self, target: Times) -> Array:
        return 1 + target.log_mean

    def divergence(self, target: Times) -> Array:
        return itakura_saito(*self.compare(target))

    def gradient(self, target: Times) -> Derivatives:
        return {"mean": -self.compare(target)[2]}

    def second_derivative(self, target: Times) -> SecondDerivatives:
        return {"mean": self.ratio(target)}

    def fisher_information(self, target: Times) -> Derivatives:
        return {"mean": np.ones_like(self.mean)}

    def optimum(self, target: Times) -> Mapping[str, Array]:
        return {"mean": target.mean}

    def cumulative(self, values: Array) -> Array:
        return -np.expm1(-values / self.mean)


class ByRate(ByMean):
    """A predicted exponential by its rate, or whatever a rate is called."""

    def __init__(self, rate: Parameter, column: str = "rate") -> None:
        super().__init__(1 / rate.value, rate.value, -rate.coordinate)
        self.column = column

    def gradient(self, target: Times) -> Derivatives:
        return {self.column: self.compare(target)[2]}

    def second_derivative(self, target: Times) -> SecondDerivatives:
        return {self.column: HessianParts(second=0.0, coordinate_slope=-1.0, parameter_slope=self.ratio(target))}

    def fisher_information(self, target: Times) -> Derivatives:
        return {self.column: np.ones_like(self.mean)}

    def optimum(self, target: Times) -> Mapping[str, Array]:
        return {self.column: target.best_rate}


class NaturalRate(ByMean):
    """A predicted exponential by its natural parameter: gradient g'(eta) - chi, Hessian g''(eta)."""

    def __init__(self, eta: Array) -> None:
        super().__init__(-1 / eta[0], -eta[0], -np.log(-eta[0]))

    def gradient(self, target: Times) -> Derivatives:
        return {"natural": (self.mean - target.mean)[None]}

    def second_derivative(self, target: Times) -> SecondDerivatives:
        return self.fisher_information(target)

    def fisher_information(self, target: Times) -> Derivatives:
        return {"natural": (self.mean * self.mean)[None]}

    def optimum(self, target: Times) -> Mapping[str, Array]:
        return {"natural": -target.best_rate[None]}


def by_mean(mean: Parameter) -> ByMean:
    """The mean."""
    return ByMean(mean.value, 1 / mean.value, mean.coordinate)


RATE = Column("rate", POSITIVE, "rate: 1 / mean")
MEAN = Column("mean", POSITIVE, "mean")


class Exponential(Family):
    """Waiting times."""

    name = "exponential"
    kind = "positive"
    has_cumulative = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.2, 1.7, 4.0]},
        "predictions": {"mean": [0.5, 1.5, 3.0]},
    }
    formulas = FamilyFormulas(
        symbols={"rate": r"\lambda"},
        formula=r"\lambda y - \log \lambda",
        gradient={"rate": r"y - \frac{1}{\lambda}"},
        hessian={"rate": r"\frac{1}{\lambda^2}"},
        deviance=r"2 (\lambda y - 1 - \log(\lambda y))",
        log_normalizer=r"-\log(-\eta)",
        carrier="0",
        bounded_below=False,
        notes=("It is gamma with shape 1, but for y = 0, where the loss falls without bound as the mean goes to 0.",),
        elsewhere={
            "PyTorch": "torch.distributions.Exponential",
            "scikit-learn": "sklearn.metrics.mean_gamma_deviance is the deviance",
            "SciPy": "scipy.stats.expon with scale = 1 / rate",
            "R": "dexp; scoringRules::logs_exp",
        },
    )
    targets = (
        Values(NONNEGATIVE, observe),
        Samples(NONNEGATIVE, observe),
        Distribution((RATE,), expect),
        Expectations({"y": NONNEGATIVE}, from_expectations),
    )
    predictions = (
        Parameters((RATE,), ByRate),
        Parameters((MEAN,), by_mean),
        Natural({"negative_rate": NEGATIVE}, NaturalRate),
    )
    statistics = ("y",)
    natural = ("negative_rate",)
