"""The mean cross-entropy of a batch as a function of one prediction for all rows, and the search for its minimum."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.quasi_newton import Minimum, Pair, Point, minimize
from distscore.core.engine.blocks import Batch, rows_at_once
from distscore.core.losses.cross_entropy import CrossEntropy, KLDivergence
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.distributions import PredictionForm, Target
from distscore.core.theory.losses import AnyLoss
from distscore.core.theory.supports import Coordinate, Support

Rows = NDArray[np.intp]

TO_PARAMETER: Mapping[Coordinate, str] = {"identity": "identity", "log": "exp", "logit": "sigmoid"}
FLAT = 2.0**-40  # Fisher information of a logarithm or a logit below which the prediction hardly depends on it
FARTHEST = 50.0  # a search that moves a logarithm or a logit by more follows a likelihood without bound


class Part(NamedTuple):
    """Some rows of a batch: their targets, their options and their shares of the whole weight, (rows,)."""

    target: Target
    options: Options
    shares: Array


def parts_of(batch: Batch) -> Iterator[Part]:
    """The targets of a batch, in parts that stay in the cache."""
    weights, mask = batch.weights, batch.options.mask
    shares = weights / weights.sum()
    widest = max(values.size for values in batch.targets.values()) // batch.row_count
    step = rows_at_once(batch.family, widest)
    for at in range(0, batch.row_count, step):
        rows = slice(at, at + step)
        options = replace(batch.options_of_rows, mask=None if mask is None else mask[rows].T)
        targets = {name: values[rows].T for name, values in batch.targets.items()}
        yield Part(batch.target_form.read(targets, options), options, shares[rows])


@dataclass(frozen=True)
class Likelihood:
    """The weighted mean cross-entropy of some rows, as a function of the one prediction that they all get.

    Its variables are the coordinates (identity, log or logit) of the columns that are not held, one column after the
    other. The prediction has one row, which NumPy broadcasts against the targets: what it alone decides is computed
    once.
    """

    loss: AnyLoss
    form: PredictionForm
    constants: Mapping[str, float]
    widths: Mapping[str, int]  # entries of a row of each column
    parts: tuple[Part, ...]
    check: Callable[[], None]  # called before each part; raises to stop
    held: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Batch, check: Callable[[], None] = lambda: None) -> "Likelihood":
        """That of all rows of a batch, in its prediction form: of distributions by the KL divergence from them.

        It differs from the cross-entropy by what no prediction changes, and has a closed form more often.
        """
        loss = KLDivergence() if batch.is_distribution else CrossEntropy()
        widths = {name: values[0].size for name, values in batch.predictions.items()}
        return cls(loss, batch.prediction_form, batch.constants, widths, tuple(parts_of(batch)), check)

    def holding(self, column: str, parameter: float) -> "Likelihood":
        """The same with one variable less: a column that is held at a parameter."""
        return replace(self, held={**self.held, column: parameter})

    @property
    def middles(self) -> dict[str, Array]:
        """Parameters in the middle of their supports, () or (width,), for those of which nothing better is known."""
        return {column.name: self._middle(column) for column in self.form.columns}

    def _middle(self, column: Column) -> Array:
        values = np.array(
            [middle(support) for support in column.entry_supports.values() or [column.support]], np.float64
        )
        return values[0] if column.rank == 1 else np.broadcast_to(values, self.widths[column.name])

    def minimum(self, start: Mapping[str, Array], reach: Mapping[str, float], pairs: Iterable[Pair] = ()) -> Minimum:
        """Where the mean cross-entropy is least, searched from these parameters.

        The search is given up where the logarithm or logit of a column moves by more than its `reach`, or FARTHEST.
        Where it ends on a plateau at an end of a support, as far as the Fisher information tells, it found no minimum.
        """
        point = np.concatenate([_coordinates(column, start[column.name]) for column in self._fitted])
        ranges = [
            np.inf if column.support.coordinate == "identity" else reach.get(column.name, FARTHEST)
            for column in self._fitted
        ]
        farthest = np.repeat(ranges, [self.widths[column.name] for column in self._fitted])
        found = minimize(self.value, point, self.information(point), farthest, pairs)
        flat = np.isfinite(farthest) & (self.information(found.point.at) < FLAT)
        return found._replace(converged=False) if flat.any() else found

    def value(self, at: Array) -> Point:
        """Mean cross-entropy and gradient at a point, infinite outside the supports."""
        columns = self.columns(at)
        if not all(inside(column, columns[column.name].value) for column in self.form.columns):
            return Point(at, np.inf, np.zeros_like(at))
        value, gradient = 0.0, np.zeros_like(at)
        for part in self.parts:
            self.check()
            prediction = self.form.read(columns, self.constants, part.options)
            value += float(_mean(self.loss.value(part.target, prediction), part.shares))
            gradient += self._means(prediction.gradient(part.target), part.shares)
        return Point(at, value if np.isfinite(value) else np.inf, gradient)

    def information(self, at: Array) -> Array:
        """Fisher information of the variables, (variables,), and 1 where the form does not have it."""
        columns, known = self.columns(at), np.zeros_like(at)
        ones = {column.name: np.ones(1) for column in self._fitted}
        for part in self.parts:
            prediction = self.form.read(columns, self.constants, part.options)
            known += self._means({**ones, **prediction.fisher_information(part.target)}, part.shares)
        return known

    def parameters(self, at: Array) -> dict[str, Array]:
        """The prediction's columns at a point, () or (width,)."""
        columns = self.columns(at)
        return {column.name: np.squeeze(columns[column.name].value, axis=-1) for column in self.form.columns}

    def columns(self, at: Array) -> dict[str, Parameter]:
        """The prediction's columns at a point, (1,) or (width, 1)."""
        columns, used = {}, 0
        for column in self.form.columns:
            coordinate = column.support.coordinate
            if column.name in self.held:
                raw, activation = np.array([self.held[column.name]]), ACTIVATIONS["identity"]
            else:
                raw, activation = at[used : used + self.widths[column.name]], ACTIVATIONS[TO_PARAMETER[coordinate]]
                used += len(raw)
            columns[column.name] = activation.parameter(raw if column.rank == 1 else raw[:, None], coordinate)
        return columns

    @property
    def _fitted(self) -> list[Column]:
        return [column for column in self.form.columns if column.name not in self.held]

    def _means(self, derivatives: Mapping[str, Array], shares: Array) -> Array:
        return np.concatenate([np.atleast_1d(_mean(derivatives[column.name], shares)) for column in self._fitted])


def _coordinates(column: Column, values: Array) -> Array:
    """Coordinates of the entries of a row, (width,), at their parameters."""
    values = np.atleast_1d(values)
    return ACTIVATIONS["identity"].to_coordinate(values, values, column.support.coordinate)


def inside(column: Column, values: Array) -> bool:
    """Whether a column, with its entries along the first axis, holds doubles inside its support."""
    if not np.isfinite(values).all():
        return False
    if column.entry_supports:
        return all(
            bool(support.contains(part).all())
            for support, part in zip(column.entry_supports.values(), values, strict=True)
        )
    return bool(column.support.contains(values).all())


def middle(support: Support) -> float:
    """A point well inside a support: 0 of the real numbers, 1 of the positive ones, 1/2 of the unit interval."""
    if np.isinf(support.low):
        return 0.0 if np.isinf(support.high) else support.high - 1
    return support.low + 1 if np.isinf(support.high) else 0.5 * (support.low + support.high)


def _mean(values: Array, shares: Array) -> Array:
    """Weighted mean over the rows, the last axis, of values that may be the same for all of them."""
    mean: Array = np.add.reduce(values * shares, axis=-1)
    return mean
