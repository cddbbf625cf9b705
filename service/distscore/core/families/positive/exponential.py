"""Exponential: waiting times and other values from 0 on, by their rate or their mean = 1 / rate.

T(y) = y, h = 0, eta = -rate, g = -log rate, chi = E[y]. With t = E[y] / mean the recipe is t + log mean, which has
nothing to cancel; it is least at t = 1, and KL, or half the deviance of an observation, is t - 1 - log t.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from distscore.core.special.elementwise import Array, itakura_saito, sample_mean
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Rowwise
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.members import Member
from distscore.core.theory.supports import NEGATIVE, NONNEGATIVE, POSITIVE


class ExponentialStatistics(ExponentialFamily):
    """The mean of waiting times."""

    expectations: ClassVar = {"y": NONNEGATIVE}
    natural: ClassVar = {"negative_rate": NEGATIVE}

    def log_normalizer(self, eta: Array) -> Array:
        return np.asarray(-np.log(-eta[0]))

    def mean(self, eta: Array) -> Array:
        return -1 / eta

    def variance(self, eta: Array) -> Array:
        return 1 / eta / eta

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        ratio = step[0] / eta[0]
        return np.asarray(ratio * ratio)

    def sufficient_statistics(self, values: Array) -> Array:
        return values[None]

    def natural_parameters(self, chi: Array) -> Array:
        return -1 / chi

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        return np.asarray(np.sign(chi[0]))


STATISTICS = ExponentialStatistics()


class ExponentialTarget(NamedTuple):
    """The mean of a target, and its rate where it was sent by that."""

    mean: Array
    rate: Array | None = None
    is_distribution: Rowwise = False
    carrier: float = 0.0

    @property
    def expectations(self) -> Array:
        """The mean of the target, E[y], (1, rows)."""
        return self.mean[None]

    @property
    def best_rate(self) -> Array:
        """1 / E[y], of distributions the rate that was sent."""
        return 1 / self.mean if self.rate is None else self.rate

    @property
    def log_mean(self) -> Array:
        """The logarithm of the mean of the target, (rows,)."""
        return np.asarray(np.log(self.mean) if self.rate is None else -np.log(self.rate))


def observe(draws: Array) -> ExponentialTarget:
    """The empirical distribution of (draws, rows)."""
    return ExponentialTarget(sample_mean(draws))


def expect(rate: Array) -> ExponentialTarget:
    """A target that is an exponential distribution itself, by its rate."""
    return ExponentialTarget(1 / rate, rate, is_distribution=True)


def from_expectations(chi: Array) -> ExponentialTarget:
    """The exponential with this E[y], or the observation 0."""
    return ExponentialTarget(chi[0], is_distribution=STATISTICS.is_inside(chi))


class ExponentialPrediction(Member[ExponentialTarget]):
    """A predicted exponential, sent as its natural parameter -rate."""

    family = STATISTICS

    def __init__(self, rate: Parameter, mean: Parameter) -> None:
        self.rate, (self.mean, self.log_mean) = rate.value, mean

    @property
    def natural_parameters(self) -> Array:
        return -self.rate[None]

    def compare(self, target: ExponentialTarget) -> tuple[Array, Array, Array]:
        """Numerator and denominator of t = E[y] / mean, and t - 1; two rates are compared as they were sent."""
        top, bottom = (target.mean, self.mean) if target.rate is None else (self.rate, target.rate)
        return top, bottom, (top - bottom) / bottom

    def ratio(self, target: ExponentialTarget) -> Array:
        """t = E[y] / mean."""
        top, bottom, _ = self.compare(target)
        return top / bottom

    def cross_entropy(self, target: ExponentialTarget) -> Array:
        return self.ratio(target) + self.log_mean

    def floor(self, target: ExponentialTarget) -> Array:
        return 1 + target.log_mean

    def divergence(self, target: ExponentialTarget) -> Array:
        return itakura_saito(*self.compare(target))

    def optimum(self, target: ExponentialTarget) -> Mapping[str, Array]:
        return {"natural": -target.best_rate[None]}

    def cumulative(self, values: Array) -> Array:
        return -np.expm1(-values / self.mean)


class ByMean(ExponentialPrediction):
    """A predicted exponential by its mean."""

    def __init__(self, mean: Parameter) -> None:
        super().__init__(Parameter(1 / mean.value, -mean.coordinate), mean)

    def gradient(self, target: ExponentialTarget) -> Derivatives:
        return {"mean": -self.compare(target)[2]}

    def second_derivative(self, target: ExponentialTarget) -> SecondDerivatives:
        return {"mean": self.ratio(target)}

    def fisher_information(self, target: ExponentialTarget) -> Derivatives:
        return {"mean": np.ones_like(self.mean)}

    def optimum(self, target: ExponentialTarget) -> Mapping[str, Array]:
        return {"mean": target.mean}


class ByRate(ExponentialPrediction):
    """A predicted exponential by its rate, or by a column of another name that is one."""

    def __init__(self, rate: Parameter, column: str = "rate") -> None:
        super().__init__(rate, Parameter(1 / rate.value, -rate.coordinate))
        self.column = column

    def gradient(self, target: ExponentialTarget) -> Derivatives:
        return {self.column: self.compare(target)[2]}

    def second_derivative(self, target: ExponentialTarget) -> SecondDerivatives:
        return {self.column: HessianParts(second=0.0, coordinate_slope=-1.0, parameter_slope=self.ratio(target))}

    def fisher_information(self, target: ExponentialTarget) -> Derivatives:
        return {self.column: np.ones_like(self.mean)}

    def optimum(self, target: ExponentialTarget) -> Mapping[str, Array]:
        return {self.column: target.best_rate}


def by_natural(eta: Array) -> ExponentialPrediction:
    """A prediction sent by its natural parameter, minus the rate, (1, rows)."""
    rate = -eta[0]
    return ExponentialPrediction(Parameter(rate, np.log(rate)), Parameter(1 / rate, -np.log(rate)))


RATE = Column("rate", POSITIVE, "rate: 1 / mean")
MEAN = Column("mean", POSITIVE, "mean")


class Exponential(Family):
    """Waiting times of a constant hazard: non-negative amounts by their mean."""

    name = "exponential"
    kind = "positive"
    has_cumulative = True
    has_residuals = True
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
        Expectations(STATISTICS, from_expectations),
    )
    predictions = (
        Parameters((RATE,), ByRate),
        Parameters((MEAN,), ByMean),
        Natural(STATISTICS, by_natural),
    )
    recipe = STATISTICS
    statistics = tuple(STATISTICS.expectations)
    natural = tuple(STATISTICS.natural)

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        return {"rate": -eta[0], "mean": -1 / eta[0]}
