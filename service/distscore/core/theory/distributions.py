"""What every family says of itself: the forms of its targets and predictions, and what a prediction can compute.

A cross-entropy belongs to an assumed distribution. A *target form* reads columns into the family's target; a
*prediction form* reads columns into a prediction, which knows its cross-entropy against a target and the derivatives
of it. Arrays are coordinates first: (rows,), (coordinates, rows) or (2, labels, rows). Derivatives are keyed by column
and taken in the coordinate of its support; see `derivatives`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column, Constant, Options, Parameter
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives
from distscore.core.theory.estimates import Estimate
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.formulas import FamilyFormulas

ValueKind = Literal["classes", "event", "labels", "real", "positive", "count", "unit_interval", "composition"]
Rowwise = bool | NDArray[np.bool_]  # an answer for all rows of a target, or one for each of them


class Target(Protocol):
    """What the predictions of a family need to know of a target; each family has its own."""

    @property
    def is_distribution(self) -> Rowwise:
        """Whether the target is a distribution of the family, so that it has an entropy; else it was observed."""


TargetT = TypeVar("TargetT", bound=Target)


class Prediction(ABC, Generic[TargetT]):
    """Predicted distributions of some rows."""

    @abstractmethod
    def cross_entropy(self, target: TargetT) -> Array:
        """-E_target[log density of the prediction], (rows,), in nats."""

    @abstractmethod
    def floor(self, target: TargetT) -> Array | None:
        """The least cross-entropy: the entropy of a distribution, or of an observation the loss at its best mean."""

    @abstractmethod
    def divergence(self, target: TargetT) -> Array | None:
        """Cross-entropy minus floor in a form that is never negative: KL of a distribution, else half the deviance.

        Floor and divergence are None where an observation has no deviance.
        """

    def normalization_term(self, target: TargetT) -> Array | float:
        """Cross-entropy minus floor minus divergence, (rows,): -W log(sum q) of probabilities q with target mass W.

        0 where the prediction sums to 1 by its form.
        """
        return 0.0

    @abstractmethod
    def gradient(self, target: TargetT) -> Derivatives:
        """First derivatives of the cross-entropy."""

    @abstractmethod
    def second_derivative(self, target: TargetT) -> SecondDerivatives:
        """Second derivatives of the cross-entropy, the diagonal."""

    @abstractmethod
    def fisher_information(self, target: TargetT) -> Derivatives:
        """Second moment of the score under the prediction, times the target mass of the row."""

    @abstractmethod
    def divergence_gradient(self, target: TargetT) -> Derivatives:
        """First derivatives of the divergence from an observation, whose floor may move with the prediction."""

    @abstractmethod
    def divergence_second_derivative(self, target: TargetT) -> SecondDerivatives:
        """Second derivatives of the divergence from an observation, the diagonal."""

    def optimum(self, target: TargetT) -> Mapping[str, Array]:
        """The columns that minimize the cross-entropy of each row: of an observation, what moves the mean alone.

        Empty where that has no closed form.
        """
        return {}

    def cumulative(self, values: Array) -> Array:
        """F(values) of the predicted distribution, (rows,); only of families with `has_cumulative`."""
        raise NotImplementedError

    def is_concave(self, values: Array) -> NDArray[np.bool_]:
        """Where the loss of an observed value is concave in the location, (rows,); only with `may_be_concave`."""
        raise NotImplementedError


class FixedFloor(Prediction[TargetT]):
    """A prediction whose floor depends on the target alone: divergence and cross-entropy have the same derivatives."""

    def divergence_gradient(self, target: TargetT) -> Derivatives:
        return self.gradient(target)

    def divergence_second_derivative(self, target: TargetT) -> SecondDerivatives:
        return self.second_derivative(target)


AnyPrediction = Prediction[Any]
PredictionT = TypeVar("PredictionT", bound=AnyPrediction)


class TargetForm(ABC):
    """One way to write a family's target down."""

    columns: tuple[Column, ...]
    is_distribution: bool = False  # rows are distributions of the family, but for those that `observed` names
    observes: bool = False  # rows are written as distributions, but are labels or votes that were observed
    counts_votes: bool = False  # rows stand for a number of votes, see `votes`
    unavailable: Mapping[str, str] = {}  # losses that this form does not have, with the reason
    requirement: str = ""  # a condition between columns or with constants, in words; see `consistent`

    @abstractmethod
    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        """The target of some rows."""

    def votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        """How many observations each row stands for, (rows,); only where `counts_votes`."""
        raise NotImplementedError

    def outcome_votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        """The votes for each outcome, (outcomes, rows); only where `counts_votes`."""
        raise NotImplementedError

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_] | None:
        """Which rows meet `requirement`; None where there is none."""
        return None

    def observed(self, columns: Mapping[str, Array]) -> NDArray[np.bool_] | None:
        """Which rows of a form of distributions are single observations all the same; None where none can be."""
        return None


class PredictionForm(ABC):
    """One way to write a family's prediction down."""

    columns: tuple[Column, ...]
    constants: tuple[Constant, ...] = ()
    without_fisher: frozenset[str] = frozenset()  # columns whose Fisher information is not available

    @abstractmethod
    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> AnyPrediction:
        """The prediction of some rows."""

    def column_at(self, probabilities: Array, options: Options) -> Array:
        """The parameters that predict these probabilities, in their shape; only of class families.

        Of logits, which a constant may be added to, those of logsumexp 0; -infinity where a probability is 0.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Limit:
    """Another family that a parameter leads to at an end of its range."""

    family: str
    value: float  # so close to the end that losses are those of that family to the last digit


class Family(ABC):
    """An assumed distribution of the target: the forms of both sides, and all that others may want to know of it."""

    name: ClassVar[str]
    kind: ClassVar[ValueKind]  # of value that it is for
    formulas: ClassVar[FamilyFormulas]
    targets: ClassVar[tuple[TargetForm, ...]]
    predictions: ClassVar[tuple[PredictionForm, ...]]
    example: ClassVar[Mapping[str, Any]]  # members of a request that works, but for the name of the family
    recipe: ClassVar[ExponentialFamily | None] = None  # the family as the theory has it, where no constant is held
    statistics: ClassVar[tuple[str, ...]] = ()  # T, in the order of `expectations`
    natural: ClassVar[tuple[str, ...]] = ()  # eta, in the order of `natural`
    options: ClassVar[frozenset[str]] = frozenset()  # of mask, label_smoothing, class_weights, positive_weight, clip
    unavailable: ClassVar[Mapping[str, str]] = {}  # losses that the family does not have, with the reason
    has_cumulative: ClassVar[bool] = False  # predictions know their distribution function, see `Prediction.cumulative`
    limits: ClassVar[Mapping[str, Limit]] = {}  # by column: which family it becomes at the end of the column's range
    parameter_is_not_mean: ClassVar[bool] = False  # the best parameter for an observation is another number than it
    may_be_concave: ClassVar[bool] = False  # in the location, for values far out; see `Prediction.is_concave`
    has_residuals: ClassVar[bool] = False  # predictions know the residuals of their statistics, see `members.Residuals`

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for part in ("name", "kind", "formulas", "targets", "predictions", "example"):
            if part not in dir(cls):
                raise TypeError(f"The family {cls.__name__} does not say its `{part}`; see CONTRIBUTING.md.")

    def exponential_family(self, constants: Mapping[str, float]) -> ExponentialFamily | None:
        """The family as the theory has it, with g, T and h, its constants held; None if it is no exponential family.

        Means of T and h over rows are all that its best constant prediction depends on.
        """
        return self.recipe

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        """The columns of its prediction forms, but for `natural`, at natural parameters eta, (statistics, rows)."""
        return {}

    @property
    def has_classes(self) -> bool:
        """Whether rows are probabilities of outcomes: of classes, of an event, or of several labels."""
        return self.kind in ("classes", "event", "labels")

    @property
    def exclusive(self) -> bool:
        """Whether exactly one of the classes of a row holds."""
        return self.kind == "classes"

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Parameters of one prediction for all rows, from target columns (rows,) or (rows, width) and row weights.

        An exponential family need not say any, for the means of its statistics tell them. A column that is not among
        them starts in the middle of its support.
        """
        return Estimate({})
