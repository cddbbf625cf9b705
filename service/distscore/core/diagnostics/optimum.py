"""Does the loss, with its options, want the target at all? The prediction that it likes best for the mean target.

It is not the target for focal, class_weights and positive_weight in cross-entropy, label_smoothing, and for the
parameter of a continuous Bernoulli.
"""

from dataclasses import replace
from typing import Annotated, TypedDict

import numpy as np

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.what_if import one_row, predicting
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.losses.cross_entropy import KLDivergence


class Optimum(TypedDict):
    """The prediction that the loss and its options like best for the mean target."""

    target: Annotated[list[float], "The mean target, before label smoothing and class weights."]
    prediction: Annotated[list[float] | None, "What the loss likes best for it; absent where that is not known."]
    divergence: Annotated[Number, "KL divergence of that prediction from the mean target: 0 where the loss is proper."]


class OptimumForMeanTarget(RowDiagnostic):
    """The mean target, the best prediction for it, and how far that is from it."""

    name = "optimum"
    answer = Optimum
    on_request = True
    requires = (CLASSES,)

    def report_rows(self, rows: ScoredRows) -> Optimum:
        return optimum_of(rows.batch)


def optimum_of(batch: Batch) -> Optimum:
    """The best prediction for the mean target of a batch."""
    target = mean_target(batch)
    best = score(one_row(batch, target), frozenset({"optima"})).optima.get("probabilities")
    if best is None:
        return {"target": target, "prediction": None, "divergence": None}
    plain = one_row(batch, target, KLDivergence())
    divergence = score(replace(predicting(plain, "probabilities", best), reduction="mean"), frozenset()).value
    return {"target": target, "prediction": np.ravel(best).tolist(), "divergence": finite(divergence)}


def mean_target(batch: Batch) -> list[float]:
    """Weighted mean of the target probabilities, as they are before label smoothing and class weights."""
    recorder = Recorder(replace(batch, options=replace(batch.options, label_smoothing=0.0)), (ClassTally,))
    scored = score(recorder.batch, frozenset(), observers=[recorder])
    return marginal.mean_targets(recorder.summary(scored))
