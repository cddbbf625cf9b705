"""Can the probabilities be taken at their word? Predictions against targets, in 15 bins of the prediction.

Of classes the most probable one is looked at; of events and labels all. Soft targets are taken as they are: the error
of a bin is |mean prediction - mean target|, and the expected error weighs bins by their weight. Beside it stands the
usual error on hard labels, the most probable outcome of each target, and what the targets themselves would get there.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.sums.information import flat
from distscore.core.diagnostics.sums.tallies import BINS, RowTally, Summary, add, standard_error, weighings
from distscore.core.diagnostics.sums.view import ClassView
from distscore.core.exact.sums import UNIT, ExactSums, Workspace, quotient
from distscore.core.special.elementwise import Array

BITS = 74  # the multiple of 2^-bits to which an entry is taken: two levels of a sum in groups
COLUMNS = ("weight", "squared_weight", "prediction", "target", "squared_target", "hit")


def bin_of(q: Array) -> NDArray[np.intp]:
    """Which of the equal bins a probability falls in: [lower, upper), the last one closed."""
    return np.minimum(q * BINS, BINS - 1).astype(np.intp)


class CalibrationTally(RowTally):
    """Per bin of the prediction: weights, predictions, targets, hits of the hard label; and the targets' own misses."""

    def __init__(self) -> None:
        super().__init__()
        workspace = Workspace()
        self._sums = {name: ExactSums(BINS, workspace) for name in (*COLUMNS, "oracle")}

    def columns(self, view: ClassView) -> Sequence[Array]:
        if view.exclusive:
            own, top = view.peak_p.height, view.peak_q
            return view.weights, top.height, flat(view.target.p)[top.at], view.hit, own, own - 1
        label = view.p >= 0.5
        columns = view.kept_weights, view.q, view.p, np.where(label, 1.0, 0.0), view.p, view.p - label
        return [view.in_line(column) for column in columns]

    def gather(self, weights: Array, columns: Array) -> None:
        prediction, target, hit, own, miss = columns
        group, weighing = bin_of(prediction), weighings(weights)
        entries = {"prediction": prediction, "target": target, "squared_target": target * target, "hit": hit}
        for name, entry in entries.items():
            add(entry, weighing, partial(self._sums[name].add_groups, group), BITS)
        add(miss, weighing, partial(self._sums["oracle"].add_groups, bin_of(own)), BITS)
        self._sums["weight"].add_groups(group, weights)
        self._sums["squared_weight"].add_groups(group, weights * weights)

    def sums(self) -> dict[str, list[int]]:
        self.flush()
        return {f"calibration_{name}": sums.totals() for name, sums in self._sums.items()}


def calibration(summary: Summary) -> dict[str, Any]:
    """Expected and largest error against soft targets, its bins, and the error on hard labels."""
    by_bin = [{name: summary.sums[f"calibration_{name}"][b] for name in COLUMNS} for b in range(BINS)]
    whole = sum(bin_["weight"] for bin_ in by_bin)
    filled = [(b, bin_) for b, bin_ in enumerate(by_bin) if bin_["weight"] > 0]
    gaps = [abs(bin_["prediction"] - bin_["target"]) for _, bin_ in filled]
    hard = sum(abs(bin_["prediction"] - bin_["hit"]) for _, bin_ in filled)
    largest = [quotient(gap, bin_["weight"]) for gap, (_, bin_) in zip(gaps, filled, strict=True)]
    return {
        "expected_calibration_error": _ratio(sum(gaps), whole),
        "maximum_calibration_error": max(largest, default=None),
        "bins": [_record(b, bin_) for b, bin_ in filled],
        "hard_label": _ratio(hard, whole),
        "oracle": _ratio(sum(map(abs, summary.sums["calibration_oracle"])), whole),
    }


def _record(b: int, sums: dict[str, int]) -> dict[str, Any]:
    weight = sums["weight"]
    return {
        "lower": b / BINS,
        "upper": (b + 1) / BINS,
        "weight": quotient(weight, 1 << UNIT),
        "mean_prediction": quotient(sums["prediction"], weight),
        "mean_target": quotient(sums["target"], weight),
        "standard_error": standard_error(sums["target"], sums["squared_target"], weight, sums["squared_weight"]),
    }


def _ratio(total: int, weight: int) -> float | None:
    return quotient(total, weight) if weight > 0 else None
