"""From a batch to its numbers: blocks of rows are scored, and what was asked for is written where the rows belong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from distscore.core.engine.blocks import Batch, Block, blocks_of, write
from distscore.core.exact.sums import as_double
from distscore.core.exact.weighted_means import Series, Weights, reduced, series_of, weights_of
from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import SecondDerivatives, parts_of


@dataclass
class Scored:
    """What was asked for of a batch; per-row outputs are row-major as the columns that they belong to."""

    weights: Array
    weight_sums: Weights
    value: float | None = None
    value_standard_error: float | None = None
    losses: Array | None = None
    floors: Array | None = None
    divergences: Array | None = None
    normalization_terms: Array | None = None
    gradients: dict[str, Array] = field(default_factory=dict)
    hessian_diagonals: dict[str, Array] = field(default_factory=dict)
    fisher_diagonals: dict[str, Array] = field(default_factory=dict)  # without columns that have none
    parameters: dict[str, Array] = field(default_factory=dict)
    optima: dict[str, Array] = field(default_factory=dict)  # empty where they are not available

    @property
    def total_weight(self) -> float:
        """Sum of the weights of the rows."""
        return as_double(self.weight_sums.total)

    @cached_property
    def loss_sums(self) -> Series:
        """Exact weighted sums of the losses, from which value and standard error are made."""
        assert self.losses is not None
        return series_of(self.losses, self.weights)


class Observer(Protocol):
    """Whoever wants to see the blocks of a batch while they are at hand."""

    def observe(self, block: Block) -> None:
        """See the rows of a block, with their targets and predictions, once they were scored."""


def score(
    batch: Batch,
    wanted: frozenset[str],
    check: Callable[[], None] = lambda: None,
    observers: Iterable[Observer] = (),
) -> Scored:
    """Score a valid batch; `check` is called between blocks and may raise to stop."""
    weights = batch.weights
    scored = Scored(weights, weights_of(weights))
    scale = _scale(batch.reduction, weights, scored.total_weight)
    losses = np.empty(batch.row_count)
    _allocate(scored, batch, wanted)
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        for block in blocks_of(batch, scale, weights):
            check()
            write(losses, block.rows, block.losses)
            _score_block(scored, batch, block, wanted)
            for observer in observers:
                observer.observe(block)
            del block  # or it would stay while the next one is read
    scored.losses = losses
    if batch.reduction != "none":
        scored.value, scored.value_standard_error = reduced(scored.loss_sums, scored.weight_sums, batch.reduction)
    return scored


def _scale(reduction: str, weights: Array, whole: float) -> Array | None:
    if reduction == "none":
        return None
    return weights / whole if reduction == "mean" and whole else weights


def _allocate(scored: Scored, batch: Batch, wanted: frozenset[str]) -> None:
    for name in wanted & {"gradients", "hessian_diagonals", "fisher_diagonals", "parameters"}:
        setattr(scored, name, {column: np.empty(values.shape) for column, values in batch.predictions.items()})
    for name in wanted & {"floors", "divergences", "normalization_terms"}:
        setattr(scored, name, np.empty(batch.row_count))


def _score_block(scored: Scored, batch: Batch, block: Block, wanted: frozenset[str]) -> None:
    """Write what is wanted of the rows of a block."""
    target, prediction, loss = block.target, block.prediction, batch.loss
    if scored.floors is not None:
        floor = loss.floor(target, prediction)
        scored.floors = None if floor is None else write(scored.floors, block.rows, floor)
    if scored.divergences is not None:
        divergence = loss.divergence(target, prediction)
        scored.divergences = None if divergence is None else write(scored.divergences, block.rows, divergence)
    if scored.normalization_terms is not None:
        write(scored.normalization_terms, block.rows, loss.normalization_term(target, prediction))
    for name, column in scored.parameters.items():
        write(column, block.rows, block.parameters[name].value)
    if "optima" in wanted:
        _optimize(scored, batch, block)
    if wanted & {"gradients", "hessian_diagonals"}:
        _differentiate(scored, batch, block, wanted)
    if "fisher_diagonals" in wanted:
        _inform(scored, batch, block)


def _optimize(scored: Scored, batch: Batch, block: Block) -> None:
    """The best prediction of each row by column; that of classes is in probabilities, whatever was sent."""
    optimum = batch.loss.optimum(block.target, block.prediction)
    in_order = {each.name: optimum[each.name] for each in batch.prediction_form.columns if each.name in optimum}
    for name, best in {**in_order, **optimum}.items():
        whole = scored.optima.setdefault(name, np.empty((batch.row_count, *best.shape[:-1])))
        write(whole, block.rows, best)


def _inform(scored: Scored, batch: Batch, block: Block) -> None:
    """Fisher information with respect to the columns as sent, of those that have it."""
    information = batch.loss.fisher_information(block.target, block.prediction) or {}
    for column in batch.prediction_form.columns:
        if column.name not in information:
            scored.fisher_diagonals.pop(column.name, None)
            continue
        at = block.raw[column.name], block.parameters[column.name].value, column.support.coordinate
        sent = batch.activations[column.name].fisher_information(information[column.name], *at)
        block.weigh(sent, scored.fisher_diagonals[column.name])


def _differentiate(scored: Scored, batch: Batch, block: Block, wanted: frozenset[str]) -> None:
    """Derivatives with respect to the columns as sent, scaled as the value is."""
    first = batch.loss.gradient(block.target, block.prediction)
    second: SecondDerivatives = {}
    if "hessian_diagonals" in wanted:
        second = batch.loss.second_derivative(block.target, block.prediction)
    for column in batch.prediction_form.columns:
        name, activation = column.name, batch.activations[column.name]
        at = block.raw[name], block.parameters[name].value, column.support.coordinate
        if "gradients" in wanted:
            block.weigh(activation.gradient(first[name], *at), scored.gradients[name])
        if "hessian_diagonals" in wanted:
            parts = parts_of(second[name], first[name])
            block.weigh(parts.sized(activation.hessian(parts, *at)), scored.hessian_diagonals[name])
