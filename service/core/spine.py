"""The theory on one page: columns, forms, families, losses.

A cross-entropy belongs to an assumed distribution. For an exponential family p(x) = exp(<eta, T(x)> - g(eta) + h(x)),

    H(X; Y) = g(eta) - <chi, eta> - E_X[h],    gradient in eta: g'(eta) - chi,    KL(X; Y) = the Bregman remainder of g,

with eta the natural parameters of the prediction and chi = E_X[T] the expectation parameters of the target.
A *target form* reads columns into the family's target: chi, in a shape that keeps its digits. A *prediction form* reads
columns into a `Prediction`, which knows its cross-entropy against a target and the derivatives of it. A `Loss` asks a
prediction for one number per row. Arrays are coordinates first: (rows,), (coordinates, rows) or (2, labels, rows).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from service.core.formulas import FamilyFormulas, LossFormulas
from service.core.numerics import Array
from service.core.supports import Parameter, Support

Derivatives = Mapping[str, Array]  # by prediction column, in the free coordinate of its support
Curvatures = Mapping[str, "Array | Split"]


@dataclass(frozen=True)
class Split:
    """A second derivative whose parts must not be added up before the activation is known, or they cancel.

    L = A(u) + b u + c p in a column's free coordinate u and the column p itself: A'', b and c dp/du. It is
    A'' u'^2 + b u'' + c p'' in the column as sent; a plain second derivative has b = L' and c = 0. Where u = log p, the
    second derivatives D in p, times p^2, and E in u are enough: A'' = 0, b = -D and c dp/du = E.
    """

    own: Array | float
    free: Array | float
    parameter: Array | float

    def __add__(self, other: "Split") -> "Split":
        return Split(self.own + other.own, self.free + other.free, self.parameter + other.parameter)

    def __rmul__(self, factor: float) -> "Split":
        return Split(factor * self.own, factor * self.free, factor * self.parameter)


class Target(Protocol):
    """What the predictions of a family need to know of a target; each family has its own."""

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a distribution of the family, so that it has an entropy; else it was observed."""


@dataclass(frozen=True)
class Column:
    """A named array of the batch: [n] (rank 1) or [n, width] (rank 2)."""

    name: str
    support: Support
    description: str
    rank: int = 1
    width: str = ""  # what a second axis counts: classes, labels, samples, statistics
    parts: Mapping[str, Support] = field(default_factory=dict)  # second axis with named entries: each with its support
    sums_to_one: bool = False  # rows are distributions (or their logarithms), held to the normalization policy

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations that are legal for it."""
        return ("identity",) if self.parts else self.support.activations


@dataclass(frozen=True)
class Constant:
    """A scalar of `family_parameters`, for prediction forms that have no column for it."""

    name: str
    description: str
    default: float | None = None


@dataclass(frozen=True)
class Options:
    """Weights inside a row and changes to what was sent, for the rows at hand."""

    width: int = 1  # coordinates of a row: classes, labels, or 1

    class_weights: Array | None = None  # (coordinates, 1)
    positive_weight: float = 1.0
    mask: Array | None = None  # (coordinates, rows): 1 where an entry counts, else 0
    normalization: str = "strict"
    label_smoothing: float = 0.0
    temperature: float = 1.0
    clip: float = 0.0


class Prediction(ABC):
    """Predicted distributions of some rows. Derivatives are keyed by column and taken in its free coordinate."""

    @abstractmethod
    def cross_entropy(self, target: Any) -> Array:
        """-E_target[log density of the prediction], per row."""

    @abstractmethod
    def floor(self, target: Any) -> Array | None:
        """The least cross-entropy: the entropy of a distribution, or of an observation the loss at its best mean."""

    @abstractmethod
    def divergence(self, target: Any) -> Array | None:
        """Cross-entropy minus floor in a form that is never negative: KL of a distribution, else half the deviance.

        Floor and divergence are None where an observation has no deviance.
        """

    @abstractmethod
    def gradient(self, target: Any) -> Derivatives:
        """First derivatives of the cross-entropy."""

    @abstractmethod
    def curvature(self, target: Any) -> Curvatures:
        """Second derivatives of the cross-entropy, the diagonal."""

    @abstractmethod
    def fisher(self, target: Any) -> Derivatives:
        """Second moment of the score under the prediction, times the target mass of the row."""

    def optimum(self, target: Any) -> Mapping[str, Array]:
        """The columns that minimize the cross-entropy of each row: of an observation, what moves the mean alone."""
        return {}

    def excess_gradient(self, target: Any) -> Derivatives:
        """First derivatives of the divergence from an observation, whose floor may move with the prediction."""
        return self.gradient(target)

    def excess_curvature(self, target: Any) -> Curvatures:
        """Second derivatives of the divergence from an observation."""
        return self.curvature(target)


class TargetForm(ABC):
    """One way to write a family's target down."""

    columns: tuple[Column, ...]
    is_distribution: bool = False
    counts_votes: bool = False  # rows stand for a number of votes, see `votes`
    unavailable: Mapping[str, str] = {}  # losses that this form does not have, with the reason
    requirement: str = ""

    @abstractmethod
    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        """The target of some rows."""

    def votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        """How many observations each row stands for; only where `counts_votes`."""
        raise NotImplementedError

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_] | None:
        """Which rows meet `requirement`, a condition between columns or with constants; None where there is none."""
        return None


class PredictionForm(ABC):
    """One way to write a family's prediction down."""

    columns: tuple[Column, ...]
    constants: tuple[Constant, ...] = ()
    without_fisher: frozenset[str] = frozenset()  # columns whose Fisher information is not available

    @abstractmethod
    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> Prediction:
        """The prediction of some rows."""


class Family(ABC):
    """An assumed distribution of the target: the forms of both sides and the names of its coordinates."""

    name: ClassVar[str]
    formulas: ClassVar[FamilyFormulas]
    targets: ClassVar[tuple[TargetForm, ...]]
    predictions: ClassVar[tuple[PredictionForm, ...]]
    statistics: ClassVar[tuple[str, ...]] = ()  # T, in the order of `expectations`
    natural: ClassVar[tuple[str, ...]] = ()  # eta, in the order of `natural`
    options: ClassVar[frozenset[str]] = frozenset()  # of mask, label_smoothing, class_weights, positive_weight
    unavailable: ClassVar[Mapping[str, str]] = {}  # losses that the family does not have, with the reason


class Loss(ABC):
    """One number per row, from a target and a prediction of some rows."""

    name: ClassVar[str]
    formulas: ClassVar[LossFormulas]
    units: ClassVar[str] = "nats"
    families: ClassVar[frozenset[str] | None] = None  # None: every family
    parameters: ClassVar[Mapping[str, float]] = {}  # loss_parameters with their defaults
    lowest: ClassVar[Mapping[str, float]] = {}  # of those loss_parameters that are bounded below
    needs_distribution: ClassVar[bool] = False
    needs_values: ClassVar[bool] = False
    options: ClassVar[frozenset[str]] = frozenset()  # of class_weights, positive_weight: those it can bear

    def __init__(self, **parameters: float) -> None:
        self.settings = {**self.parameters, **parameters}

    @abstractmethod
    def value(self, target: Any, prediction: Any) -> Array:
        """The loss of each row."""

    @abstractmethod
    def floor(self, target: Any, prediction: Any) -> Array | float | None:
        """The least loss over predictions, where it is defined."""

    @abstractmethod
    def divergence(self, target: Any, prediction: Any) -> Array | None:
        """Loss minus floor, never negative, where it is defined."""

    @abstractmethod
    def gradient(self, target: Any, prediction: Any) -> Derivatives:
        """First derivatives of `value`."""

    @abstractmethod
    def curvature(self, target: Any, prediction: Any) -> Curvatures:
        """Second derivatives of `value`, the diagonal."""

    def optimum(self, target: Any, prediction: Any) -> Mapping[str, Array]:
        """The prediction that minimizes the loss of each row, by column; empty where that is not available."""
        return prediction.optimum(target)  # type: ignore[no-any-return]

    @abstractmethod
    def fisher(self, target: Any, prediction: Any) -> Derivatives | None:
        """The expected curvature when the prediction is right; None where it is not defined."""
