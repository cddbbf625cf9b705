"""Laplace: real values around a predicted median m, of density exp(-|y - m| / b) / (2 b).

Not an exponential family in m, but two of them have a closed form: with d = m - m0
E|y - m| = |d| + b0 exp(-|d| / b0), and the cross-entropy is log(2 b) + E|y - m| / b. Differences are taken of halves,
which no two doubles carry beyond the doubles.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from distscore.core.special.elementwise import Array, expm1_remainder, itakura_saito, product, sample_mean
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.distributions import Family, Prediction
from distscore.core.theory.estimates import Estimate, median, observations
from distscore.core.theory.forms import Distribution, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE, REAL

LOG_2 = 0.6931471805599453094


class Draws(NamedTuple):
    """Observed values, (draws, rows): the target is their empirical distribution."""

    values: Array

    @property
    def is_distribution(self) -> bool:
        """False: an observation has no entropy."""
        return False

    def best(self, scale: Array) -> tuple[Array, Array]:
        """The best location, a median of the draws (the middle one), and the scale that was predicted, (rows,) each."""
        ordered, last = np.sort(self.values, axis=0), len(self.values) - 1
        low, high = ordered[last // 2], ordered[len(ordered) // 2]
        return np.where(low == high, low, 0.5 * low + 0.5 * high), scale

    def floor(self, log_scale: Array) -> Array | None:
        """The loss of a value at the location, (rows,); None for several draws, which have no single best location."""
        return LOG_2 + log_scale if len(self.values) == 1 else None

    def divergence(self, location: Array, scale: Array) -> Array | None:
        """Half the deviance |y - m| / b of a single value, (rows,)."""
        return self.mean_deviation(location, scale) if len(self.values) == 1 else None

    def mean_deviation(self, location: Array, scale: Array) -> Array:
        """E|y - m| / b, (rows,), by halves: the difference of two doubles may overflow."""
        return sample_mean(np.abs(0.5 * self.values - 0.5 * location)) / (0.5 * scale)

    def first_in_location(self, location: Array) -> Array:
        """First derivative of E|y - m| in m, (rows,): the mean of sign(m - y), 0 at a kink."""
        signs: Array = np.add.reduce(np.sign(location - self.values), axis=0)
        return signs / len(self.values)

    def second_in_location(self, location: Array) -> Array:
        """Second derivative of E|y - m| in m, (rows,): 0 between the kinks."""
        return np.zeros_like(location)


class LaplaceTarget(NamedTuple):
    """A target that is a Laplace distribution, by its location m0 and scale b0, (rows,) each."""

    location: Array
    scale: Array

    @property
    def is_distribution(self) -> bool:
        """True: its floor is its entropy."""
        return True

    def best(self, scale: Array) -> tuple[Array, Array]:
        """The best location and scale: its own, (rows,) each."""
        return self.location, self.scale

    def floor(self, log_scale: Array) -> Array:
        """The entropy 1 + log(2 b0), (rows,)."""
        return 1 + LOG_2 + np.log(self.scale)

    def divergence(self, location: Array, scale: Array) -> Array:
        """KL, (rows,): t - 1 - log t for t = b0 / b, plus what a shifted location adds to E|y - m| / b."""
        of_scales = itakura_saito(self.scale, scale, (self.scale - scale) / scale)
        return of_scales + self.deviation_from_shift(location, scale)

    def shift(self, location: Array) -> tuple[Array, Array, Array]:
        """For d = m - m0, whose double may overflow: d / 2, b0 / 2 and |d| / b0, (rows,) each."""
        d = 0.5 * location - 0.5 * self.location
        return d, 0.5 * self.scale, 2 * (np.abs(d) / self.scale)

    def mean_deviation(self, location: Array, scale: Array) -> Array:
        """E|y - m| / b = (|d| + b0 exp(-|d| / b0)) / b, (rows,)."""
        d, own, delta = self.shift(location)
        return (np.abs(d) + own * np.exp(-delta)) / (0.5 * scale)

    def deviation_from_shift(self, location: Array, scale: Array) -> Array:
        """(E|y - m| - b0) / b = b0 (e^-x - 1 + x) / b >= 0 with x = |d| / b0, (rows,), by its series for small x."""
        d, own, delta = self.shift(location)
        near = product(own, expm1_remainder(-delta))
        return np.where(delta < 1, near, np.abs(d) + own * np.expm1(-delta)) / (0.5 * scale)

    def first_in_location(self, location: Array) -> Array:
        """First derivative of E|y - m| in m, sign(d) (1 - e^(-|d| / b0)), (rows,)."""
        d, _, delta = self.shift(location)
        return -np.sign(d) * np.expm1(-delta)

    def second_in_location(self, location: Array) -> Array:
        """Second derivative of E|y - m| in m, twice the density of the target at m, (rows,)."""
        return np.exp(-self.shift(location)[2]) / self.scale


class ByLocation(Prediction[Draws | LaplaceTarget]):
    """A predicted Laplace distribution, by its location m and scale b."""

    def __init__(self, location: Parameter, scale: Parameter) -> None:
        self.location, self.scale, self.log_scale = location.value, scale.value, scale.coordinate

    def mean_deviation(self, target: Draws | LaplaceTarget) -> Array:
        """E|y - m| / b, (rows,)."""
        return target.mean_deviation(self.location, self.scale)

    def cross_entropy(self, target: Draws | LaplaceTarget) -> Array:
        return LOG_2 + self.log_scale + self.mean_deviation(target)

    def floor(self, target: Draws | LaplaceTarget) -> Array | None:
        return target.floor(self.log_scale)

    def divergence(self, target: Draws | LaplaceTarget) -> Array | None:
        return target.divergence(self.location, self.scale)

    def gradient(self, target: Draws | LaplaceTarget) -> Derivatives:
        return {
            "location": target.first_in_location(self.location) / self.scale,
            "scale": 1 - self.mean_deviation(target),
        }

    def second_derivative(self, target: Draws | LaplaceTarget) -> Derivatives:
        return {"location": target.second_in_location(self.location) / self.scale, "scale": self.mean_deviation(target)}

    def fisher_information(self, target: Draws | LaplaceTarget) -> Derivatives:
        return {"location": 1 / self.scale / self.scale, "scale": np.ones_like(self.scale)}

    def optimum(self, target: Draws | LaplaceTarget) -> Mapping[str, Array]:
        location, scale = target.best(self.scale)
        return {"location": location, "scale": scale}

    def divergence_gradient(self, target: Draws | LaplaceTarget) -> Derivatives:
        return {"location": target.first_in_location(self.location) / self.scale, "scale": -self.mean_deviation(target)}

    def divergence_second_derivative(self, target: Draws | LaplaceTarget) -> Derivatives:
        return self.second_derivative(target)  # the floor is linear in log scale

    def cumulative(self, values: Array) -> Array:
        return laplace_cumulative((values - self.location) / self.scale)


def laplace_cumulative(z: Array) -> Array:
    """F(z) of the standard Laplace distribution: e^z / 2 below 0, 1 - e^-z / 2 above."""
    half = 0.5 * np.exp(-np.abs(z))
    return np.where(z < 0, half, 1 - half)


class SeveralDraws(Samples):
    """Several draws per row, which have no single best location to be compared with."""

    unavailable: Mapping[str, str] = {"deviance": "It is 2 |z| of one observation; score each draw as a row of values."}


LOCATION = Column("location", REAL, "location: median and mean")
SCALE = Column("scale", POSITIVE, "scale: mean absolute deviation")


class Laplace(Family):
    """Real values around a predicted median."""

    name = "laplace"
    kind = "real"
    has_cumulative = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [-0.3, 1.8, 2.2]},
        "predictions": {"location": [0.0, 1.5, 2.5], "scale": [0.5, 0.7, 1.0]},
    }
    formulas = FamilyFormulas(
        symbols={"location": r"\mu", "scale": "b"},
        formula=r"\log(2 b) + \frac{|y - \mu|}{b}",
        gradient={
            "location": r"\frac{\operatorname{sgn}(\mu - y)}{b}",
            "scale": r"\frac{1}{b} - \frac{|y - \mu|}{b^2}",
        },
        hessian={"location": "0", "scale": r"\frac{2 |y - \mu|}{b^3} - \frac{1}{b^2}"},
        deviance=r"\frac{2 |y - \mu|}{b}",
        bounded_below=False,
        notes=(
            "At scale 1 it is the mean absolute error plus log 2; the best location is the median.",
            "The second derivative in the location is 0 away from the kink: for second-order methods take the Fisher "
            "information.",
            "No exponential family in its location, so a target is observed, or a laplace distribution itself.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.Laplace; torch.nn.L1Loss at scale 1, but for log 2",
            "Keras": "keras.losses.MeanAbsoluteError at scale 1, but for log 2",
            "scikit-learn": "sklearn.metrics.mean_absolute_error at scale 1, but for log 2",
            "SciPy": "scipy.stats.laplace",
            "R": "scoringRules::logs_lapl",
        },
    )
    targets = (
        Values(REAL, Draws),
        SeveralDraws(REAL, Draws),
        Distribution((LOCATION, SCALE), LaplaceTarget),
    )
    predictions = (Parameters((LOCATION, SCALE), ByLocation),)

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Of observed values the median and the mean absolute deviation from it, which are maximum likelihood."""
        if "location" in targets:
            values, scale = targets["location"], targets["scale"]
        else:
            values, weights = observations(targets, weights)
            scale = np.zeros_like(values)
        location = median(values, weights)
        deviation = np.average(np.abs(values - location) + scale, weights=weights)
        return Estimate({"location": location, "scale": float(deviation)}, exact="location" not in targets)
