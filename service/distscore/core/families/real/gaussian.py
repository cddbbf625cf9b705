"""Gaussian: real values with a known or a predicted spread.

T(y) = (y, y^2), h = 0, eta = (mean / variance, -1 / (2 variance)),
g = -eta1^2 / (4 eta2) - log(-2 eta2) / 2 + log(2 pi) / 2.
Cross-entropy log s + log(2 pi)/2 + (v + (mean - m)^2) / (2 s^2) for a target of mean m and variance v, centered first.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from distscore.core.special.elementwise import HALF_LOG_TAU, Array, itakura_saito, mean_square_deviation, sample_mean
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.distributions import Family, Prediction
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, POSITIVE, REAL


class Moments(NamedTuple):
    """What a gaussian prediction needs to know of its target."""

    mean: Array
    variance: Array
    deviation: Array | None = None  # of a target that is a gaussian itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a gaussian."""
        return self.deviation is not None


def observe(draws: Array) -> Moments:
    """The empirical distribution of (draws, rows)."""
    mean = sample_mean(draws)
    return Moments(mean, mean_square_deviation(draws, mean))


def expect(mean: Array, deviation: Array) -> Moments:
    """A gaussian target."""
    return Moments(mean, deviation * deviation, deviation)


def from_expectations(chi: Array) -> Moments:
    """E[y] and E[y^2]."""
    return Moments(chi[0], chi[1] - chi[0] * chi[0])


def possible(chi: Array) -> NDArray[np.bool_]:
    """A variance that is not negative beyond rounding."""
    consistent: NDArray[np.bool_] = chi[1] - chi[0] * chi[0] >= -1e-15 * chi[1]
    return consistent


class Normal(Prediction[Moments]):
    """A predicted gaussian. Its spread was sent as the column `spread`, with log deviation = power * log spread."""

    def __init__(self, mean: Array, deviation: Parameter, spread: str = "", power: float = 1.0) -> None:
        self.mean, self.deviation, self.log_deviation = mean, deviation.value, deviation.coordinate
        self.spread, self.power, self.sent = spread, power, deviation.value

    def standardized(self, target: Moments) -> tuple[Array, Array]:
        """z = (mean - m) / s, and the mean square of the standardized residual, v / s^2 + z^2."""
        z = (self.mean - target.mean) / self.deviation
        return z, target.variance / self.deviation / self.deviation + z * z

    def cross_entropy(self, target: Moments) -> Array:
        return self.log_deviation + HALF_LOG_TAU + 0.5 * self.standardized(target)[1]

    def floor(self, target: Moments) -> Array:
        if target.deviation is not None:
            return np.log(target.deviation) + HALF_LOG_TAU + 0.5
        return self.log_deviation + HALF_LOG_TAU + 0.5 * target.variance / self.deviation / self.deviation

    def divergence(self, target: Moments) -> Array:
        z, _ = self.standardized(target)
        if target.deviation is None:
            return 0.5 * z * z
        u = (target.deviation - self.deviation) / self.deviation
        return itakura_saito(target.deviation, self.deviation, u) + 0.5 * (u * u + z * z)

    def gradient(self, target: Moments) -> Derivatives:
        z, square = self.standardized(target)
        return {"mean": z / self.deviation, self.spread: self.power * (1 - square)}

    def second_derivative(self, target: Moments) -> Derivatives:
        _, square = self.standardized(target)
        return {"mean": 1 / self.deviation / self.deviation, self.spread: 2 * self.power**2 * square}

    def fisher_information(self, target: Moments) -> Derivatives:
        precision = 1 / self.deviation / self.deviation
        return {"mean": precision, self.spread: np.full_like(precision, 2 * self.power**2)}

    def optimum(self, target: Moments) -> Mapping[str, Array]:
        best = self.sent if target.deviation is None else target.deviation ** (1 / self.power)
        return {"mean": target.mean, self.spread: best} if self.spread else {"mean": target.mean}

    def divergence_gradient(self, target: Moments) -> Derivatives:
        z, _ = self.standardized(target)
        return {"mean": z / self.deviation, self.spread: -self.power * z * z}

    def divergence_second_derivative(self, target: Moments) -> Derivatives:
        z, _ = self.standardized(target)
        return {"mean": 1 / self.deviation / self.deviation, self.spread: 2 * self.power**2 * z * z}

    def mean_gradient(self, first: Array) -> Derivatives:
        """Derivatives of a function of the mean alone, from its first derivative."""
        return {"mean": first, self.spread: np.zeros_like(first)}

    def mean_curvature(self, first: Array, second: Array) -> Derivatives:
        """Second derivatives of a function of the mean alone."""
        return {"mean": second, self.spread: np.zeros_like(second)}

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.ndtr((values - self.mean) / self.deviation))


class ByVariance(Normal):
    """A predicted gaussian by its mean and variance."""

    def __init__(self, mean: Parameter, variance: Parameter) -> None:
        deviation = Parameter(np.sqrt(variance.value), 0.5 * variance.coordinate)
        super().__init__(mean.value, deviation, "variance", 0.5)
        self.sent = variance.value


class NaturalNormal(Normal):
    """A predicted gaussian in its natural parameters: gradient g'(eta) - chi, Hessian g''(eta)."""

    def __init__(self, eta: Array) -> None:
        precision = -2 * eta[1]
        super().__init__(eta[0] / precision, Parameter(1 / np.sqrt(precision), -0.5 * np.log(precision)))
        self.variance, self.negative_half_precision = 1 / precision, eta[1]

    def gradient(self, target: Moments) -> Derivatives:
        gap = self.mean - target.mean
        return {"natural": np.stack((gap, gap * (self.mean + target.mean) + (self.variance - target.variance)))}

    def second_derivative(self, target: Moments) -> Derivatives:
        square = self.mean * self.mean
        return {"natural": np.stack((self.variance, 2 * self.variance * (self.variance + 2 * square)))}

    def fisher_information(self, target: Moments) -> Derivatives:
        return self.second_derivative(target)

    def optimum(self, target: Moments) -> Mapping[str, Array]:
        half, s = self.negative_half_precision, target.deviation
        best = (-2 * (half * target.mean), half) if s is None else (target.mean / s / s, -0.5 / s / s)
        return {"natural": np.stack(best)}

    def divergence_gradient(self, target: Moments) -> Derivatives:
        gap = self.mean - target.mean
        return {"natural": np.stack((gap, gap * (self.mean + target.mean)))}

    def divergence_second_derivative(self, target: Moments) -> Derivatives:
        return {"natural": np.stack((self.variance, 4 * self.variance * self.mean * self.mean))}

    def mean_gradient(self, first: Array) -> Derivatives:
        return {"natural": np.stack((self.variance * first, 2 * self.mean * self.variance * first))}

    def mean_curvature(self, first: Array, second: Array) -> Derivatives:
        slope = self.variance * np.stack((np.ones_like(self.mean), 2 * self.mean))
        bend = self.variance * self.variance * np.stack((np.zeros_like(self.mean), 8 * self.mean))
        return {"natural": second * slope * slope + first * bend}


def by_deviation(mean: Parameter, deviation: Parameter) -> Normal:
    """Mean and standard deviation."""
    return Normal(mean.value, deviation, "standard_deviation")


def by_mean(mean: Parameter, deviation: float) -> Normal:
    """Mean alone, with a known standard deviation."""
    known = np.full_like(mean.value, deviation)
    return Normal(mean.value, Parameter(known, np.log(known)))


MEAN = Column("mean", REAL, "mean")
DEVIATION = Column("standard_deviation", POSITIVE, "standard deviation")
VARIANCE = Column("variance", POSITIVE, "variance")


class Gaussian(Family):
    """Real values around a predicted mean."""

    name = "gaussian"
    kind = "real"
    has_cumulative = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [1.2, -0.4, 3.1]},
        "predictions": {"mean": [1.0, 0.0, 2.5], "standard_deviation": [-0.5, 0.1, 0.3]},
        "activations": {"standard_deviation": "softplus"},
    }
    formulas = FamilyFormulas(
        symbols={"mean": r"\mu", "standard_deviation": r"\sigma"},
        formula=r"\frac{1}{2} \log(2 \pi) + \log \sigma + \frac{(y - \mu)^2}{2 \sigma^2}",
        gradient={
            "mean": r"\frac{\mu - y}{\sigma^2}",
            "standard_deviation": r"\frac{1}{\sigma} - \frac{(y - \mu)^2}{\sigma^3}",
        },
        hessian={
            "mean": r"\frac{1}{\sigma^2}",
            "standard_deviation": r"\frac{3 (y - \mu)^2}{\sigma^4} - \frac{1}{\sigma^2}",
        },
        deviance=r"\frac{(y - \mu)^2}{\sigma^2}",
        log_normalizer=r"-\frac{\eta_1^2}{4 \eta_2} - \frac{1}{2} \log(-2 \eta_2) + \frac{1}{2} \log(2 \pi)",
        carrier="0",
        bounded_below=False,
        notes=(
            "With one known spread for all rows it is the mean squared error, but for the factor 1 / (2 sigma^2) and a "
            "constant; where spreads differ between rows or models, both matter.",
            "A predicted spread lets the loss fall without bound as it goes to 0 on an exact fit.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.GaussianNLLLoss(full=True), which clamps the variance; torch.distributions.Normal",
            "scikit-learn": "sklearn.metrics.mean_squared_error is the deviance at spread 1",
            "SciPy": "scipy.stats.norm",
            "R": "dnorm; scoringRules::logs_norm",
        },
    )
    targets = (
        Values(REAL, observe),
        Samples(REAL, observe),
        Distribution((MEAN, DEVIATION), expect),
        Expectations({"y": REAL, "y^2": POSITIVE}, from_expectations, "E[y^2] >= E[y]^2", possible),
    )
    predictions = (
        Parameters((MEAN, DEVIATION), by_deviation),
        Parameters((MEAN, VARIANCE), ByVariance),
        Parameters((MEAN,), by_mean, (Constant("standard_deviation", "known standard deviation", 1.0),)),
        Natural({"mean_over_variance": REAL, "negative_half_precision": NEGATIVE}, NaturalNormal),
    )
    statistics = ("y", "y^2")
    natural = ("mean_over_variance", "negative_half_precision")
