"""Pareto: values from a known minimum on, with a tail of power shape: density k minimum^k / y^(k + 1).

x = log(y / minimum) is exponential with rate k, so with t = k E[x] the cross-entropy is t - log k + E[log y], least at
t = 1, and t - 1 - log t above that. Two paretos have the same minimum, for which E[log y] = log minimum + 1 / k.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.positive.exponential import ByRate, ExponentialStatistics, ExponentialTarget, expect
from distscore.core.special.elementwise import SMALLEST_NORMAL, Array, log_ratio, sample_mean
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives
from distscore.core.theory.distributions import Family, FixedFloor, TargetForm
from distscore.core.theory.estimates import Estimate
from distscore.core.theory.forms import Distribution, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, NONNEGATIVE, POSITIVE


class ParetoStatistics(ExponentialStatistics):
    """The exponential of log(y / minimum), whose density in y has the factor 1/y."""

    expectations: ClassVar = {"log(y / minimum)": NONNEGATIVE}
    natural: ClassVar = {"negative_shape": NEGATIVE}

    def __init__(self, minimum: float) -> None:
        self.minimum = np.array(minimum)

    def sufficient_statistics(self, values: Array) -> Array:
        relative_difference = (values - self.minimum) / self.minimum
        return np.where(relative_difference < 1, np.log1p(relative_difference), log_ratio(values, self.minimum))[None]

    def carrier(self, values: Array) -> Array:
        return -np.log(values)


class Draws(NamedTuple):
    """Observed values, (draws, rows): the target is their empirical distribution."""

    values: Array

    @property
    def is_distribution(self) -> bool:
        """False: an observation has no entropy."""
        return False

    def logarithms(self, minimum: Array) -> ExponentialTarget:
        """The exponential target x = log(y / minimum), by log1p near the minimum."""
        relative_difference = (self.values - minimum) / minimum
        x = np.where(relative_difference < 1, np.log1p(relative_difference), log_ratio(self.values, minimum))
        return ExponentialTarget(sample_mean(x))

    def log_mean(self, minimum: Array, unit: Array) -> Array:
        """E[log(y / unit)], (rows,), by the logarithm of a quotient: log y and log unit may cancel."""
        return sample_mean(log_ratio(self.values, unit))

    def floor(self, minimum: Array) -> Array:
        """The loss at the best shape 1 / E[x], (rows,); -infinity where every draw is the minimum."""
        return 1 + self.logarithms(minimum).log_mean + sample_mean(np.log(self.values))


class ParetoTarget(NamedTuple):
    """A target that is a Pareto distribution of the same minimum, by its shape, (rows,)."""

    shape: Array

    @property
    def is_distribution(self) -> bool:
        """True: its floor is its entropy."""
        return True

    def logarithms(self, minimum: Array) -> ExponentialTarget:
        """The exponential target x = log(y / minimum), with the shape as its rate."""
        return expect(self.shape)

    def log_mean(self, minimum: Array, unit: Array) -> Array:
        """E[log(y / unit)], (rows,), by the logarithm of a quotient: log y and log unit may cancel."""
        return log_ratio(minimum, unit) + 1 / self.shape

    def floor(self, minimum: Array) -> Array:
        """The entropy log(minimum / shape) + 1 + 1 / shape, (rows,)."""
        return 1 + self.log_mean(minimum, self.shape)


class ByShape(FixedFloor[Draws | ParetoTarget]):
    """A predicted Pareto distribution by its shape, with a known minimum."""

    def __init__(self, shape: Parameter, minimum: float) -> None:
        self.shape, self.minimum = shape.value, np.full_like(shape.value, minimum)
        self.exponential = ByRate(shape, "shape")

    def cross_entropy(self, target: Draws | ParetoTarget) -> Array:
        t = self.exponential.ratio(target.logarithms(self.minimum))
        return t + target.log_mean(self.minimum, self.shape)

    def floor(self, target: Draws | ParetoTarget) -> Array:
        return target.floor(self.minimum)

    def divergence(self, target: Draws | ParetoTarget) -> Array:
        return self.exponential.divergence(target.logarithms(self.minimum))

    def gradient(self, target: Draws | ParetoTarget) -> Derivatives:
        return self.exponential.gradient(target.logarithms(self.minimum))

    def second_derivative(self, target: Draws | ParetoTarget) -> SecondDerivatives:
        return self.exponential.second_derivative(target.logarithms(self.minimum))

    def fisher_information(self, target: Draws | ParetoTarget) -> Derivatives:
        return self.exponential.fisher_information(target.logarithms(self.minimum))

    def optimum(self, target: Draws | ParetoTarget) -> Mapping[str, Array]:
        return self.exponential.optimum(target.logarithms(self.minimum))

    def cumulative(self, values: Array) -> Array:
        return -np.expm1(-self.shape * np.log(values / self.minimum))


class FromMinimum(TargetForm):
    """Observed values, none of them below the minimum."""

    requirement = "values >= minimum"

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_]:
        (draws,) = columns.values()
        inside: NDArray[np.bool_] = np.logical_and.reduce(np.atleast_2d(draws >= constants["minimum"]), axis=0)
        return inside


class ValuesFromMinimum(FromMinimum, Values):
    """One observed value per row, not below the minimum."""


class SamplesFromMinimum(FromMinimum, Samples):
    """Several draws per row, none of them below the minimum."""


SHAPE = Column("shape", POSITIVE, "shape: power of the tail")


class Pareto(Family):
    """Values with a known minimum and a heavy tail: sizes, incomes, claims."""

    name = "pareto"
    kind = "positive"
    has_cumulative = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [1.1, 2.5, 8.0]},
        "predictions": {"shape": [2.0, 1.5, 1.2]},
        "family_parameters": {"minimum": 1.0},
    }
    formulas = FamilyFormulas(
        symbols={"shape": r"\alpha", "minimum": "m"},
        formula=r"(\alpha + 1) \log y - \log \alpha - \alpha \log m",
        gradient={"shape": r"\log \frac{y}{m} - \frac{1}{\alpha}"},
        hessian={"shape": r"\frac{1}{\alpha^2}"},
        where={"t": r"\alpha \log \frac{y}{m}"},
        deviance=r"2 (t - 1 - \log t)",
        bounded_below=False,
        notes=(
            "log(y / minimum) is exponential with rate shape.",
            "The minimum is known, and the same for target and prediction: else the supports differ.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.Pareto",
            "SciPy": "scipy.stats.pareto with b = shape, scale = minimum",
            "R": "actuar::dpareto1",
        },
    )
    targets = (
        ValuesFromMinimum(POSITIVE, Draws),
        SamplesFromMinimum(POSITIVE, Draws),
        Distribution((SHAPE,), ParetoTarget),
    )
    predictions = (Parameters((SHAPE,), ByShape, (Constant("minimum", "least possible value"),)),)

    def exponential_family(self, constants: Mapping[str, float]) -> ParetoStatistics:
        return ParetoStatistics(constants["minimum"])

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        return {"shape": -eta[0]}

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """The smallest positive value, which is the minimum of greatest likelihood; 1 for targets that are paretos."""
        (numbers,) = targets.values()
        smallest = np.min(numbers, where=numbers >= SMALLEST_NORMAL, initial=np.inf)
        return Estimate({"minimum": 1.0 if "shape" in targets or np.isinf(smallest) else float(smallest)})
