"""Losses of outcome probabilities: a sum of terms f(p_k, q_k) that is zero when the prediction is right."""

from dataclasses import replace

from service.core.families.outcomes import OutcomePrediction, Outcomes, Terms
from service.core.numerics import Array
from service.core.spine import Derivatives, Loss

CLASS_FAMILIES = frozenset({"categorical", "bernoulli", "multilabel"})


class OutcomeLoss(Loss, Terms):
    """`entries` and `derivatives` of a term; the prediction does the rest."""

    families = CLASS_FAMILIES

    def factor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float:
        """What the sum of the terms is multiplied by."""
        return 1.0

    def value(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return self.factor(target, prediction) * prediction.loss(self, target)

    def floor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float | None:
        return 0.0

    def divergence(self, target: Outcomes, prediction: OutcomePrediction) -> Array | None:
        return self.value(target, prediction)

    def gradient(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives:
        return {prediction.column: self.factor(target, prediction) * prediction.slope(self, target)}

    def curvature(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives:
        return {prediction.column: self.factor(target, prediction) * prediction.bend(self, target)}

    def fisher(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives | None:
        return self.curvature(replace(target, p=prediction.q, teacher=None), prediction)
