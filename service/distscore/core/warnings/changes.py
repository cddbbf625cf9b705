"""What a user should know about the input: what was changed on request, and what looks like a slip."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score

LISTED = 10  # rows that a warning names


@dataclass(frozen=True)
class Notice:
    """A warning: how often, where first, and the numbers behind it."""

    code: str
    message: str
    count: int = 0
    rows: list[int] = field(default_factory=list)
    numbers: Mapping[str, float | None] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "code": self.code,
            "message": self.message,
            "count": self.count,
            "rows": self.rows,
            "numbers": dict(self.numbers),
        }


def at(code: str, message: str, wrong: NDArray[np.bool_], **numbers: float | None) -> list[Notice]:
    """A notice about some rows, if there are any."""
    rows = np.flatnonzero(wrong)
    return [Notice(code, message, len(rows), rows[:LISTED].tolist(), numbers)] if len(rows) else []


def by_row(wrong: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows have a wrong entry."""
    return wrong if wrong.ndim == 1 else np.any(wrong, axis=1)


def changes(batch: Batch, scored: Scored) -> list[Notice]:
    """What the options did to the batch, and where it made the loss infinite."""
    if not batch.row_count:
        return []
    return [*_options(batch), *_counts(batch), *_clipped(batch), *_impossible(batch, scored)]


def _options(batch: Batch) -> list[Notice]:
    options = batch.options
    notices = []
    moves = batch.loss.name == "cross_entropy" and options.class_weights is not None and batch.family.exclusive
    if moves or np.any(np.asarray(options.positive_weight) != 1):
        message = (
            "These weights move the optimum: the best prediction is proportional to weight times target. "
            "generalized_kl_divergence and brier take class weights and keep it in place."
        )
        notices.append(Notice("weights_move_optimum", message, batch.row_count))
    if options.label_smoothing:
        values = batch.targets.get("probabilities")
        if values is None:
            values = batch.targets.get("logits")
        if values is not None:
            message = "Label smoothing was asked for targets that are soft already: they are smoothed twice."
            soft = (values != 0) & (values != 1)
            notices += at("label_smoothing_on_soft_targets", message, by_row(soft))
    return notices


def _counts(batch: Batch) -> list[Notice]:
    notices: list[Notice] = []
    fractional = np.zeros(batch.row_count, np.bool_)
    counted = [name for name in ("counts", "successes", "trials") if name in batch.targets]
    if batch.family.kind == "count":
        counted += [name for name in ("values", "samples") if name in batch.targets]
    for name in counted:
        wrong = batch.targets[name] != np.floor(batch.targets[name])
        fractional |= by_row(wrong)
    notices += at("non_integer_counts", "Counts that are no integers are taken as they are.", fractional)
    if batch.target_form.counts_votes and batch.count_weighting == "votes" and batch.row_count > 1:
        totals = batch.targets["trials"] if "trials" in batch.targets else batch.targets["counts"].sum(axis=1)
        if totals.min() != totals.max():
            message = "Each row weighs as many votes as it has; count_weighting rows gives every row the same weight."
            extremes = {"least": float(totals.min()), "most": float(totals.max())}
            notices.append(Notice("counts_weight_rows", message, batch.row_count, [], extremes))
    return notices


def _clipped(batch: Batch) -> list[Notice]:
    clip = batch.options.clip
    if not clip:
        return []
    mask, sent = batch.options.mask, batch.predictions["probabilities"]
    if batch.family.exclusive:
        kept = sent if mask is None else np.where(mask > 0, sent, 0.0)
        divided = mask is not None or batch.options.normalization == "rescale"
        wrong = kept < (clip * np.add.reduce(kept, axis=1, keepdims=True) if divided else clip)
    else:
        wrong = (sent < clip) | (sent > 1 - clip)
    if mask is not None:
        wrong = wrong & (mask > 0)
    if not wrong.any():
        return []
    unclipped = score(replace(batch, options=replace(batch.options, clip=0.0)), frozenset()).value
    message = f"Predicted probabilities beyond {clip:g} were moved there; their derivatives are 0."
    numbers = {"entries": float(np.count_nonzero(wrong)), "unclipped_value": _finite(unclipped)}
    return at("clipped", message, by_row(wrong), **numbers)


def _impossible(batch: Batch, scored: Scored) -> list[Notice]:
    assert scored.losses is not None
    if batch.prediction_form.columns[0].name not in ("probabilities", "log_probabilities"):
        return []
    message = "A prediction of 0 where the target has mass: the loss is infinite. Nothing was clipped."
    return at("zero_prediction_with_target_mass", message, np.isposinf(scored.losses))


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
