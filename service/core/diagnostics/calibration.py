"""Can the probabilities be taken at their word? Predictions against targets, in 15 bins of the prediction.

Of classes the most probable one is looked at; of events and labels all. Soft targets are taken as they are: the error
of a bin is |mean prediction - mean target|, and the expected error weighs bins by their weight. Beside it stands the
usual error on hard labels, the most probable outcome of each target, and what the targets themselves would get there.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.core.diagnostics.tallies import RowTally, Summary, standard_error
from service.core.diagnostics.view import ClassView
from service.core.exact import ExactSums, quotient
from service.core.numerics import Array

BINS = 15
COLUMNS = ("weight", "squared_weight", "prediction", "target", "squared_target", "hit")


def bin_of(q: Array) -> NDArray[np.intp]:
    """Which of the equal bins a probability falls in: [lower, upper), the last one closed."""
    return np.minimum((q * BINS).astype(np.intp), BINS - 1)


class CalibrationTally(RowTally):
    """Per bin of the prediction: weights, predictions, targets, hits of the hard label; and the targets' own misses."""

    def __init__(self) -> None:
        super().__init__()
        self._sums = ExactSums(len(COLUMNS) * BINS)
        self._oracle = ExactSums(BINS)

    def columns(self, view: ClassView) -> Array:
        if view.exclusive:
            p, q, best_p, best_q = view.target.p, view.prediction.q, view.best_p, view.best_q
            own, seen = (np.take_along_axis(p, best[None], 0)[0] for best in (best_p, best_q))
            predicted = np.take_along_axis(q, best_q[None], 0)[0]
            return np.stack((view.weights, predicted, seen, best_p == best_q, own, np.ones_like(own)))
        label = view.p >= 0.5
        weights = view.weights if view.kept is None else view.weights * view.kept
        columns = np.broadcast_arrays(weights, view.q, view.p, label, view.p, label)
        return np.stack([column.ravel("K") for column in columns])

    def gather(self, weights: Array, x: Array) -> None:
        prediction, target, hit, own, own_hit = x
        weighted = weights * target
        group = bin_of(prediction)
        columns = (weights, weights * weights, weights * prediction, weighted, weighted * target, weights * hit)
        for k, column in enumerate(columns):
            self._sums.add_groups(column, group + k * BINS)
        self._oracle.add_groups(weights * (own - own_hit), bin_of(own))

    def sums(self) -> dict[str, list[int]]:
        self.flush()
        return {"calibration": self._sums.totals(), "calibration_oracle": self._oracle.totals()}


def calibration(summary: Summary) -> dict[str, Any]:
    """Expected and largest error against soft targets, its bins, and the error on hard labels."""
    sums = summary.sums["calibration"]
    by_bin = [dict(zip(COLUMNS, sums[b::BINS], strict=True)) for b in range(BINS)]
    whole = sum(sums[:BINS])
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
        "weight": quotient(weight, 1 << 1074),
        "mean_prediction": quotient(sums["prediction"], weight),
        "mean_target": quotient(sums["target"], weight),
        "standard_error": standard_error(sums["target"], sums["squared_target"], weight, sums["squared_weight"]),
    }


def _ratio(total: int, weight: int) -> float | None:
    return quotient(total, weight) if weight > 0 else None
