"""The loss of the best prediction that is the same for all rows, and by how much the predictions are better."""

from dataclasses import dataclass, replace

import numpy as np

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.best_constant import BestConstant, always, best_constant, difference
from distscore.core.diagnostics.records import Figure, finite
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.special.elementwise import Array


@dataclass(frozen=True)
class Baseline:
    """Mean loss of the best constant prediction, and that loss minus the one of the predictions, paired by row."""

    marginal: Figure
    gain: Figure


def baseline(batch: Batch, scored: Scored, summary: Summary) -> Baseline | None:
    """Of a scored batch; None where there is no best constant."""
    known = marginal.value(summary) if batch.family.has_classes else None
    yours = summary.mean("loss")
    if known is not None and yours is not None and not summary.weights.several:  # one row has no standard error
        return Baseline({"value": known, "standard_error": None}, {"value": known - yours, "standard_error": None})
    constant = _of_classes(batch, summary) if batch.family.has_classes else best_constant(batch)
    if constant.reason or scored.losses is None:
        return None
    other = score(replace(always(batch, constant), reduction="mean"), frozenset())
    assert other.losses is not None
    value, error = finite(other.value), finite(other.value_standard_error)
    value = value if known is None else known  # as a merged report has it, where sums tell
    gained = difference(other.losses, scored.losses, scored.weights)
    return Baseline({"value": value, "standard_error": error}, gained)


def constant_probabilities(batch: Batch, shares: Array) -> BestConstant:
    """These probabilities of classes or labels, (width,), as a prediction for every row of a batch."""
    return BestConstant({"probabilities": shares if batch.prediction_form.columns[0].rank == 2 else shares[0]})


def _of_classes(batch: Batch, summary: Summary) -> BestConstant:
    """The mean target, as weights of outcomes shift it for a loss whose optimum they move."""
    masked = batch.options.mask is not None and batch.family.exclusive
    if masked and batch.loss.kl_multiple:
        return best_constant(batch)
    if summary.weights.total <= 0:
        return BestConstant(reason="no_weight")
    masses = marginal.mean_masses(summary) if batch.loss.weights_move_optimum else None
    shares = np.array(marginal.prediction(summary)) if masses is None else marginal.best_shares(masses)
    if shares is None:
        return BestConstant(reason="degenerate_targets")
    return constant_probabilities(batch, shares)
