"""Rows of a batch in cache-sized blocks, coordinates first; the only loop over rows.

A row's numbers do not depend on its neighbors, the block or the size of the batch: whether a block is copied or viewed
depends on the width of its rows alone, and a block never has fewer than two rows (a lone row is repeated), because
NumPy adds in another order when it has only one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array, product
from distscore.core.theory.activations import Activation
from distscore.core.theory.columns import COPIED_WIDTH, Options, Parameter
from distscore.core.theory.distributions import AnyPrediction, Family, PredictionForm, Target, TargetForm
from distscore.core.theory.losses import AnyLoss

BLOCK = 64_000  # numbers of the largest arrays; a power of two would map all classes of a row to the same cache lines
FEW = 8  # coordinates that NumPy transposes faster as a ufunc


@dataclass(frozen=True)
class Batch:
    """Columns of both sides, row-major: (n,) or (n, width); everything else that a score depends on."""

    family: Family
    target_form: TargetForm
    prediction_form: PredictionForm
    loss: AnyLoss
    targets: Mapping[str, Array]
    predictions: Mapping[str, Array]
    activations: Mapping[str, Activation]
    constants: Mapping[str, float] = field(default_factory=dict)
    options: Options = field(default_factory=Options)  # mask (n, width), weights (width,)
    sample_weights: Array | None = None
    count_weighting: str = "votes"
    reduction: str = "mean"
    kept: NDArray[np.bool_] | None = None  # which of the rows that were sent these are; None: all of them

    @cached_property
    def row_count(self) -> int:
        """How many rows count: those that do not are not in the batch, so that nothing can see them."""
        return len(next(iter(self.predictions.values())))

    @property
    def sent_row_count(self) -> int:
        """How many rows were sent, those that do not count among them."""
        return self.row_count if self.kept is None else len(self.kept)

    @cached_property
    def row_numbers(self) -> NDArray[np.intp]:
        """The number of each row among those that were sent, (rows,)."""
        return np.arange(self.row_count) if self.kept is None else np.flatnonzero(self.kept)

    def take(self, sent: NDArray[np.intp]) -> "Batch":
        """Some of the rows that were sent, by their numbers in increasing order, as a batch of their own."""
        kept = None if self.kept is None else self.kept[sent]
        rows = sent if kept is None else np.searchsorted(self.row_numbers, sent[kept])
        mask, weights = self.options.mask, self.sample_weights
        return replace(
            self,
            targets={name: values[rows] for name, values in self.targets.items()},
            predictions={name: values[rows] for name, values in self.predictions.items()},
            options=self.options if mask is None else replace(self.options, mask=mask[rows]),
            sample_weights=None if weights is None else weights[rows],
            kept=kept,
        )

    def in_place(self, values: Array) -> Array:
        """An array with an entry per row as one with an entry per row that was sent: 0 for those that do not count."""
        if self.kept is None:
            return values
        placed = np.zeros((len(self.kept), *values.shape[1:]))
        placed[self.kept] = values
        return placed

    @cached_property
    def width(self) -> int:
        """Coordinates of a row: classes, labels, or 1."""
        first = next(iter(self.predictions.values()))
        axis = self.prediction_form.columns[0].axis
        return first.shape[1] if axis in ("classes", "labels") else 1

    @cached_property
    def is_distribution(self) -> bool:
        """Whether the target of every row is a distribution, and none a single observation."""
        observed = self.target_form.observed({name: values.T for name, values in self.targets.items()})
        return self.target_form.is_distribution and (observed is None or not observed.any())

    @cached_property
    def options_of_rows(self) -> Options:
        """The options, but for the mask, which each block has its own part of."""
        weights, positive = self.options.class_weights, self.options.positive_weight
        return replace(
            self.options,
            width=self.width,
            class_weights=None if weights is None else weights[:, None],
            positive_weight=positive[:, None] if isinstance(positive, np.ndarray) else positive,
        )

    @cached_property
    def votes(self) -> Array:
        """How many votes each row has, (rows,); only where the targets count votes."""
        return _votes(self)

    @cached_property
    def weights(self) -> Array:
        """The weight of each row: sample weight times votes, 0 where the mask keeps nothing."""
        weights = self.sample_weights
        if weights is None:
            weights = np.broadcast_to(np.float64(1), self.row_count)
        if self.target_form.counts_votes and self.count_weighting == "votes":
            weights = weights * self.votes
        return weights if self.options.mask is None else weights * self.options.mask.any(axis=1)


@dataclass(frozen=True)
class Block:
    """Some rows of a batch, coordinates first."""

    loss: AnyLoss
    rows: slice
    targets: Mapping[str, Array]  # as sent
    raw: Mapping[str, Array]  # predictions as sent
    options: Options
    parameters: Mapping[str, Parameter]
    target: Target
    prediction: AnyPrediction
    scale: Array | None  # what derivatives are multiplied by; None: nothing
    weights: Array

    @cached_property
    def losses(self) -> Array:
        """The loss of each row, (rows,)."""
        return self.loss.value(self.target, self.prediction)

    @property
    def count(self) -> int:
        """Rows that count: a lone row is there twice."""
        return int(self.rows.stop) - int(self.rows.start)

    def weigh(self, derivative: Array, output: Array) -> None:
        """Write a derivative of the rows' losses as one of the value; 0 in rows of weight 0, even if it is infinite."""
        if self.scale is None:
            write(output, self.rows, derivative)
        elif self.count == 1 or not self.scale.all():
            write(output, self.rows, product(self.scale, derivative))
        else:
            np.multiply(self.scale, derivative, out=output[self.rows].T)


def _votes(batch: Batch) -> Array:
    votes = np.empty(batch.row_count)
    for rows in _row_slices(batch):
        columns = {name: _coordinates_first(values, rows) for name, values in batch.targets.items()}
        write(votes, rows, batch.target_form.votes(columns, _options(batch, rows)))
    return votes


def rows_at_once(family: Family, widest: int) -> int:
    """How many rows make a block whose arrays fit the cache, where the widest column has so many entries per row."""
    arrays = 1 if family.exclusive else 2  # an event and its opposite, or many temporary ones
    return max(2, BLOCK // (arrays * widest))


def _row_slices(batch: Batch) -> Iterator[slice]:
    columns = [*batch.targets.values(), *batch.predictions.values()]
    widest = max(values.size // max(1, batch.row_count) for values in columns)
    step = rows_at_once(batch.family, max(1, widest))
    for start in range(0, batch.row_count, step):
        yield slice(start, min(start + step, batch.row_count))


def _coordinates_first(values: Array, rows: slice) -> Array:
    part = values[rows]
    if len(part) == 1:
        part = np.concatenate((part, part))
    if part.ndim == 1:
        return part
    return np.ascontiguousarray(part.T) if part.shape[1] <= COPIED_WIDTH else part.T


def _options(batch: Batch, rows: slice) -> Options:
    """The options for some rows."""
    if batch.options.mask is None:
        return batch.options_of_rows
    mask = _coordinates_first(batch.options.mask[rows].astype(np.float64), slice(None))
    return replace(batch.options_of_rows, mask=mask)


Predictions = tuple[Mapping[str, Array], Mapping[str, Parameter], AnyPrediction]


def blocks_of(batch: Batch, scale: Array | None, weights: Array) -> Iterator[Block]:
    """All rows of a batch, read; `scale` is what their derivatives are multiplied by.

    Nothing here refers to a block that was given out: its memory is free for the next one. Predictions that are the
    same in all rows, as a broadcast array is, are read once for all blocks of one size.
    """
    constant = batch.options.mask is None and not any(values.strides[0] for values in batch.predictions.values())
    shared: dict[int, Predictions] = {}
    for rows in _row_slices(batch):
        count = rows.stop - rows.start
        if constant and count not in shared:
            shared[count] = _predictions(batch, rows, batch.options_of_rows)
        yield _block(batch, rows, shared.get(count), scale, weights)


def _block(batch: Batch, rows: slice, shared: Predictions | None, scale: Array | None, weights: Array) -> Block:
    options = _options(batch, rows)
    raw, parameters, prediction = shared or _predictions(batch, rows, options)
    targets = {name: _coordinates_first(values, rows) for name, values in batch.targets.items()}
    target = batch.target_form.read(targets, options)
    at = None if scale is None else _coordinates_first(scale, rows), _coordinates_first(weights, rows)
    return Block(batch.loss, rows, targets, raw, options, parameters, target, prediction, *at)


def _predictions(batch: Batch, rows: slice, options: Options) -> Predictions:
    """The columns as sent, their parameters, and what the prediction form makes of them."""
    raw = {name: _coordinates_first(values, rows) for name, values in batch.predictions.items()}
    parameters = {
        column.name: batch.activations[column.name].parameter(raw[column.name], column.support.coordinate)
        for column in batch.prediction_form.columns
    }
    return raw, parameters, batch.prediction_form.read(parameters, batch.constants, options)


def write(output: NDArray[np.float64], rows: slice, values: Array | float) -> NDArray[np.float64]:
    """Put coordinates-first values where their rows belong, without the repeat of a lone row."""
    if isinstance(values, float):
        output[rows] = values
    elif len(values) < FEW:  # an assignment would copy row by row
        np.positive(values[..., : rows.stop - rows.start], out=output[rows].T)
    else:
        output[rows] = values.T[: rows.stop - rows.start]
    return output
