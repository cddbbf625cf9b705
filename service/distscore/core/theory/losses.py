"""A loss: one number per row from a target and a prediction, with its derivatives in the prediction's columns."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Literal

from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives
from distscore.core.theory.distributions import Family, PredictionT, TargetForm, TargetT
from distscore.core.theory.formulas import LossFormulas


class Loss(ABC, Generic[TargetT, PredictionT]):
    """One number per row, from a target and a prediction of some rows."""

    name: ClassVar[str]
    formulas: ClassVar[LossFormulas]
    units: ClassVar[str] = "nats"
    parameters: ClassVar[Mapping[str, float]] = {}  # loss_parameters with their defaults
    lowest: ClassVar[Mapping[str, float]] = {}  # of those loss_parameters that are bounded below
    families: ClassVar[frozenset[str] | None] = (
        None  # the only ones it is defined for; None: all that have what it needs
    )
    needs_classes: ClassVar[bool] = False
    needs_exclusive_classes: ClassVar[bool] = False
    needs_distribution: ClassVar[bool] = False
    needs_values: ClassVar[bool] = False
    needs_normalized: ClassVar[bool] = False  # predictions that sum to 1: not those of `normalization: none`
    needs_complements: ClassVar[bool] = False  # it takes 1 - q: no probability above 1, even where sums are free
    has_normalization_term: ClassVar[bool] = False  # see `normalization_term`; of others it is always 0
    weights_move_optimum: ClassVar[bool] = False  # those of classes or outcomes do
    kl_multiple: ClassVar[float] = 0.0  # its divergence is this many times the KL divergence; 0: something else
    floor_is_entropy: ClassVar[bool] = False  # the floor is the entropy of the target
    squared_error: ClassVar[Literal["", "sum", "mean"]] = ""  # it is that of (q - p)^2 over classes or labels
    usual_place: ClassVar[int] = 0  # among the losses that are compared where none is named; 0: not one of them
    usual_of_values: ClassVar[bool] = False  # only there is it one of them, not for classes
    options: ClassVar[frozenset[str]] = frozenset()  # of class_weights, positive_weight: those it can bear

    def __init__(self, **parameters: float) -> None:
        self.settings = {**self.parameters, **parameters}

    @classmethod
    def serves(cls, family: Family) -> bool:
        """Whether the loss is defined for the predictions of a family, whatever the form of its target."""
        if cls.families is not None and family.name not in cls.families:
            return False
        return (family.has_classes or not cls.needs_classes) and (family.exclusive or not cls.needs_exclusive_classes)

    @abstractmethod
    def value(self, target: TargetT, prediction: PredictionT) -> Array:
        """The loss of each row, (rows,)."""

    @abstractmethod
    def floor(self, target: TargetT, prediction: PredictionT) -> Array | float | None:
        """The least loss over predictions, per row or for all; None where it is not defined."""

    @abstractmethod
    def divergence(self, target: TargetT, prediction: PredictionT) -> Array | None:
        """Loss minus floor, per row and never negative; None where the floor is not defined."""

    def normalization_term(self, target: TargetT, prediction: PredictionT) -> Array | float:
        """Loss minus floor minus divergence, per row: what a prediction that does not sum to 1 adds; else 0."""
        return 0.0

    @abstractmethod
    def gradient(self, target: TargetT, prediction: PredictionT) -> Derivatives:
        """First derivatives of `value` by column, in the coordinate of its support."""

    @abstractmethod
    def second_derivative(self, target: TargetT, prediction: PredictionT) -> SecondDerivatives:
        """Second derivatives of `value` by column, the diagonal, in the coordinate of its support."""

    def optimum(self, target: TargetT, prediction: PredictionT) -> Mapping[str, Array]:
        """The prediction that minimizes the loss of each row, by column; empty where that is not available."""
        return prediction.optimum(target)

    @abstractmethod
    def fisher_information(self, target: TargetT, prediction: PredictionT) -> Derivatives | None:
        """The expected second derivative when the prediction is right; None where it is not defined."""


AnyLoss = Loss[Any, Any]


def reason_unavailable(family: Family, form: TargetForm, loss: type[AnyLoss]) -> str | None:
    """Why a family does not have one of its losses for targets in a form; None where it has it."""
    unavailable = {**form.unavailable, **family.unavailable}
    if loss.name in unavailable:
        return unavailable[loss.name]
    if loss.needs_distribution and not form.is_distribution:
        instead = "" if "deviance" in unavailable else "; for observed values ask for deviance"
        return f"it needs a target that is a distribution{instead}"
    if loss.needs_values and [column.name for column in form.columns] != ["values"]:
        return "it needs observed values as targets"
    return None
