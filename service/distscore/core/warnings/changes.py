"""What a user should know that options, weights and zeros did to the batch."""

from dataclasses import replace

import numpy as np

from distscore.core.diagnostics.records import finite
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.losses.cross_entropy import CrossEntropy
from distscore.core.warnings.notice import Notice, any_in_row, in_rows, kept


def changes(batch: Batch, scored: Scored) -> list[Notice]:
    """What options did to the batch, how its counts weigh, and where a prediction of 0 made the loss infinite."""
    if not batch.row_count:
        return []
    found = (_moved_optimum(batch), _smoothed_twice(batch), _fractional_counts(batch), _votes(batch), _clipped(batch))
    return [notice for notices in (*found, _impossible(batch, scored)) for notice in notices]


def _moved_optimum(batch: Batch) -> list[Notice]:
    options = batch.options
    by_class = options.class_weights is not None and batch.family.exclusive
    by_outcome = np.any(np.asarray(options.positive_weight) != 1)
    moves = batch.loss.weights_move_optimum and (by_class or by_outcome)
    return [Notice("weights_move_optimum", batch.row_count)] if moves else []


def _smoothed_twice(batch: Batch) -> list[Notice]:
    if not batch.options.label_smoothing:
        return []
    soft = [kept(batch, batch.targets[name]) for name in ("probabilities", "logits") if name in batch.targets]
    wrong = [any_in_row((values != 0) & (values != 1)) for values in soft]
    return [notice for rows in wrong for notice in in_rows("label_smoothing_on_soft_targets", rows)]


def _fractional_counts(batch: Batch) -> list[Notice]:
    counted = ["counts", "successes", "trials", *(["values", "samples"] if batch.family.kind == "count" else [])]
    sent = [kept(batch, batch.targets[name]) for name in counted if name in batch.targets]
    fractional = [any_in_row(values != np.floor(values)) for values in sent]
    return in_rows("non_integer_counts", np.any(fractional, axis=0)) if fractional else []


def _votes(batch: Batch) -> list[Notice]:
    if not batch.target_form.counts_votes or batch.count_weighting != "votes" or batch.row_count == 1:
        return []
    votes = batch.votes
    least, most = float(votes.min()), float(votes.max())
    return [] if least == most else [Notice("counts_weight_rows", batch.row_count, [], {"least": least, "most": most})]


def _clipped(batch: Batch) -> list[Notice]:
    clip = batch.options.clip
    if not clip:
        return []
    mask, sent = batch.options.mask, batch.predictions["probabilities"]
    if batch.family.exclusive:
        counted = kept(batch, sent)
        divided = mask is not None or batch.options.normalization == "rescale"
        wrong = counted < (clip * np.add.reduce(counted, axis=1, keepdims=True) if divided else clip)
    else:
        wrong = (sent < clip) | (sent > 1 - clip)
    if mask is not None:
        wrong = wrong & (mask > 0)
    if not wrong.any():
        return []
    unclipped = score(replace(batch, options=replace(batch.options, clip=0.0)), frozenset()).value
    entries = float(np.count_nonzero(wrong))
    return in_rows("clipped", any_in_row(wrong), entries=entries, unclipped_value=finite(unclipped))


def _impossible(batch: Batch, scored: Scored) -> list[Notice]:
    """Rows of infinite loss where a predicted probability of 0 is the cause: their cross-entropy is infinite, too."""
    if batch.prediction_form.columns[0].name not in ("probabilities", "log_probabilities"):
        return []
    assert scored.losses is not None
    infinite = np.isposinf(scored.losses)
    if not infinite.any():
        return []
    cross_entropies = score(replace(batch, loss=CrossEntropy()), frozenset()).losses
    assert cross_entropies is not None
    return in_rows("zero_prediction_with_target_mass", infinite & np.isposinf(cross_entropies))
