"""Can the probabilities be taken at their word? Predictions against targets, in 15 bins of the prediction.

Of classes the most probable one is looked at; of events and labels all. Soft targets are taken as they are: the error
of a bin is |mean prediction - mean target|, and the expected error weighs bins by their weight. Beside it stands the
usual error on hard labels, the most probable outcome of each target, and what the targets themselves would get there.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, TypedDict

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.information import flat
from distscore.core.diagnostics.sums.summary import Summary, Sums, mean_of
from distscore.core.diagnostics.sums.tally import BufferedTally, has_signs
from distscore.core.diagnostics.sums.weighing import GROUPED_BITS, add_weighted, weighings
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import ExactSums, Workspace, as_double, quotient
from distscore.core.exact.weighted_means import FINE, Factor, Series, Weights, standard_error
from distscore.core.special.elementwise import Array

BINS = 15  # of a probability, equally wide
COLUMNS = ("weight", "squared_weight", "prediction", "target", "weighted_target", "squared_target", "hit")


def bin_of(q: Array) -> NDArray[np.intp]:
    """Which of the equal bins a probability falls in: [lower, upper), the last one closed."""
    return np.minimum(q * BINS, BINS - 1).astype(np.intp)


class CalibrationTally(BufferedTally[ClassView]):
    """Per bin of the prediction: weights, predictions, targets, hits of the hard label; and the targets' own misses."""

    name = "calibration"
    requires = (CLASSES,)
    length = BINS

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        workspace = Workspace()
        self._sums = {name: ExactSums(BINS, workspace) for name in (*COLUMNS, "oracle")}

    def columns(self, view: ClassView) -> Sequence[Array]:
        if view.exclusive:
            own, top = view.peak_p.height, view.peak_q
            return view.weights, top.height, flat(view.target.p)[top.at], view.hit, own, own - 1
        label = view.p >= 0.5
        columns = view.kept_weights, view.q, view.p, np.where(label, 1.0, 0.0), view.p, view.p - label
        return [view.in_line(column) for column in columns]

    def add(self, weights: Array, columns: Array) -> None:
        prediction, target, hit, own, miss = columns
        group, weighing, squared = bin_of(prediction), weighings(weights), weighings(weights * weights)
        for name, entry in {"prediction": prediction, "target": target, "hit": hit}.items():
            add_weighted(entry, weighing, partial(self._sums[name].add_groups, group), GROUPED_BITS)
        for name, entry in {"weighted_target": target, "squared_target": target * target}.items():
            add_weighted(entry, squared, partial(self._sums[name].add_groups, group), GROUPED_BITS)
        add_weighted(miss, weighing, partial(self._sums["oracle"].add_groups, bin_of(own)), GROUPED_BITS)
        self._sums["weight"].add_groups(group, weights)
        factor = Factor(weights)
        for part in factor.times(factor):  # exact: a bin of one row has no standard error
            self._sums["squared_weight"].add_groups(group, part)

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        return has_signs(sums, (*COLUMNS, "oracle"), signed=["oracle"])

    def sums(self) -> Sums:
        self.flush()
        return {name: sums.totals() for name, sums in self._sums.items()}


class Bin(TypedDict):
    """ScoredRows, or labels of rows, whose predicted probability is in [lower, upper); in the last bin up to 1."""

    lower: Annotated[float, "Where the bin begins."]
    upper: Annotated[float, "Where it ends."]
    weight: Annotated[float, "Sum of the weights in the bin."]
    mean_prediction: Annotated[Number, "Mean predicted probability."]
    mean_target: Annotated[Number, "Mean target probability."]
    standard_error: Annotated[Number, "Of the mean target; null where fewer than two rows count."]


class Calibration(TypedDict):
    """Calibration of the top class's probability, or of every label's, against soft targets."""

    expected_calibration_error: Annotated[Number, "Mean of |mean prediction - mean target| over the bins, by weight."]
    maximum_calibration_error: Annotated[Number, "The largest of them."]
    bins: Annotated[list[Bin], "Those of 15 equal bins of the prediction that are not empty."]
    hard_label: Annotated[Number, "The expected error if every target were its most probable class."]
    oracle: Annotated[Number, "What the targets themselves would get from hard labels."]


class CalibrationInBins(Diagnostic):
    """Expected and largest error against soft targets, the bins, and the error on hard labels."""

    name = "calibration"
    answer = Calibration
    sums = (CalibrationTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Calibration:
        sums = summary.tallies[CalibrationTally.name]
        bins = {b: {name: sums[name][b] for name in COLUMNS} for b in range(BINS) if sums["weight"][b] > 0}
        whole = sum(each["weight"] for each in bins.values())
        errors = [abs(each["prediction"] - each["target"]) for each in bins.values()]
        hard = sum(abs(each["prediction"] - each["hit"]) for each in bins.values())
        largest = [quotient(error, each["weight"]) for error, each in zip(errors, bins.values(), strict=True)]
        return {
            "expected_calibration_error": mean_of(sum(errors), whole),
            "maximum_calibration_error": max(largest, default=None),
            "bins": [record(b, each) for b, each in bins.items()],
            "hard_label": mean_of(hard, whole),
            "oracle": mean_of(sum(map(abs, sums["oracle"])), whole),
        }


def record(b: int, sums: Mapping[str, int]) -> Bin:
    """The record of a bin that is not empty."""
    weight = sums["weight"]
    targets = Series(*(sums[name] << FINE for name in ("target", "weighted_target", "squared_target")))
    return {
        "lower": b / BINS,
        "upper": (b + 1) / BINS,
        "weight": as_double(weight),
        "mean_prediction": quotient(sums["prediction"], weight),
        "mean_target": quotient(sums["target"], weight),
        "standard_error": standard_error(targets, Weights(weight, sums["squared_weight"] << FINE)),
    }
