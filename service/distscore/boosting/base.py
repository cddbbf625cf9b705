"""The objective and the metric of every library, but for the signatures in which it calls them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from distscore.boosting.second_derivatives import BuiltIn, Hessian, by_weight, chosen
from distscore.boosting.sources import InProcess, Served, Source
from distscore.boosting.targets import Rows, Targets
from distscore.client import Client, InvalidInput
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array


class OfRows:
    """What belongs to the targets of some rows; it never changes, so that a deep copy is the same object.

    It is pickled without its client, whose key is nobody else's: what comes out computes in process, to the same bits.
    """

    library: ClassVar[str]
    other_rows: ClassVar[str]  # what to do about those of another data set
    width_parameter: ClassVar[str]  # of the library: how many scores it predicts per row

    def __init__(self, targets: Targets, client: Client | None = None) -> None:
        self.targets = targets
        self.source: Source = InProcess() if client is None else Served(client, targets.reading.document)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "source": InProcess()}

    def predicted(self, raw: ArrayLike, weights: Array | None = None, rows: Rows | None = None) -> Batch:
        """The batch of all rows, or of those with these increasing numbers, with raw scores as predictions.

        Raises `Refused` where a parameter is beyond the doubles, InvalidInput for another number of rows or scores.
        """
        return self.targets.predicted(self._raw_scores(raw, rows), weights, rows)

    def _raw_scores(self, raw: ArrayLike, rows: Rows | None) -> Array:
        """Raw scores as doubles, row after row; raises InvalidInput unless there are as many as the rows need."""
        scores, width = np.ascontiguousarray(raw, np.float64), self.targets.width
        expected = self.targets.row_count if rows is None else len(rows)
        if len(scores) != expected:
            raise InvalidInput(
                "/predictions",
                f"{len(scores)} rows of raw scores, {expected} of targets, which belong to the rows of one data set, "
                f"in their order: {self.other_rows}",
            )
        if scores.size != expected * width:
            raise InvalidInput(
                "/predictions",
                f"raw scores of shape {scores.shape}, expected ({expected}, {width}): {self.width_parameter}={width}",
            )
        return scores


class Objective(OfRows):
    """The loss of some rows as a library of boosted trees minimizes it: gradient and second derivative of its sum.

    `start` is the best constant raw score of each column, `initial_scores()` the same for all rows.
    """

    built_in: ClassVar[tuple[BuiltIn, ...]]
    other_rows = "another data set, as each fold of a cross-validation, needs an objective of its own"

    def __init__(
        self, targets: Targets, hessian: Hessian = "library", floor: float | None = None, client: Client | None = None
    ) -> None:
        super().__init__(targets, client)
        self.second = chosen(hessian, targets.batch, self.library, self.built_in, floor)

    @property
    def start(self) -> Array:
        """The raw scores that all rows would best get, (width,), by maximum likelihood."""
        return self.targets.best_constant()

    def initial_scores(self, sample_weights: ArrayLike | None = None) -> Array:
        """The best constant raw scores, of weighted rows if they are, for every row: (rows,) or (rows, width)."""
        weights = None if sample_weights is None else np.asarray(sample_weights, np.float64)
        best, rows = self.targets.best_constant(weights), self.targets.row_count
        return np.full(rows, best[0]) if self.targets.width == 1 else np.tile(best, (rows, 1))

    def predictions(self, raw: ArrayLike) -> dict[str, Array]:
        """Raw scores of any rows as the prediction columns that POST /v1/score takes, before the activations."""
        return self.targets.reading.raw.split(np.ascontiguousarray(raw, np.float64))

    @property
    def activations(self) -> Mapping[str, str]:
        """The activation of each prediction column."""
        found: Mapping[str, str] = self.targets.reading.document["activations"]
        return found

    def derivatives(
        self, raw: ArrayLike, weights: Array | None = None, rows: Rows | None = None
    ) -> tuple[Array, Array]:
        """Gradient and second derivative of the sum of weighted losses, both in the shape of the raw scores.

        Of all rows, or of those with these increasing numbers. Raises as `predicted` does, and InvalidInput where a
        second derivative is negative.
        """
        batch = self.predicted(raw, weights, rows)
        numbers = batch.row_numbers if rows is None else rows[batch.row_numbers]
        of_rows = _weights(batch)
        joined = self.targets.reading.raw.joined
        gradient, second = map(joined, self.source.derivatives(batch, self.second.output))
        found = by_weight(gradient, of_rows), self.second.weighted(second, of_rows, numbers)
        for each in found:
            _check_finite(each, numbers)
        gradient, second = (batch.in_place(each).reshape(np.shape(raw)) for each in found)
        return gradient, second


class Metric(OfRows):
    """The weighted mean of the losses of some rows, as a library watches it on data that it does not grow trees for."""

    other_rows = "a library asks a metric about every data set that it watches, so let it watch this one alone"

    def __init__(self, targets: Targets, name: str = "", client: Client | None = None) -> None:
        super().__init__(targets, client)
        self.__name__ = name or targets.batch.loss.name

    def value(self, raw: ArrayLike, weights: Array | None = None) -> float:
        """The weighted mean of the losses of all rows; infinite where one is."""
        return self.source.value(self.predicted(raw, weights))


def _weights(batch: Batch) -> Array | None:
    """The weight of each row, its votes among them; None where all are 1."""
    voted = batch.target_form.counts_votes and batch.count_weighting == "votes"
    return batch.weights if voted or batch.sample_weights is not None else None


def _check_finite(derivatives: Array, rows: Rows) -> None:
    """Raises InvalidInput that names the first row with an infinite derivative."""
    finite = np.isfinite(derivatives)
    if not finite.all():
        first = np.flatnonzero(~finite.reshape(len(rows), -1).all(axis=1))[0]
        detail = f"row {rows[first]} has derivatives beyond the doubles: {derivatives[first].tolist()}"
        raise InvalidInput("/predictions", detail)
