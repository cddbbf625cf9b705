"""XGBoost: objectives as `obj=` of `xgboost.train` or `objective=` of its estimators, metrics as `custom_metric=`.

Second derivatives of its own objectives, version 3: multi:softprob takes 2 p (1 - p) of the weighted row, at least
1e-16; binary:logistic p (1 - p), at least 1e-16; count:poisson exp(max_delta_step) times the rate, with max_delta_step
0.7, which it also limits leaves by.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from distscore.boosting.base import Metric
from distscore.boosting.library import Library
from distscore.boosting.pairs import DataSet, PairObjective, raw_and_weights
from distscore.boosting.second_derivatives import BuiltIn
from distscore.core.special.elementwise import Array

SMALLEST = 1e-16
MAX_DELTA_STEP = 0.7


class XGBoostObjective(PairObjective):
    """The loss of the rows of a DMatrix: f(raw scores, DMatrix), or f(y_true, y_pred, sample_weight)."""

    library, width_parameter = "xgboost", "num_target"
    built_in = (
        BuiltIn(
            "multi:softprob", "categorical", "logits", factor=lambda _: 2.0, floor=SMALLEST, floor_is_weighted=True
        ),
        BuiltIn("binary:logistic", "bernoulli", "logits", floor=SMALLEST),
        BuiltIn("binary:logistic", "multilabel", "logits", floor=SMALLEST),
        BuiltIn("reg:squarederror", "gaussian", "mean"),
        BuiltIn("reg:gamma", "gamma", "mean", "exp"),
        BuiltIn("count:poisson", "poisson", "rate", "exp", factor=lambda _: math.exp(MAX_DELTA_STEP)),
    )


class XGBoostMetric(Metric):
    """The mean loss of the rows of a DMatrix: `custom_metric=`, or `eval_metric=` of an estimator."""

    library, width_parameter = "xgboost", "num_target"

    def __call__(
        self, first: Array, second: Array | DataSet, sample_weight: ArrayLike | None = None
    ) -> float | tuple[str, float]:
        value = self.value(*raw_and_weights(first, second, sample_weight))
        return value if isinstance(second, np.ndarray) else (self.__name__, value)


LIBRARY = Library(XGBoostObjective, XGBoostMetric)
