"""Predictions that are members of an exponential family, by the recipe of `exponential_family`."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol, TypeVar

from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives
from distscore.core.theory.distributions import FixedFloor, Target
from distscore.core.theory.exponential_family import ExponentialFamily


class ExpectedStatistics(Target, Protocol):
    """What the recipe needs to know of a target: chi and E[h]."""

    @property
    def expectations(self) -> Array:
        """chi = E[T(y)], (statistics, rows)."""

    @property
    def carrier(self) -> Array | float:
        """The expected carrier of the target, E[h(y)], (rows,)."""


ExpectedT = TypeVar("ExpectedT", bound=ExpectedStatistics)
TargetT_contra = TypeVar("TargetT_contra", contravariant=True)


class Residuals(Protocol[TargetT_contra]):
    """What a prediction expects too much of: the gradient in its natural parameters, and the scale of it."""

    def residual(self, target: TargetT_contra) -> Array:
        """g'(eta) - chi, predicted minus target expectation of every statistic, (statistics, rows)."""

    @property
    def variance(self) -> Array:
        """The diagonal of g''(eta), the predicted variance of every statistic, (statistics, rows)."""


class Member(FixedFloor[ExpectedT]):
    """A member of an exponential family, sent as its natural parameters eta.

    Everything follows from eta and the expectations of the target. A family overrides what the recipe computes with
    too few digits; another way to write the prediction down is a subclass with the derivatives in its own columns.
    """

    family: ClassVar[ExponentialFamily]

    @property
    @abstractmethod
    def natural_parameters(self) -> Array:
        """The natural parameters eta of the prediction, (statistics, rows)."""

    def cross_entropy(self, target: ExpectedT) -> Array:
        return self.family.cross_entropy(self.natural_parameters, target.expectations, target.carrier)

    def floor(self, target: ExpectedT) -> Array | None:
        return self.family.entropy(target.expectations, target.carrier)

    def divergence(self, target: ExpectedT) -> Array | None:
        return self.family.divergence(self.family.natural_parameters(target.expectations), self.natural_parameters)

    def residual(self, target: ExpectedT) -> Array:
        """g'(eta) - chi, predicted minus target expectation of every statistic, (statistics, rows)."""
        return self.family.mean(self.natural_parameters) - target.expectations

    @property
    def variance(self) -> Array:
        """The diagonal of g''(eta), the predicted variance of every statistic, (statistics, rows)."""
        return self.family.variance(self.natural_parameters)

    def gradient(self, target: ExpectedT) -> Derivatives:
        return {"natural": self.residual(target)}

    def second_derivative(self, target: ExpectedT) -> SecondDerivatives:
        return {"natural": self.variance}

    def fisher_information(self, target: ExpectedT) -> Derivatives:
        return {"natural": self.variance}

    def optimum(self, target: ExpectedT) -> Mapping[str, Array]:
        return {"natural": self.family.natural_parameters(target.expectations)}
