"""Is every class calibrated by itself? Its predictions against its targets, in 15 bins of its own probability."""

from functools import partial
from typing import Any

import numpy as np

from distscore.core.diagnostics.calibration import BITS, bin_of
from distscore.core.diagnostics.marginal import label_weights
from distscore.core.diagnostics.sums.tallies import BINS, Summary, Sums, Tally, add, bins_of
from distscore.core.diagnostics.sums.view import ClassView
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import ExactSums, quotient


class ClasswiseTally(Tally):
    """Sums of w (q - p) per class and bin but the first, where most entries are: it is what the others leave."""

    def __init__(self, batch: Batch) -> None:
        self._sums = ExactSums(BINS * batch.width)

    def observe(self, view: ClassView) -> None:
        q = view.in_line(view.q)
        at = np.flatnonzero(q >= 1 / BINS)
        classes, rows = view.q.shape
        k = at // rows if view.order == "C" else at % classes
        weighing = [(None if weights is None else view.in_line(weights)[at], size) for weights, size in view.weighing]
        into = partial(self._sums.add_groups, k * BINS + bin_of(q[at]))
        add(view.in_line(view.gap)[at], weighing, into, BITS)

    def sums(self) -> dict[str, list[int]]:
        return {"class_bins": self._sums.totals()}


def with_first_bins(sums: Sums) -> list[int]:
    """The bins of all classes, with the first one."""
    bins = list(sums["class_bins"])
    for k, (q, p) in enumerate(zip(sums["class_prediction"], sums["class_target"], strict=True)):
        bins[k * BINS] = q - p - sum(bins_of(bins, k))
    return bins


def errors(summary: Summary) -> list[float | None]:
    """The expected calibration error of each class or label."""
    bins, weights = summary.sums["class_bins"], label_weights(summary)
    gaps = [sum(map(abs, bins_of(bins, k))) for k in range(len(weights))]
    return [quotient(gap, weight) if weight > 0 else None for gap, weight in zip(gaps, weights, strict=True)]


def classwise_calibration(summary: Summary) -> dict[str, Any]:
    """The mean over classes, and each class."""
    each = errors(summary)
    known = [error for error in each if error is not None]
    return {
        "expected_calibration_error": sum(known) / len(known) if known else None,
        "classes": [
            {"index": k, "name": summary.subject.name_of(k), "expected_calibration_error": error}
            for k, error in enumerate(each)
        ],
    }
