"""The targets of some rows, read and checked once, and what raw scores lose against them, call after call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.boosting.reading import read_request
from distscore.client import InvalidInput
from distscore.core.diagnostics.best_constant import best_constant
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array
from distscore.local.answers import refusing
from distscore.wire.errors.place import Place
from distscore.wire.read.array import numbers
from distscore.wire.read.column import Rules, check, read
from distscore.wire.read.weights import check_weights

Rows = NDArray[np.intp]


class Targets:
    """Targets with all that a score depends on, but for the predictions; pickled as what it was made of."""

    def __init__(self, members: Mapping[str, Any], predictions: Sequence[str] | None = None) -> None:
        if isinstance(predictions, str):
            raise InvalidInput("/predictions", f"this is one word; expected a list of columns, as [{predictions!r}]")
        self.made_of = dict(members), predictions
        with refusing():
            self.reading = read_request(members, predictions)
        members_read, batch = self.reading.score.members, self.reading.score.batch
        self.batch = replace(batch, reduction="none")
        self._rules = Rules(batch.width, None, members_read.normalization, members_read.temperature)

    def __getstate__(self) -> tuple[dict[str, Any], Sequence[str] | None]:
        return self.made_of

    def __setstate__(self, made_of: tuple[dict[str, Any], Sequence[str] | None]) -> None:
        Targets.__init__(self, *made_of)

    @property
    def row_count(self) -> int:
        """How many rows the targets have, those that do not count among them."""
        return self.batch.sent_row_count

    @property
    def width(self) -> int:
        """How many raw scores a row has."""
        return self.reading.raw.width

    def predicted(self, raw: Array, weights: Array | None = None, rows: Rows | None = None) -> Batch:
        """The batch with these raw scores as predictions, of all rows or of some by their increasing numbers.

        Raises `Refused` where a score is not finite, or a parameter beyond the doubles.
        """
        batch = self.batch if rows is None else self.batch.take(rows)
        columns, at = self.reading.raw.split(raw.astype(np.float64, copy=False)), Place()
        if batch.kept is not None:
            columns = {name: values[batch.kept] for name, values in columns.items()}
        if batch.options.mask is not None:
            columns = {name: np.where(batch.options.mask > 0, each, 0.0) for name, each in columns.items()}
        with refusing():
            self._check(columns, batch.row_numbers if rows is None else rows[batch.row_numbers], at)
            at.refuse()
            return replace(weighted(batch, weights), predictions=columns)

    def _check(self, columns: Mapping[str, Array], rows: Rows, at: Place) -> None:
        """Note what is wrong with predictions, by the numbers of the rows."""
        for column in self.batch.prediction_form.columns:
            place = replace(at.child("predictions", column.name), row_numbers=rows)
            activation = self.reading.document["activations"][column.name]
            sent = read("predictions", column, columns[column.name], place, activation=activation)
            if sent is not None:
                check(sent, self._rules)

    def best_constant(self, weights: Array | None = None) -> Array:
        """The raw scores, (width,), that all rows would best get: by maximum likelihood, the loss whatever it is."""
        with refusing():
            batch = weighted(replace(self.batch, reduction="mean"), weights)
        constant = best_constant(batch)
        if constant.reason:
            raise InvalidInput("/targets", f"they have no best constant prediction: {constant.reason}")
        parameters = dict(constant.parameters)
        if batch.family.has_classes:
            with np.errstate(divide="ignore"):
                column, at = batch.prediction_form.columns[0].name, parameters["probabilities"]
                parameters = {column: batch.prediction_form.column_at(at, batch.options)}
        raw = {name: batch.activations[name].raw(np.asarray(value)) for name, value in parameters.items()}
        start = self.reading.raw.joined({name: value[None] for name, value in raw.items()}).reshape(self.width)
        if not np.isfinite(start).all():
            detail = f"their best constant scores are not finite: {start.tolist()}; start from scores of your own"
            raise InvalidInput("/targets", detail)
        return start


def weighted(batch: Batch, weights: Array | None) -> Batch:
    """The batch with the weights of all rows that were sent; raises InvalidRequest for negative ones or too few."""
    if weights is None:
        return batch
    at = Place(("sample_weights",))
    found = numbers(weights, 1, at)
    if found is not None:
        check_weights(found, batch.sent_row_count, at, may_be_zero=True)
    at.refuse()
    assert found is not None
    return replace(batch, sample_weights=found if batch.kept is None else found[batch.kept])
