"""Is every class calibrated by itself? Its predictions against its targets, in 15 bins of its own probability."""

from typing import Any

import numpy as np

from service.core.blocks import Batch
from service.core.diagnostics.calibration import bin_of
from service.core.diagnostics.marginal import label_weights
from service.core.diagnostics.tallies import BINS, Summary, Tally, add, bins_of
from service.core.diagnostics.view import ClassView
from service.core.exact import ExactSums, quotient


class ClasswiseTally(Tally):
    """Sums of w (q - p) per class and bin."""

    def __init__(self, batch: Batch) -> None:
        self._sums = ExactSums(BINS * batch.width)

    def observe(self, view: ClassView) -> None:
        group = np.ravel(bin_of(view.q) + BINS * np.arange(len(view.q))[:, None], "K")
        add(view.gap, view.weighing, lambda x, bits: self._sums.add_groups(group, np.ravel(x, "K"), bits))

    def sums(self) -> dict[str, list[int]]:
        return {"class_bins": self._sums.totals()}


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
