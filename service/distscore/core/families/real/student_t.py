"""Student's t: real values with heavy tails around a predicted location; cauchy at one degree of freedom.

Not an exponential family: it has no statistics whose expectations would stand for a target, so targets are observed.
With z = (y - location) / scale, w = z^2 / nu the loss is C(nu) + log(2 pi)/2 + log scale + (nu + 1)/2 log(1 + w), where
C(nu) = lgamma(nu/2) - lgamma((nu + 1)/2) + log(nu/2)/2 is what vanishes as t becomes gaussian.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from distscore.core.special.elementwise import HALF_LOG_TAU, Array, phi, sample_mean
from distscore.core.special.student_normalizer import (
    freedom_information,
    normalizer,
    normalizer_bend,
    normalizer_curve,
    normalizer_slope,
)
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Limit, Prediction
from distscore.core.theory.estimates import Estimate, median, observations
from distscore.core.theory.forms import Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE, REAL


class Draws(NamedTuple):
    """What a prediction needs to know of its target: the draws, (draws, rows)."""

    values: Array

    @property
    def is_distribution(self) -> bool:
        """Never: targets are observed."""
        return False


class Residuals(NamedTuple):
    """Functions of the residuals of (draws, rows), for any size of them."""

    growth: Array  # log(1 + w)
    share: Array  # w / (1 + w)
    rest: Array  # 1 / (1 + w)
    pull: Array  # share / (value - location)
    push: Array  # (1 - w) rest^2 / (nu scale^2)
    curve: Array  # log(1 + w) - w / (1 + w)


def over_draws(x: Array) -> Array:
    """Mean over the draws; one draw is its own, also where it is infinite."""
    return np.asarray(x[0] if len(x) == 1 else sample_mean(x))


class Student(Prediction[Draws]):
    """A predicted t distribution."""

    def __init__(self, location: Array, scale: Parameter, freedom: Array, freedom_was_sent: bool = True) -> None:
        self.location, self.scale, self.log_scale, self.nu = location, scale.value, scale.coordinate, freedom
        self.root = np.sqrt(freedom)
        self.held = {"degrees_of_freedom": freedom} if freedom_was_sent else {}

    def residuals(self, target: Draws) -> Residuals:
        """By q = z / sqrt(nu) where it is small, else by 1 / q."""
        gap = target.values - self.location
        q = gap / self.root / self.scale
        far = np.abs(q) > 1
        near, inverse = np.where(far, 0.0, q), np.where(far, 1 / q, 0.0)
        w, v = near * near, inverse * inverse
        rest = np.where(far, v / (1 + v), 1 / (1 + w))
        share = np.where(far, 1 / (1 + v), w / (1 + w))
        growth = np.where(far, 2 * self.log_ratio(target, q) + np.log1p(v), np.log1p(w))
        curve = np.where(far, growth - share, phi(np.where(far, 0.0, -share)))
        pull = np.where(far, share / gap, near * rest / self.root / self.scale)
        steepest = np.where(far, pull, rest / self.root / self.scale)
        sign = np.where(far, (inverse - 1) * (inverse + 1), (1 - near) * (1 + near))
        return Residuals(growth, share, rest, pull, sign * steepest * steepest, curve)

    def log_ratio(self, target: Draws, q: Array) -> Array:
        """log |q|, also where q is beyond the doubles."""
        log_gap = np.log(np.abs(0.5 * target.values - 0.5 * self.location)) + np.log(2)
        return np.where(np.isinf(q), log_gap - np.log(self.root) - self.log_scale, np.log(np.abs(q)))

    def cross_entropy(self, target: Draws) -> Array:
        return self.level() + self.excess(target)

    def level(self) -> Array:
        """The loss of a value at the location."""
        return normalizer(0.5 * self.nu) + HALF_LOG_TAU + self.log_scale

    def excess(self, target: Draws) -> Array:
        """The loss beyond it."""
        return 0.5 * (self.nu + 1) * over_draws(self.residuals(target).growth)

    def floor(self, target: Draws) -> Array | None:
        return self.level() if len(target.values) == 1 else None

    def divergence(self, target: Draws) -> Array | None:
        return self.excess(target) if len(target.values) == 1 else None

    def gradient(self, target: Draws) -> Derivatives:
        by, nu = self.residuals(target), self.nu
        of_excess = self.divergence_gradient(target)
        far = by.share > 0.5  # 1 - (nu + 1) share in two sums, so that draws may cancel
        return {
            "location": of_excess["location"],
            "scale": over_draws(np.where(far, -nu, 1.0)) + (nu + 1) * over_draws(np.where(far, by.rest, -by.share)),
            "degrees_of_freedom": of_excess["degrees_of_freedom"] + normalizer_slope(0.5 * nu),
        }

    def second_derivative(self, target: Draws) -> SecondDerivatives:
        of_level = HessianParts(0.0, -normalizer_curve(0.5 * self.nu), normalizer_bend(0.5 * self.nu))
        return {**self.location_bends(target), "degrees_of_freedom": self.freedom_bend(target) + of_level}

    def fisher_information(self, target: Draws) -> Derivatives:
        nu = self.nu
        return {
            "location": (nu + 1) / (nu + 3) / self.scale / self.scale,
            "scale": 2 * (nu / (nu + 3)),
            "degrees_of_freedom": freedom_information(0.5 * nu),
        }

    def optimum(self, target: Draws) -> Mapping[str, Array]:
        if len(target.values) > 1:
            return {}
        return {"location": target.values[0], "scale": self.scale, **self.held}

    def divergence_gradient(self, target: Draws) -> Derivatives:
        by, nu = self.residuals(target), self.nu
        return {
            "location": -(nu + 1) * over_draws(by.pull),
            "scale": -(nu + 1) * over_draws(by.share),
            "degrees_of_freedom": 0.5 * over_draws(nu * by.curve - by.share),
        }

    def divergence_second_derivative(self, target: Draws) -> SecondDerivatives:
        return {**self.location_bends(target), "degrees_of_freedom": self.freedom_bend(target)}

    def location_bends(self, target: Draws) -> Derivatives:
        """Second derivatives in location and scale."""
        by, nu = self.residuals(target), self.nu
        return {
            "location": (nu + 1) * over_draws(by.push),
            "scale": 2 * ((nu + 1) * over_draws(by.share * by.rest)),
        }

    def freedom_bend(self, target: Draws) -> HessianParts:
        """Of the excess, in the degrees of freedom."""
        by, nu = self.residuals(target), self.nu
        direct = 0.5 * over_draws(by.share * (1 + by.rest) - nu * by.share**2)
        in_logarithm = 0.5 * over_draws(by.share * by.rest + nu * (by.curve - by.share**2))
        return HessianParts(0.0, -direct, in_logarithm)

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.stdtr(self.nu, (values - self.location) / self.scale))

    def is_concave(self, values: Array) -> NDArray[np.bool_]:
        """z^2 > nu."""
        outside: NDArray[np.bool_] = np.abs((values - self.location) / self.scale) > self.root
        return outside


def predict(location: Parameter, scale: Parameter, freedom: Parameter) -> Student:
    """Location, scale and degrees of freedom."""
    return Student(location.value, scale, freedom.value)


def predict_with(location: Parameter, scale: Parameter, freedom: float) -> Student:
    """Location and scale, with known degrees of freedom."""
    return Student(location.value, scale, np.full_like(location.value, freedom), freedom_was_sent=False)


class Several(Samples):
    """Several draws per row, whose loss is least at a location that has no formula."""

    unavailable: Mapping[str, str] = {
        "deviance": "The least loss of several draws has no closed form; score each draw as a row of values."
    }


LOCATION = Column("location", REAL, "location: median, and mean if there is one")
SCALE = Column("scale", POSITIVE, "scale")
FREEDOM = Column("degrees_of_freedom", POSITIVE, "degrees of freedom")


class StudentT(Family):
    """Real values with outliers."""

    name = "student_t"
    kind = "real"
    has_cumulative = True
    may_be_concave = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [-0.3, 1.8, 9.0]},
        "predictions": {"location": [0.0, 1.5, 2.5], "scale": [0.5, 0.7, 1.0]},
        "family_parameters": {"degrees_of_freedom": 4.0},
    }
    formulas = FamilyFormulas(
        symbols={"location": r"\mu", "scale": r"\sigma", "degrees_of_freedom": r"\nu"},
        where={"z": r"\frac{y - \mu}{\sigma}", "w": r"\frac{z^2}{\nu}", "u": r"\frac{w}{1 + w}"},
        formula=r"\log \Gamma(\frac{\nu}{2}) - \log \Gamma(\frac{\nu + 1}{2}) + \frac{1}{2} \log(\nu \pi) "
        r"+ \log \sigma + \frac{\nu + 1}{2} \log(1 + w)",
        gradient={
            "location": r"-\frac{(\nu + 1) z}{\sigma (\nu + z^2)}",
            "scale": r"\frac{1 - (\nu + 1) u}{\sigma}",
            "degrees_of_freedom": r"\frac{1}{2} (\psi(\frac{\nu}{2}) - \psi(\frac{\nu + 1}{2}) + \log(1 + w) "
            r"+ \frac{1 - (\nu + 1) u}{\nu})",
        },
        hessian={
            "location": r"\frac{(\nu + 1) (\nu - z^2)}{\sigma^2 (\nu + z^2)^2}",
            "scale": r"\frac{(\nu + 1) u (3 - 2 u) - 1}{\sigma^2}",
            "degrees_of_freedom": r"\frac{1}{4} (\psi_1(\frac{\nu}{2}) - \psi_1(\frac{\nu + 1}{2})) "
            r"+ \frac{2 u - (\nu + 1) u^2 - 1}{2 \nu^2}",
        },
        deviance=r"(\nu + 1) \log(1 + w)",
        bounded_below=False,
        notes=("The curvature in the location is negative where z^2 > nu; the Fisher information never is.",),
        elsewhere={"PyTorch": "torch.distributions.StudentT", "SciPy": "scipy.stats.t", "R": "scoringRules::logs_t"},
    )
    targets = (Values(REAL, Draws), Several(REAL, Draws))
    predictions = (
        Parameters((LOCATION, SCALE, FREEDOM), predict),
        Parameters((LOCATION, SCALE), predict_with, (Constant("degrees_of_freedom", "known degrees of freedom"),)),
    )
    limits: ClassVar[Mapping[str, Limit]] = {"degrees_of_freedom": Limit("gaussian", 1e150)}
    unavailable: ClassVar[Mapping[str, str]] = {
        "kl_divergence": "A t distribution has no finite sufficient statistic, so its targets are observed values, "
        "and an observation has no entropy.",
    }

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """The median, the median deviation from it, and four degrees of freedom: outliers move none of them."""
        values, weights = observations(targets, weights)
        location = median(values, weights)
        deviations = np.abs(values - location)
        scale = median(deviations, weights) or float(np.average(deviations, weights=weights))
        return Estimate({"location": location, "scale": scale, "degrees_of_freedom": 4.0})
