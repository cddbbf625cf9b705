"""Student's t: real values with heavy tails around a predicted location; the Cauchy distribution at nu = 1.

Not an exponential family: it has no statistics whose expectations would stand for a target, so targets are observed.
With z = (y - location) / scale and the angle t of tan t = z / sqrt(nu) the loss is

    C(nu) + log(2 pi)/2 + log scale - (nu + 1) log cos t,

where -log cos t = log(1 + z^2 / nu) / 2, see `student_angle`, and C(nu), see `student_normalizer`, goes to 0 as the
distribution becomes gaussian.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from distscore.core.special.elementwise import HALF_LOG_TAU, Array, product, ratio, sample_mean
from distscore.core.special.student_angle import StudentAngle, student_angle
from distscore.core.special.student_normalizer import (
    degrees_of_freedom_information,
    normalizer,
    normalizer_derivative,
    normalizer_log_second_derivative,
    normalizer_second_derivative,
)
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Limit, Prediction
from distscore.core.theory.estimates import Estimate, median, observations
from distscore.core.theory.forms import Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE, REAL


class Draws(NamedTuple):
    """Observed values, (draws, rows): the target is their empirical distribution."""

    values: Array

    @property
    def is_distribution(self) -> bool:
        """False: targets of this family are observed."""
        return False


class Student(Prediction[Draws]):
    """A predicted t distribution by location, scale and degrees of freedom."""

    def __init__(self, location: Array, scale: Parameter, nu: Array, nu_was_sent: bool = True) -> None:
        self.location, self.scale, self.log_scale, self.nu = location, scale.value, scale.coordinate, nu
        self.held = {"degrees_of_freedom": nu} if nu_was_sent else {}

    def angle(self, target: Draws) -> StudentAngle:
        """The angle of each residual, (draws, rows)."""
        return student_angle(target.values, self.location, self.scale, self.log_scale, self.nu)

    def cross_entropy(self, target: Draws) -> Array:
        return self.loss_at_location() + self.half_deviance(target)

    def loss_at_location(self) -> Array:
        """The loss of a value at the location, its least over locations, (rows,)."""
        return normalizer(0.5 * self.nu) + HALF_LOG_TAU + self.log_scale

    def half_deviance(self, target: Draws) -> Array:
        """-(nu + 1) log cos t, averaged over the draws, (rows,)."""
        return (self.nu + 1) * sample_mean(self.angle(target).minus_log_cosine)

    def floor(self, target: Draws) -> Array | None:
        return self.loss_at_location() if len(target.values) == 1 else None

    def divergence(self, target: Draws) -> Array | None:
        return self.half_deviance(target) if len(target.values) == 1 else None

    def gradient(self, target: Draws) -> Derivatives:
        by = self.angle(target)
        share, rest = by.sine * by.sine, by.cosine * by.cosine
        far = share > 0.5  # 1 - (nu + 1) share = -nu + (nu + 1) rest: in two sums, so that draws may cancel
        of_draws = sample_mean(np.where(far, -self.nu, 1.0)) + (self.nu + 1) * sample_mean(np.where(far, rest, -share))
        return {
            "location": self.first_in_location(by),
            "scale": of_draws,
            "degrees_of_freedom": self.first_in_freedom(by) + normalizer_derivative(0.5 * self.nu),
        }

    def second_derivative(self, target: Draws) -> SecondDerivatives:
        by, x = self.angle(target), 0.5 * self.nu
        of_normalizer = HessianParts(0.0, -normalizer_second_derivative(x), normalizer_log_second_derivative(x))
        return {
            "location": self.second_in_location(target, by),
            "scale": self.second_in_scale(by),
            "degrees_of_freedom": self.second_in_freedom(by) + of_normalizer,
        }

    def fisher_information(self, target: Draws) -> Derivatives:
        nu = self.nu
        return {
            "location": (nu + 1) / (nu + 3) / self.scale / self.scale,
            "scale": 2 * (nu / (nu + 3)),
            "degrees_of_freedom": degrees_of_freedom_information(0.5 * nu),
        }

    def optimum(self, target: Draws) -> Mapping[str, Array]:
        if len(target.values) > 1:
            return {}
        return {"location": target.values[0], "scale": self.scale, **self.held}

    def divergence_gradient(self, target: Draws) -> Derivatives:
        by = self.angle(target)
        return {
            "location": self.first_in_location(by),
            "scale": -sample_mean((self.nu + 1) * by.sine * by.sine),
            "degrees_of_freedom": self.first_in_freedom(by),
        }

    def divergence_second_derivative(self, target: Draws) -> SecondDerivatives:
        by = self.angle(target)
        return {
            "location": self.second_in_location(target, by),
            "scale": self.second_in_scale(by),
            "degrees_of_freedom": self.second_in_freedom(by),
        }

    def first_in_location(self, by: StudentAngle) -> Array:
        """First derivative in the location, -(nu + 1) d / (nu scale^2 + d^2), averaged over the draws."""
        return -sample_mean(ratio((self.nu + 1) * by.sine, by.length))

    def first_in_freedom(self, by: StudentAngle) -> Array:
        """First derivative of half the deviance in log nu, averaged over the draws."""
        return 0.5 * sample_mean(by.scaled_remainder(self.nu) - by.sine * by.sine)

    def second_in_scale(self, by: StudentAngle) -> Array:
        """Second derivative in log scale, 2 (nu + 1) sin^2 t cos^2 t, averaged over the draws."""
        return 2 * sample_mean((self.nu + 1) * by.sine * by.sine * by.cosine * by.cosine)

    def second_in_location(self, target: Draws, by: StudentAngle) -> HessianParts:
        """Second derivative in the location p(r), averaged over the draws.

        Of one draw it is (nu + 1) / length^2 times cos^2 (p'^2 - d p'') - sin^2 (p'^2 + d p''), where the last bracket
        cancels if p'' = p'^2 / p and |y| is small beside d: it is y p'' - (p p'' - p'^2), since d = y - p.
        """
        shortest = np.minimum.reduce(by.length, axis=0)
        relative = np.where(by.length == shortest, 1.0, shortest / by.length)
        k, cosine2, sine2 = self.nu + 1, by.cosine * by.cosine, by.sine * by.sine
        slope = cosine2 * by.sine + product(sine2, target.values / by.length)
        return HessianParts(
            second=k * sample_mean(cosine2 * relative * relative),
            coordinate_slope=-k * sample_mean(slope * relative),
            log_second=k * sample_mean(sine2 * relative * relative),
            unit=1 / shortest,
        )

    def second_in_freedom(self, by: StudentAngle) -> HessianParts:
        """Second derivative of half the deviance in nu and in log nu, averaged over the draws."""
        share, rest = by.sine * by.sine, by.cosine * by.cosine
        scaled = self.nu * share
        in_nu = share * (1 + rest - scaled)
        in_log_nu = share * rest + (by.scaled_remainder(self.nu) - scaled * share)
        return HessianParts(0.0, -0.5 * sample_mean(in_nu), 0.5 * sample_mean(in_log_nu))

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.stdtr(self.nu, (values - self.location) / self.scale))

    def is_concave(self, values: Array) -> NDArray[np.bool_]:
        """Whether z^2 > nu, where the loss is concave in the location, (rows,)."""
        outside: NDArray[np.bool_] = np.abs((values - self.location) / self.scale) > np.sqrt(self.nu)
        return outside


def by_all(location: Parameter, scale: Parameter, nu: Parameter) -> Student:
    """Location, scale and degrees of freedom as columns."""
    return Student(location.value, scale, nu.value)


def by_location_and_scale(location: Parameter, scale: Parameter, nu: float) -> Student:
    """Location and scale as columns, with known degrees of freedom."""
    return Student(location.value, scale, np.array([nu]), nu_was_sent=False)


class SeveralDraws(Samples):
    """Several draws per row, whose loss is least at a location that has no formula."""

    unavailable: Mapping[str, str] = {
        "deviance": "The least loss of several draws has no closed form; score each draw as a row of values."
    }


LOCATION = Column("location", REAL, "location: median, and mean if there is one")
SCALE = Column("scale", POSITIVE, "scale")
DEGREES_OF_FREEDOM = Column("degrees_of_freedom", POSITIVE, "degrees of freedom")


class StudentT(Family):
    """Real values with outliers: heavy tails around a predicted location."""

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
        notes=("The second derivative in the location is negative where z^2 > nu; the Fisher information never is.",),
        elsewhere={"PyTorch": "torch.distributions.StudentT", "SciPy": "scipy.stats.t", "R": "scoringRules::logs_t"},
    )
    targets = (Values(REAL, Draws), SeveralDraws(REAL, Draws))
    predictions = (
        Parameters((LOCATION, SCALE, DEGREES_OF_FREEDOM), by_all),
        Parameters(
            (LOCATION, SCALE), by_location_and_scale, (Constant("degrees_of_freedom", "known degrees of freedom"),)
        ),
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
