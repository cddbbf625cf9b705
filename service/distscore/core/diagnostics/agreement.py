"""Do predictions and targets agree on the ranking, the shape and the spread of each row?

Top 1: the most probable class of the prediction is that of the target; top 3: it is among the three most probable.
Total variation is sum |q - p| / 2, the entropy error H(Q) - H(P). For labels, means over rows and labels.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from distscore.core.diagnostics.sums.information import flat
from distscore.core.diagnostics.sums.tallies import RowTally, Summary, add, weighings
from distscore.core.diagnostics.sums.view import ClassView
from distscore.core.exact.sums import ExactSums, quotient
from distscore.core.special.elementwise import Array, total

NAMES = ("top1", "top3", "total_variation", "entropy_error", "absolute_entropy_error")


class AgreementTally(RowTally):
    """Each measure, weighted."""

    def __init__(self) -> None:
        super().__init__()
        self._weight, self._sums = ExactSums(1), ExactSums(len(NAMES))

    def columns(self, view: ClassView) -> Sequence[Array]:
        error = view.prediction_entropy - view.target_entropy
        if view.exclusive:
            variation = total(view.distance) / 2
            return view.weights, view.hit, among_three(view), variation, error, np.abs(error)
        same = np.where((view.p >= 0.5) == (view.q >= 0.5), 1.0, 0.0)
        columns = view.kept_weights, same, same, view.distance, error, np.abs(error)
        return [view.in_line(column) for column in columns]

    def gather(self, weights: Array, columns: Array) -> None:
        self._weight.add(weights[None])
        add(columns, weighings(weights), self._sums.add)

    def sums(self) -> dict[str, list[int]]:
        self.flush()
        totals = zip(("weight", *NAMES), self._weight.totals() + self._sums.totals(), strict=True)
        return {f"agreement_{name}": [total] for name, total in totals}


def among_three(view: ClassView) -> Array:
    """1 where fewer than three classes are predicted above the target's most probable one."""
    q = view.prediction.q
    if len(q) <= 3:
        return np.ones(q.shape[1])
    above = np.add.reduce(q > flat(q)[view.peak_p.at], axis=0, dtype=np.int16)
    return np.where(above < 3, 1.0, 0.0)


def agreement(summary: Summary) -> dict[str, Any]:
    """Weighted means."""
    whole, *parts = (summary.sums[f"agreement_{name}"][0] for name in ("weight", *NAMES))
    report = {name: quotient(part, whole) if whole > 0 else None for name, part in zip(NAMES, parts, strict=True)}
    if not (summary.subject.exclusive and summary.subject.width > 3):
        del report["top3"]
    return report
