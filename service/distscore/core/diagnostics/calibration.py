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
from distscore.core.diagnostics.sums.summary import Summary, Sums, added, mean_of
from distscore.core.diagnostics.sums.tally import BufferedTally, has_signs
from distscore.core.diagnostics.sums.weighing import GROUPED_BITS, Weighing, add_weighted, weighings
from distscore.core.engine.blocks import Batch
from distscore.core.exact.products import Factor
from distscore.core.exact.sums import UNIT, ExactSums, as_double, quotient
from distscore.core.exact.weighted_means import FINE, Series, Weights, standard_error_of_rounded
from distscore.core.families.classes.top import flat
from distscore.core.special.elementwise import Array

BINS = 15  # of a probability, equally wide
Bins = NDArray[np.intp]
Names = tuple[str, ...]
WEIGHED: Names = ("prediction", "target", "hit", "oracle")
WEIGHED_SQUARED: Names = ("weighted_target", "squared_target")
WEIGHTS: Names = ("weight", "squared_weight")
PLAIN: Names = ("prediction", "target", "squared_target", "oracle")  # of rows of weight 1


def bin_of(q: Array) -> Bins:
    """Which of the equal bins a probability falls in: [lower, upper), the last one closed."""
    return np.minimum(q * BINS, BINS - 1).astype(np.intp)


def together(groups: Sequence[Bins]) -> Bins:
    """The bins of several sums as those of one sum after the other."""
    return np.concatenate([group + k * BINS for k, group in enumerate(groups)])


class CalibrationTally(BufferedTally[ClassView]):
    """Per bin of the prediction: weights, predictions, targets, hits of the hard label; and the targets' own misses."""

    name = "calibration"
    requires = (CLASSES,)
    length = BINS

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        self._sums: dict[Names, ExactSums] = {}
        self._counts = np.zeros((2, BINS), np.int64)  # of rows of weight 1: all of them, and hits

    def columns(self, view: ClassView) -> Sequence[Array]:
        if view.exclusive:
            own, top = view.top_p.value, view.top_q
            return view.weights, top.value, flat(view.target.p)[top.at], view.hit, own, own - 1
        label = view.p >= 0.5
        columns = view.kept_weights, view.q, view.p, np.where(label, 1.0, 0.0), view.p, view.p - label
        return [view.in_line(column) for column in columns]

    def add(self, weights: Array, columns: Array) -> None:
        if not weights.all():
            counted = np.flatnonzero(weights)
            weights, columns = weights[counted], columns[:, counted]
        prediction, target, hit, own, miss = columns
        group, group_of_own = bin_of(prediction), bin_of(own)
        if (weights == 1).all():
            self._counts += np.bincount(group, minlength=BINS), np.bincount(group[hit > 0], minlength=BINS)
            groups = group, group, group, group_of_own
            self._add(PLAIN, groups, (prediction, target, target * target, miss), weighings(weights))
            return
        factor = Factor(weights)
        square, cut_off = factor.times(factor)  # exact: a bin of one row has no standard error
        self._add(WEIGHED, (group, group, group, group_of_own), (prediction, target, hit, miss), weighings(weights))
        self._add(WEIGHED_SQUARED, (group, group), (target, target * target), weighings(square))
        for parts in ((weights, square), (np.zeros_like(weights), cut_off)):
            self._sums_of(WEIGHTS).add_groups(together((group, group)), np.concatenate(parts))

    def _add(self, names: Names, groups: Sequence[Bins], entries: Sequence[Array], weighing: list[Weighing]) -> None:
        """Add weighted entries to the bins of several sums at once."""
        repeated = [
            each if each.weights is None else each._replace(weights=np.tile(each.weights, len(names)))
            for each in weighing
        ]
        into = partial(self._sums_of(names).add_groups, together(groups))
        add_weighted(np.concatenate(entries), repeated, into, GROUPED_BITS)

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        return has_signs(sums, (*WEIGHED, *WEIGHED_SQUARED, *WEIGHTS), signed=["oracle"])

    def sums(self) -> Sums:
        self.flush()
        count, hits = ([n << UNIT for n in each] for each in self._counts.tolist())
        plain = self._by_name(PLAIN)
        sums = {"hit": hits, "weighted_target": plain["target"], "weight": count, "squared_weight": count, **plain}
        for names in self._sums.keys() - {PLAIN}:
            sums |= {name: added(sums[name], column) for name, column in self._by_name(names).items()}
        return sums

    def _sums_of(self, names: Names) -> ExactSums:
        return self._sums.setdefault(names, ExactSums(BINS * len(names)))

    def _by_name(self, names: Names) -> dict[str, Sequence[int]]:
        totals = self._sums_of(names).totals()
        return {name: totals[k * BINS :][:BINS] for k, name in enumerate(names)}


class Bin(TypedDict):
    """Rows, or labels of rows, whose predicted probability is in [lower, upper); in the last bin up to 1."""

    lower: Annotated[float, "Where the bin begins."]
    upper: Annotated[float, "Where it ends."]
    weight: Annotated[float, "Sum of the weights in the bin."]
    mean_prediction: Annotated[Number, "Mean predicted probability."]
    mean_target: Annotated[Number, "Mean target probability."]
    standard_error: Annotated[
        Number,
        "Of the mean target; null where fewer than two rows count, or where targets differ by less than 1e-7 of "
        "themselves, which rounding hides.",
    ]


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
        bins = {b: {name: column[b] for name, column in sums.items()} for b in range(BINS) if sums["weight"][b] > 0}
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
    """The record of a bin that is not empty; its targets are all 0 or all 1 if their mean is."""
    weight = sums["weight"]
    weights = Weights(weight, sums["squared_weight"] << FINE)
    targets = Series(sums["target"] << FINE, sums["weighted_target"] << FINE, sums["squared_target"] << FINE)
    error = standard_error_of_rounded(targets, weights)
    if weights.several and sums["target"] in (0, weight):
        error = 0.0
    return {
        "lower": b / BINS,
        "upper": (b + 1) / BINS,
        "weight": as_double(weight),
        "mean_prediction": quotient(sums["prediction"], weight),
        "mean_target": quotient(sums["target"], weight),
        "standard_error": error,
    }
