"""The two signatures that XGBoost and LightGBM share: raw scores with a data set, and targets with raw scores."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from distscore.boosting.base import Objective
from distscore.core.special.elementwise import Array


class DataSet(Protocol):
    """A DMatrix of XGBoost, or a Dataset of LightGBM."""

    def get_weight(self) -> Array | None:
        """The weight of each row; none, or an array without entries, where there are no weights."""


class PairObjective(Objective):
    """An objective that is called as f(raw scores, data set), or by scikit-learn's names as f(y_true, y_pred, weight).

    Labels are not looked at: the targets are those of the objective.
    """

    def __call__(
        self, first: Array, second: "Array | DataSet", sample_weight: ArrayLike | None = None
    ) -> tuple[Array, Array]:
        return self.derivatives(*raw_and_weights(first, second, sample_weight))


def raw_and_weights(
    first: Array, second: "Array | DataSet", sample_weight: ArrayLike | None
) -> tuple[Array, Array | None]:
    """Raw scores and the weights of their rows, from the arguments of either signature."""
    raw, weights = (second, sample_weight) if isinstance(second, np.ndarray) else (first, second.get_weight())
    if weights is None or np.size(weights) == 0:
        return raw, None
    return raw, np.asarray(weights, np.float64)
