"""Does the loss, with its options, want the target at all? The prediction that it likes best for the mean target.

It is not the target for focal, class_weights and positive_weight in cross-entropy, label_smoothing, and for the
parameter of a continuous Bernoulli.
"""

from dataclasses import replace
from typing import Annotated, Any, NotRequired, TypedDict

import numpy as np

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.requirements import OPTIMUM
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.what_if import IDENTITY, one_row, predicting
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import score
from distscore.core.exact.sums import exact_sum, quotient
from distscore.core.losses.cross_entropy import KLDivergence
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Options


class Optimum(TypedDict):
    """The prediction that the loss and its options like best for the mean target."""

    target: Annotated[list[float], "The mean target, before label smoothing and class weights."]
    column: Annotated[str, "The column that predictions were sent in."]
    prediction: Annotated[
        list[Number] | None,
        "What the loss likes best for the mean target, in that column, after its activation; of logits, which a "
        "constant may be added to, those of logsumexp 0. A number is null where no finite one is best, and all is null "
        "where the best prediction is not known.",
    ]
    probabilities: NotRequired[
        Annotated[list[float], "The same as probabilities, of class families whose predictions are sent otherwise."]
    ]
    divergence: Annotated[Number, "Divergence of that prediction from the mean target: 0 where the loss is proper."]


class OptimumForMeanTarget(RowDiagnostic):
    """The mean target, the best prediction for it, and how far that is from it."""

    name = "optimum"
    answer = Optimum
    on_request = True
    requires = (OPTIMUM,)

    def report_rows(self, rows: ScoredRows) -> Optimum:
        return optimum_of(rows.batch) if rows.batch.family.has_classes else optimum_for_mean(rows.batch)


def optimum_of(batch: Batch) -> Optimum:
    """The best prediction for the mean target of a batch of a class family."""
    target, form = mean_target(batch), batch.prediction_form
    column = form.columns[0].name
    best = score(one_row(batch, target), frozenset({"optima"})).optima.get("probabilities")
    if best is None:
        return {"target": target, "column": column, "prediction": None, "divergence": None}
    plain = one_row(batch, target, KLDivergence())
    divergence = score(replace(predicting(plain, "probabilities", best), reduction="mean"), frozenset()).value
    with np.errstate(divide="ignore"):
        prediction = np.ravel(form.column_at(best, batch.options))
    optimum: Optimum = {
        "target": target,
        "column": column,
        "prediction": [finite(number) for number in prediction.tolist()],
        "divergence": finite(divergence),
    }
    return optimum if column == "probabilities" else {**optimum, "probabilities": np.ravel(best).tolist()}


def mean_target(batch: Batch) -> list[float]:
    """Weighted mean of the target probabilities, as they are before label smoothing and class weights."""
    recorder = Recorder(replace(batch, options=replace(batch.options, label_smoothing=0.0)), (ClassTally,))
    scored = score(recorder.batch, frozenset(), observers=[recorder])
    return marginal.mean_target_of_each(recorder.summary(scored))


def optimum_for_mean(batch: Batch) -> Optimum:
    """Of a family of values whose parameter is not its mean: the column that was sent, where it has the mean target."""
    expected = ExpectedStatistics()
    weights = score(batch, frozenset(), observers=[expected]).weights
    mean = quotient(exact_sum(weights * np.concatenate(expected.means)), exact_sum(weights))
    form = next(form for form in batch.family.targets if form.columns[0].name == "expectations")
    single = replace(
        batch,
        target_form=form,
        targets={"expectations": np.array([[mean]])},
        predictions={name: values[:1] for name, values in batch.predictions.items()},
        options=Options(),
        sample_weights=None,
        kept=None,
    )
    best = score(single, frozenset({"optima"})).optima
    ((column, found),) = ((column.name, best[column.name]) for column in batch.prediction_form.columns)
    identity = dict.fromkeys(batch.predictions, IDENTITY)
    at_best = replace(single, predictions=dict.fromkeys(batch.predictions, found), activations=identity)
    divergences = score(at_best, frozenset({"divergences"})).divergences
    divergence = None if divergences is None else finite(float(divergences[0]))
    prediction = [finite(number) for number in np.ravel(found).tolist()]
    return {"target": [mean], "column": column, "prediction": prediction, "divergence": divergence}


class ExpectedStatistics:
    """The expectation of the one sufficient statistic of each row that it observes."""

    def __init__(self) -> None:
        self.means: list[Array] = []

    def observe(self, block: Block) -> None:
        """Keep the expectations of the rows of a block."""
        target: Any = block.target  # of an exponential family: see `members.ExpectedStatistics`
        self.means.append(target.expectations[0][: block.count])
