"""Which second derivative trees are grown with: the exact one, its expectation, or that of a built-in objective."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np

from distscore.boosting.sources import Output
from distscore.boosting.targets import Rows
from distscore.client import InvalidInput
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.special.elementwise import Array, product

Hessian = Literal["library", "exact", "fisher"]


class SecondDerivative(Protocol):
    """What is made of an output of the score, per row and unweighted, (rows, width)."""

    @property
    def output(self) -> Output:
        """The output of the score that it is made of."""

    def weighted(self, values: Array, weights: Array | None, rows: Rows) -> Array:
        """The second derivative of the weighted losses; weights are (rows,), None stands for ones.

        `rows` are the numbers that errors call the rows by. The values may be overwritten.
        """


def by_weight(values: Array, weights: Array | None) -> Array:
    """Derivatives of each row times its weight: 0 where that is 0."""
    if weights is None:
        return values
    return product(weights if values.ndim == 1 else weights[:, None], values)


@dataclass(frozen=True)
class Exact:
    """The diagonal of the Hessian; where it is below `floor` the floor, and without one an error if it is negative."""

    floor: float | None = None
    output: ClassVar[Output] = "hessian_diagonals"

    def weighted(self, values: Array, weights: Array | None, rows: Rows) -> Array:
        if self.floor is not None:
            return by_weight(np.maximum(values, self.floor), weights)
        if values.min(initial=0.0) < 0:
            _refuse_negative(values, rows)
        return by_weight(values, weights)


@dataclass(frozen=True)
class Fisher:
    """The Fisher information, which is never negative: the expected Hessian if the prediction is right."""

    output: ClassVar[Output] = "fisher_diagonals"

    def weighted(self, values: Array, weights: Array | None, rows: Rows) -> Array:
        return by_weight(values, weights)


@dataclass(frozen=True)
class BuiltIn:
    """An objective that a library has of its own: the cross-entropy of a family in one column and activation.

    Its second derivative is `factor` times the exact one, where `factor` depends on the number of classes, and at least
    `floor`: before the weight of the row, or where `floor_is_weighted` after it.
    """

    name: str
    family: str
    column: str
    activation: str = "identity"
    factor: Callable[[int], float] = lambda _: 1.0
    floor: float = 0.0
    floor_is_weighted: bool = False
    output: ClassVar[Output] = "hessian_diagonals"

    @property
    def said(self) -> str:
        """The family and the raw score that it is for, in words."""
        return in_words(self.family, {self.column: self.activation})

    def serves(self, batch: Batch) -> bool:
        """Whether a batch asks for the loss of this objective; KL has the derivatives of the cross-entropy."""
        columns = [(column.name, batch.activations[column.name].name) for column in batch.prediction_form.columns]
        same_loss = batch.loss.kl_multiple == 1
        return same_loss and batch.family.name == self.family and columns == [(self.column, self.activation)]

    def of_classes(self, classes: int) -> "Scaled":
        """The second derivative of this objective for so many classes."""
        return Scaled(self.factor(classes), self.floor, self.floor_is_weighted)


@dataclass(frozen=True)
class Scaled:
    """A multiple of the exact second derivative, not below a floor; see `BuiltIn`."""

    factor: float
    floor: float
    floor_is_weighted: bool
    output: ClassVar[Output] = "hessian_diagonals"

    def weighted(self, values: Array, weights: Array | None, rows: Rows) -> Array:
        second = np.multiply(values, self.factor, out=values)
        if self.floor_is_weighted:
            return np.maximum(by_weight(second, weights), self.floor, out=values)
        return by_weight(np.maximum(second, self.floor, out=values), weights)


def chosen(
    hessian: Hessian, batch: Batch, library: str, built_in: Iterable[BuiltIn], floor: float | None
) -> SecondDerivative:
    """The second derivative that is asked for by name; raises InvalidInput where there is none."""
    if floor is not None and hessian != "exact":
        raise InvalidInput("/hessian_floor", f"it is for hessian='exact': {hessian} is never negative")
    if hessian == "exact":
        return Exact(floor)
    if hessian == "fisher":
        return _fisher(batch)
    if hessian != "library":
        raise InvalidInput("/hessian", f"there are 'library', 'exact' and 'fisher'; not {hessian!r}")
    for each in built_in:
        if each.serves(batch):
            return each.of_classes(batch.width)
    raise _unserved(batch, library, built_in)


def _unserved(batch: Batch, library: str, built_in: Iterable[BuiltIn]) -> InvalidInput:
    """Says what a library has no objective of its own for, and what it has."""
    served = "; ".join(f"{each.name} ({each.said})" for each in built_in)
    asked = in_words(batch.family.name, {name: activation.name for name, activation in batch.activations.items()})
    return InvalidInput(
        "/hessian",
        f"{library} has no objective of its own for {batch.loss.name} of {asked}: ask for hessian='exact' or 'fisher'; "
        f"'library' is there for the cross_entropy of {served}",
    )


def in_words(family: str, activations: Mapping[str, str]) -> str:
    """A family with its prediction columns and their activations, in words."""
    columns = [name if each == "identity" else f"{each} of {name}" for name, each in activations.items()]
    return f"{family} by {' and '.join(columns)}"


def _fisher(batch: Batch) -> Fisher:
    """Tries one row: whether there is Fisher information depends on the loss and on the form."""
    first = batch.take(np.array([batch.row_numbers[0]]))
    found = score(first, frozenset({"fisher_diagonals"})).fisher_diagonals
    without = [name for name in batch.predictions if name not in found]
    if without:
        raise InvalidInput(
            "/hessian", f"{batch.loss.name} has no Fisher information of {', '.join(without)}: ask for hessian='exact'"
        )
    return Fisher()


def _refuse_negative(values: Array, rows: Rows) -> None:
    """Raises InvalidInput that says where second derivatives are negative, and what to do about it."""
    negative = values < 0
    first = np.unravel_index(np.flatnonzero(negative)[0], values.shape)
    score_of_row = f", score {first[1]}" if values.ndim > 1 else ""
    raise InvalidInput(
        "/hessian",
        f"{np.count_nonzero(negative)} of {values.size} second derivatives are negative, the first is "
        f"{values[first]:.3g} at row {rows[first[0]]}{score_of_row}: trees need positive ones. Ask for "
        "hessian='fisher', or name a hessian_floor that takes their place",
    )
