"""Do predictions and targets agree on the ranking, the shape and the spread of each row?

Top 1: the most probable class of the prediction is that of the target; top 3: it is among the three most probable.
Total variation is sum |q - p| / 2, the entropy error H(Q) - H(P). For labels, means over rows and labels.
"""

from typing import Any

import numpy as np

from service.core.diagnostics.tallies import RowTally, Summary
from service.core.diagnostics.view import ClassView
from service.core.exact import ExactSums, quotient
from service.core.families.outcomes import total
from service.core.numerics import Array

NAMES = ("top1", "top3", "total_variation", "entropy_error", "absolute_entropy_error")


class AgreementTally(RowTally):
    """Weights, and each measure times them."""

    def __init__(self) -> None:
        super().__init__()
        self._sums = ExactSums(1 + len(NAMES))

    def columns(self, view: ClassView) -> Array:
        error = view.prediction_entropy - view.target_entropy
        if view.exclusive:
            variation = total(np.abs(view.gap)) / 2
            return np.stack((view.weights, view.best_p == view.best_q, among_three(view), variation, error))
        weights = view.weights if view.kept is None else view.weights * view.kept
        same = (view.p >= 0.5) == (view.q >= 0.5)
        columns = np.broadcast_arrays(weights, same, same, np.abs(view.gap), error)
        return np.stack([column.ravel("K") for column in columns])

    def gather(self, weights: Array, x: Array) -> None:
        self._sums.add(np.concatenate((weights[None], weights * x, weights * np.abs(x[-1:]))))

    def sums(self) -> dict[str, list[int]]:
        self.flush()
        return {"agreement": self._sums.totals()}


def among_three(view: ClassView) -> Array:
    """1 where fewer than three classes are predicted above the target's most probable one."""
    q = view.prediction.q
    above = np.count_nonzero(q > np.take_along_axis(q, view.best_p[None], 0), axis=0)
    return np.where(above < 3, 1.0, 0.0)


def agreement(summary: Summary) -> dict[str, Any]:
    """Weighted means."""
    whole, *totals = summary.sums["agreement"]
    report = {name: quotient(part, whole) if whole > 0 else None for name, part in zip(NAMES, totals, strict=True)}
    if not (summary.subject.exclusive and summary.subject.width > 3):
        del report["top3"]
    return report
