"""Batches that answer what if: the same prediction in every row, or one row that stands for all."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.tallies import Summary
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Options
from distscore.core.theory.distributions import Family, PredictionForm
from distscore.core.theory.losses import AnyLoss

IDENTITY = ACTIVATIONS["identity"]


def prediction_form(family: Family, column: str) -> PredictionForm:
    """The form of a family that has just one column, of this name."""
    return next(form for form in family.predictions if [each.name for each in form.columns] == [column])


def predicting(batch: Batch, column: str, values: Array) -> Batch:
    """The batch with other predictions, sent as one column."""
    form = prediction_form(batch.family, column)
    return replace(batch, prediction_form=form, predictions={column: values}, activations={column: IDENTITY})


def always(batch: Batch, prediction: Sequence[float]) -> Batch:
    """The batch with the same probabilities predicted in every row."""
    values = np.asarray(prediction)
    row = values if batch.prediction_form.columns[0].rank == 2 else values[0]
    shape = (batch.row_count, *row.shape)
    return predicting(batch, "probabilities", np.ascontiguousarray(np.broadcast_to(row, shape)))


def mean_target(batch: Batch) -> list[float]:
    """Weighted mean of the target probabilities, as they are before label smoothing and class weights."""
    recorder = Recorder(replace(batch, options=replace(batch.options, label_smoothing=0.0)), {"classes"})
    scored = score(recorder.batch, frozenset(), observers=[recorder])
    return recorder.summary(scored).class_means


def one_row(batch: Batch, target: Sequence[float], loss: AnyLoss | None = None) -> Batch:
    """A batch of this one target, under the loss and options of `batch`, or a plain loss."""
    values = np.asarray(target)[None] if batch.prediction_form.columns[0].rank == 2 else np.asarray(target)
    options = replace(batch.options, mask=None, normalization="none", clip=0.0) if loss is None else Options()
    single = replace(
        batch,
        target_form=batch.family.targets[0],
        targets={"probabilities": values},
        options=options,
        loss=batch.loss if loss is None else loss,
        sample_weights=None,
        reduction="mean",
    )
    return predicting(single, "probabilities", np.full_like(values, 0.5))


def marginal(batch: Batch, summary: Summary) -> dict[str, float | None]:
    """What always predicting the mean target would score, with its standard error, under any loss."""
    whole = sum(summary.class_means) or 1.0
    shares = [mean / whole for mean in summary.class_means] if summary.subject.exclusive else summary.class_means
    scored = score(replace(always(batch, shares), reduction="mean"), frozenset())
    return {"value": scored.value, "standard_error": scored.value_standard_error}
