"""Everything that is registered, written down in every way: random rows whose numbers come from their supports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.activations import ACTIVATIONS, Activation
from distscore.core.theory.columns import Column, Options
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.core.theory.losses import AnyLoss
from distscore.core.theory.supports import Support

Array = NDArray[np.float64]

WIDTHS = {"classes": 4, "labels": 3, "samples": 3}
CONSTANT = 0.75  # where a form has no default
ROWS = 5
PER_ROW = frozenset({"losses", "floors", "divergences", "normalization_terms"})
PER_COLUMN = frozenset({"gradients", "hessian_diagonals", "fisher_diagonals", "parameters"})
EVERYTHING = PER_ROW | PER_COLUMN


@dataclass(frozen=True)
class Combination:
    """A family with one form of each side and an activation per prediction column."""

    family: Family
    target_form: TargetForm
    prediction_form: PredictionForm
    activations: Mapping[str, Activation]

    @property
    def name(self) -> str:
        target = "+".join(column.name for column in self.target_form.columns)
        prediction = "+".join(f"{activation.name}({name})" for name, activation in self.activations.items())
        return f"{self.family.name}: {target} x {prediction}".replace("identity", "")

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.prediction_form.columns

    @property
    def is_plain(self) -> bool:
        """Whether every column is its parameter."""
        return all(activation.name == "identity" for activation in self.activations.values())

    @property
    def has_same_form(self) -> bool:
        """Whether a prediction can be written in the columns of the target."""
        target = [(column.name, column.rank) for column in self.target_form.columns]
        return target == [(column.name, column.rank) for column in self.columns]

    def losses(self) -> dict[str, AnyLoss]:
        """The losses that are defined here, by name."""
        form = self.target_form
        values = [column.name for column in form.columns] == ["values"]
        return {
            name: loss()
            for name, loss in losses_of(self.family).items()
            if name not in self.family.unavailable and name not in form.unavailable
            if form.is_distribution or not loss.needs_distribution
            if values or not loss.needs_values
        }

    def few_losses(self) -> dict[str, AnyLoss]:
        """All losses where columns are their parameters, else two: what an activation does is the same for all."""
        losses = self.losses()
        if self.is_plain:
            return losses
        names = list(losses)
        return {name: losses[name] for name in (names[0], names[crc32(self.name.encode()) % len(names)])}


@cache
def combinations() -> tuple[Combination, ...]:
    """Every family, target form, prediction form and legal activation of each column."""
    return tuple(
        Combination(family, target_form, prediction_form, activations)
        for family in FAMILIES.values()
        for target_form in family.targets
        for prediction_form in family.predictions
        for activations in _activations(prediction_form.columns)
    )


def _activations(columns: tuple[Column, ...]) -> Iterator[dict[str, Activation]]:
    """All identity first; then every column meets each of its activations, beside other ones of its neighbors."""
    rounds = max(len(column.activations) for column in columns)
    for turn in range(rounds):
        turns = [turn + at if turn else 0 for at in range(len(columns))]
        chosen = zip(columns, turns, strict=True)
        yield {column.name: ACTIVATIONS[column.activations[at % len(column.activations)]] for column, at in chosen}


def name_of(combination: Combination) -> str:
    """How a test calls it."""
    return combination.name


@dataclass(frozen=True)
class Rows:
    """Columns of both sides, row-major, and the constants beside them."""

    targets: dict[str, Array]
    predictions: dict[str, Array]
    constants: dict[str, float]

    def take(self, which: Any) -> "Rows":
        """Some of the rows."""
        targets = {name: values[which] for name, values in self.targets.items()}
        return Rows(targets, {name: values[which] for name, values in self.predictions.items()}, self.constants)

    def predicting(self, name: str, values: Array) -> "Rows":
        """The same rows with other numbers in one column."""
        return replace(self, predictions={**self.predictions, name: values})


def random_rows(combination: Combination, count: int = ROWS, wide: int = 0, mass: float = 1.0) -> Rows:
    """Benign rows, the same whenever they are asked for; `wide` classes or labels instead of a few.

    Predicted probabilities sum to `mass`.
    """
    random = np.random.default_rng(crc32(combination.name.encode()))
    constants = {constant.name: constant.default or CONSTANT for constant in combination.prediction_form.constants}
    targets = _targets(combination.target_form, constants, count, random, wide)
    predictions = {
        column.name: _column(column, count, random, wide, mass)
        if combination.activations[column.name].name == "identity"
        else random.normal(size=_shape(column, count, wide))
        for column in combination.columns
    }
    return Rows(targets, predictions, constants)


def _targets(
    form: TargetForm, constants: dict[str, float], count: int, random: np.random.Generator, wide: int
) -> dict[str, Array]:
    """Rows that meet the form's requirement, the others thrown away."""
    columns = {column.name: _column(column, 100 * count, random, wide) for column in form.columns}
    fine = form.consistent({name: values.T for name, values in columns.items()}, constants)
    kept = slice(count) if fine is None else np.flatnonzero(fine)[:count]
    chosen = {name: values[kept] for name, values in columns.items()}
    assert all(len(values) == count for values in chosen.values())
    return chosen


def _shape(column: Column, count: int, wide: int) -> tuple[int, ...]:
    if column.rank == 1:
        return (count,)
    width = len(column.entry_supports) or (
        wide if wide and column.axis in ("classes", "labels") else WIDTHS[column.axis]
    )
    return count, width


def _column(column: Column, count: int, random: np.random.Generator, wide: int, mass: float = 1.0) -> Array:
    if column.sums_to_one:
        weights = np.exp(random.normal(size=_shape(column, count, wide)))
        shares = mass * weights / weights.sum(axis=1, keepdims=True)
        return np.asarray(np.log(shares) if column.support.low == -np.inf else shares)
    if column.entry_supports:
        return np.stack([inside(support, (count,), random) for support in column.entry_supports.values()], axis=1)
    shape = _shape(column, count, wide)
    if column.support.integer:
        return random.integers(0, wide or WIDTHS["classes"], shape).astype(np.float64)
    if column.axis == "classes" and column.support.high == 0:  # mean logarithms of shares, which are the smaller
        return np.asarray(inside(column.support, shape, random) - np.log(shape[1]))
    return inside(column.support, shape, random)


def inside(support: Support, shape: tuple[int, ...], random: np.random.Generator) -> Array:
    """Random numbers inside a support."""
    coordinates = random.normal(size=shape)
    if np.isfinite(support.low) and np.isfinite(support.high):
        return np.asarray(support.low + (support.high - support.low) / (1 + np.exp(-coordinates)))
    if np.isfinite(support.low):
        return np.asarray(support.low + np.exp(coordinates))
    return support.high - np.exp(coordinates) if np.isfinite(support.high) else coordinates


def batch_of(combination: Combination, loss: AnyLoss, rows: Rows, reduction: str = "none", **others: Any) -> Batch:
    """A batch of the engine; `others` are options and members of it."""
    options = Options(**{name: others.pop(name) for name in list(others) if name in Options.__dataclass_fields__})
    return Batch(
        combination.family,
        combination.target_form,
        combination.prediction_form,
        loss,
        rows.targets,
        rows.predictions,
        combination.activations,
        rows.constants,
        options,
        reduction=reduction,
        **others,
    )


def scored(combination: Combination, loss: AnyLoss, rows: Rows, **others: Any) -> Scored:
    """Every number of the rows."""
    return score(batch_of(combination, loss, rows, **others), EVERYTHING)


def losses_at(combination: Combination, loss: AnyLoss, rows: Rows) -> Array:
    """The loss of each row alone."""
    found = score(batch_of(combination, loss, rows), frozenset()).losses
    assert found is not None
    return found


def outputs(result: Scored) -> dict[str, Array]:
    """All per-row arrays by dotted name."""
    found: dict[str, Array] = {}
    for name in sorted(EVERYTHING):
        part = getattr(result, name)
        if isinstance(part, dict):
            found |= {f"{name}.{column}": values for column, values in part.items()}
        elif part is not None:
            found[name] = part
    return found
