"""LightGBM: objectives as `params["objective"]` or `objective=` of its estimators, metrics as `feval=`.

Second derivatives of its own objectives, version 4: multiclass takes K / (K - 1) p (1 - p) for K classes; poisson
exp(poisson_max_delta_step) times the rate, with poisson_max_delta_step 0.7. It starts from 0 with an objective of
others, whatever boost_from_average says, and predicts without the initial scores that it was given.
"""

import math

from numpy.typing import ArrayLike

from distscore.boosting.base import Metric
from distscore.boosting.library import Library
from distscore.boosting.pairs import DataSet, PairObjective, raw_and_weights
from distscore.boosting.second_derivatives import BuiltIn
from distscore.core.special.elementwise import Array

MAX_DELTA_STEP = 0.7


class LightGBMObjective(PairObjective):
    """The loss of the rows of a Dataset: f(raw scores, Dataset), or f(y_true, y_pred, weight)."""

    library, width_parameter = "lightgbm", "num_class"
    built_in = (
        BuiltIn("multiclass", "categorical", "logits", factor=lambda classes: classes / (classes - 1)),
        BuiltIn("cross_entropy", "bernoulli", "logits"),
        BuiltIn("multiclassova", "multilabel", "logits"),
        BuiltIn("regression", "gaussian", "mean"),
        BuiltIn("gamma", "gamma", "mean", "exp"),
        BuiltIn("poisson", "poisson", "rate", "exp", factor=lambda _: math.exp(MAX_DELTA_STEP)),
    )


class LightGBMMetric(Metric):
    """The mean loss of the rows of a Dataset: `feval=`, or `eval_metric=` of an estimator's fit."""

    library, width_parameter = "lightgbm", "num_class"

    def __call__(
        self, first: Array, second: Array | DataSet, sample_weight: ArrayLike | None = None
    ) -> tuple[str, float, bool]:
        return self.__name__, self.value(*raw_and_weights(first, second, sample_weight)), False


LIBRARY = Library(LightGBMObjective, LightGBMMetric)
