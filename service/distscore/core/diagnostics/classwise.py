"""Is every class calibrated by itself? Its predictions against its targets, in 15 bins of its own probability."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, ClassVar, TypedDict

import numpy as np

from distscore.core.diagnostics.calibration import BINS, bin_of
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.marginal import label_weights
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import CLASSES, FEW_CLASSES, Requirement
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.summary import Summary, Sums, mean_of
from distscore.core.diagnostics.sums.tally import BlockTally, has_signs
from distscore.core.diagnostics.sums.weighing import GROUPED_BITS, add_weighted
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import ExactSums


class ClasswiseTally(BlockTally[ClassView]):
    """Sums of w (q - p) per class and bin but the first, where most entries are: it is what the others leave."""

    name = "classwise"
    requires: ClassVar[tuple[Requirement, ...]] = (CLASSES,)
    length = BINS
    per_class = True

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        self._sums = ExactSums(BINS * batch.width)

    def observe(self, view: ClassView) -> None:
        q = view.in_line(view.q)
        at = np.flatnonzero(q >= 1 / BINS)
        classes, rows = view.q.shape
        k = at // rows if view.order == "C" else at % classes
        weighing = [
            each if each.weights is None else each._replace(weights=view.in_line(each.weights)[at])
            for each in view.weighing
        ]
        into = partial(self._sums.add_groups, k * BINS + bin_of(q[at]))
        add_weighted(view.in_line(view.error)[at], weighing, into, GROUPED_BITS)

    def sums(self) -> Sums:
        return {"bins": self._sums.totals()}

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        return has_signs(sums, ["bins"], signed=["bins"])


class FewClasswiseTally(ClasswiseTally):
    """The same sums, where there are few classes."""

    requires = (CLASSES, FEW_CLASSES)


class ClassCalibration(TypedDict):
    """Calibration of one class or label."""

    index: Annotated[int, "Position of the class or label, from 0."]
    name: Annotated[str, "Its name in `classes`; its position where none were given."]
    expected_calibration_error: Annotated[Number, "Mean of |mean prediction - mean target| over the bins, by weight."]


class ClasswiseCalibration(TypedDict):
    """Calibration of every class or label by its own probability, in 15 equal bins."""

    expected_calibration_error: Annotated[Number, "The mean over classes."]
    classes: Annotated[list[ClassCalibration], "Each class, in the order of `classes`."]


class CalibrationOfClasses(Diagnostic):
    """The expected calibration error of each class."""

    name = "classwise_calibration"
    answer = ClasswiseCalibration
    on_request = True
    sums = (ClassTally, ClasswiseTally)

    def report(self, summary: Summary, rows: ScoredRows | None) -> ClasswiseCalibration:
        each = calibration_errors(summary)
        known = [error for error in each if error is not None]
        return {
            "expected_calibration_error": sum(known) / len(known) if known else None,
            "classes": [
                {"index": k, "name": summary.subject.name_of(k), "expected_calibration_error": error}
                for k, error in enumerate(each)
            ],
        }


def calibration_errors(summary: Summary) -> list[float | None]:
    """The expected calibration error of each class or label."""
    bins, errors = summary.tallies[ClasswiseTally.name]["bins"], summary.tallies[ClassTally.name]["error"]
    sizes = [sum_of_sizes(bins[k * BINS : (k + 1) * BINS], error) for k, error in enumerate(errors)]
    weights = label_weights(summary)
    return [mean_of(size, weight.total) for size, weight in zip(sizes, weights, strict=True)]


def sum_of_sizes(bins: Sequence[int], whole: int) -> int:
    """Sum of the absolute bins of a class, the first of which is what the others leave of the whole."""
    others = bins[1:]
    return abs(whole - sum(others)) + sum(map(abs, others))
