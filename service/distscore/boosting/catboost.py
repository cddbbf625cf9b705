"""CatBoost: objectives as `loss_function=`, metrics as `eval_metric=`, of raw scores of one column.

CatBoost asks for the derivatives of blocks of rows, from several threads and, with ordered boosting, in another order.
It tells which rows they are by their labels alone: the label of a row is its number among the targets, `rows`. It
maximizes, so that derivatives are negated. For several columns it asks one row at a time, which is refused.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from distscore.boosting.base import Metric, Objective, OfRows
from distscore.boosting.library import Library
from distscore.boosting.second_derivatives import BuiltIn
from distscore.boosting.targets import Rows, Targets
from distscore.client import InvalidInput

MOST_ROWS = 1 << 24  # up to which every whole number is a float32, which labels are


class OfNumberedRows(OfRows):
    """What belongs to the rows of Pools whose labels are `rows`, or some of them."""

    library, width_parameter = "catboost", "scores per row"

    def __init__(self, targets: Targets, *options: Any) -> None:
        _check(targets)
        super().__init__(targets, *options)

    @property
    def rows(self) -> Rows:
        """The label of each row of the targets, which is its number."""
        return np.arange(self.targets.row_count)


class CatBoostObjective(OfNumberedRows, Objective):
    """The loss of the rows of a Pool whose labels are `rows`, or some of them."""

    built_in = (
        BuiltIn("CrossEntropy", "bernoulli", "logits"),
        BuiltIn("RMSE", "gaussian", "mean"),
        BuiltIn("Poisson", "poisson", "rate", "exp"),
    )

    def calc_ders_range(self, approxes: ArrayLike, targets: ArrayLike, weights: ArrayLike | None) -> list[list[float]]:
        """First and second derivative, of what is to be maximized, of each row of a block."""
        order, rows = _rows_of(targets, self.targets.row_count)
        at, weight = np.asarray(approxes, np.float64)[order], None if weights is None else np.asarray(weights)[order]
        found = np.empty((len(rows), 2))
        found[order] = -np.stack(self.derivatives(at, weight, rows), axis=1)
        listed: list[list[float]] = found.tolist()
        return listed


class CatBoostMetric(OfNumberedRows, Metric):
    """The mean loss of the rows of every Pool that is watched, which takes the targets of all of them.

    Their labels are `rows`: those of the Pool that trees are grown for, and of those that are only looked at.
    """

    def is_max_optimal(self) -> bool:
        """Whether larger is better: a loss is better where it is smaller."""
        return False

    def evaluate(self, approxes: Any, target: ArrayLike, weight: ArrayLike | None) -> tuple[float, float]:
        """The weighted sum of the losses of some rows, and the sum of their weights."""
        order, rows = _rows_of(target, self.targets.row_count)
        weights = None if weight is None else np.asarray(weight, np.float64)[order]
        batch = self.predicted(np.asarray(approxes[0])[order], weights, rows)
        whole = float(batch.weights.sum())
        return (self.source.value(batch) * whole if whole else 0.0), whole

    def get_final_error(self, error: float, weight: float) -> float:
        """The weighted mean loss of all rows."""
        return error / weight if weight else 0.0


def _check(targets: Targets) -> None:
    """Raises InvalidInput for targets that CatBoost cannot be asked about."""
    if targets.width != 1:
        raise InvalidInput(
            "/predictions",
            f"catboost asks for derivatives of {targets.width} scores one row at a time, which would take hours: ask "
            "for predictions of one column, or take xgboost or lightgbm",
        )
    if targets.row_count > MOST_ROWS:
        raise InvalidInput("/targets", f"catboost keeps labels as float32, which number {MOST_ROWS} rows at most")


def _rows_of(labels: ArrayLike, count: int) -> tuple[Rows, Rows]:
    """The order that sorts the rows of a block, and their numbers in it; raises InvalidInput for other labels."""
    numbers = np.asarray(labels, np.float64)
    order = np.argsort(numbers)
    rows = numbers[order].astype(np.intp)
    inside = np.array_equal(rows, numbers[order]) and rows[0] >= 0 and rows[-1] < count
    if not inside or not np.diff(rows).all():
        raise InvalidInput(
            "/targets",
            f"the labels of a Pool tell which of the {count} rows of targets it has, each once: Pool(features, "
            "label=objective.rows)",
        )
    return order, rows


LIBRARY = Library(CatBoostObjective, CatBoostMetric)
