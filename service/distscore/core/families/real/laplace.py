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
    """A target that was observed, (draws, rows)."""

    values: Array

    @property
    def is_distribution(self) -> bool:
        """Never."""
        return False

    def best(self, scale: Array) -> tuple[Array, Array]:
        """A median, the middle one, and the scale as it is."""
        ordered, last = np.sort(self.values, axis=0), len(self.values) - 1
        low, high = ordered[last // 2], ordered[len(ordered) // 2]
        return np.where(low == high, low, 0.5 * low + 0.5 * high), scale

    def floor(self, log_scale: Array) -> Array | None:
        """The loss of a value at the location; several draws have no single best one."""
        return LOG_2 + log_scale if len(self.values) == 1 else None

    def divergence(self, location: Array, scale: Array) -> Array | None:
        """The loss beyond it."""
        return self.distance(location, scale) if len(self.values) == 1 else None

    def distance(self, location: Array, scale: Array) -> Array:
        """E|y - m| / b."""
        return sample_mean(np.abs(0.5 * self.values - 0.5 * location)) / (0.5 * scale)

    def balance(self, location: Array) -> Array:
        """d E|y - m| / dm, 0 at a kink."""
        signs: Array = np.add.reduce(np.sign(location - self.values), axis=0)
        return signs / len(self.values)

    def density(self, location: Array) -> Array:
        """d2 E|y - m| / dm2, between the kinks."""
        return np.zeros_like(location)


class Double(NamedTuple):
    """A target that is a laplace itself."""

    location: Array
    scale: Array

    @property
    def is_distribution(self) -> bool:
        """Always."""
        return True

    def best(self, scale: Array) -> tuple[Array, Array]:
        """Its own location and scale."""
        return self.location, self.scale

    def floor(self, log_scale: Array) -> Array:
        """The entropy."""
        return 1 + LOG_2 + np.log(self.scale)

    def divergence(self, location: Array, scale: Array) -> Array:
        """t - 1 - log t for t = b0 / b, and (E|y - m| - b0) / b."""
        return itakura_saito(self.scale, scale, (self.scale - scale) / scale) + self.excess(location, scale)

    def shift(self, location: Array) -> tuple[Array, Array, Array]:
        """d / 2, b0 / 2 and |d| / b0."""
        d = 0.5 * location - 0.5 * self.location
        return d, 0.5 * self.scale, 2 * (np.abs(d) / self.scale)

    def distance(self, location: Array, scale: Array) -> Array:
        """E|y - m| / b."""
        d, own, delta = self.shift(location)
        return (np.abs(d) + own * np.exp(-delta)) / (0.5 * scale)

    def excess(self, location: Array, scale: Array) -> Array:
        """(E|y - m| - b0) / b."""
        d, own, delta = self.shift(location)
        near = product(own, expm1_remainder(-delta))
        return np.where(delta < 1, near, np.abs(d) + own * np.expm1(-delta)) / (0.5 * scale)

    def balance(self, location: Array) -> Array:
        """d E|y - m| / dm."""
        d, _, delta = self.shift(location)
        return -np.sign(d) * np.expm1(-delta)

    def density(self, location: Array) -> Array:
        """d2 E|y - m| / dm2."""
        return np.exp(-self.shift(location)[2]) / self.scale


class ByLocation(Prediction[Draws | Double]):
    """A predicted laplace."""

    def __init__(self, location: Parameter, scale: Parameter) -> None:
        self.location, self.scale, self.log_scale = location.value, scale.value, scale.coordinate

    def distance(self, target: Draws | Double) -> Array:
        """E|y - m| / b."""
        return target.distance(self.location, self.scale)

    def cross_entropy(self, target: Draws | Double) -> Array:
        return LOG_2 + self.log_scale + self.distance(target)

    def floor(self, target: Draws | Double) -> Array | None:
        return target.floor(self.log_scale)

    def divergence(self, target: Draws | Double) -> Array | None:
        return target.divergence(self.location, self.scale)

    def gradient(self, target: Draws | Double) -> Derivatives:
        return {"location": target.balance(self.location) / self.scale, "scale": 1 - self.distance(target)}

    def second_derivative(self, target: Draws | Double) -> Derivatives:
        return {"location": target.density(self.location) / self.scale, "scale": self.distance(target)}

    def fisher_information(self, target: Draws | Double) -> Derivatives:
        return {"location": 1 / self.scale / self.scale, "scale": np.ones_like(self.scale)}

    def optimum(self, target: Draws | Double) -> Mapping[str, Array]:
        location, scale = target.best(self.scale)
        return {"location": location, "scale": scale}

    def divergence_gradient(self, target: Draws | Double) -> Derivatives:
        return {"location": target.balance(self.location) / self.scale, "scale": -self.distance(target)}

    def divergence_second_derivative(self, target: Draws | Double) -> Derivatives:
        return self.second_derivative(target)  # the floor is linear in log scale

    def cumulative(self, values: Array) -> Array:
        return two_sided((values - self.location) / self.scale)


def two_sided(z: Array) -> Array:
    """F(z) of the standard Laplace distribution: e^z / 2 below 0, 1 - e^-z / 2 above."""
    half = 0.5 * np.exp(-np.abs(z))
    return np.where(z < 0, half, 1 - half)


class Several(Samples):
    """Several draws per row, whose loss is compared with no single best location."""

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
        Several(REAL, Draws),
        Distribution((LOCATION, SCALE), Double),
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
