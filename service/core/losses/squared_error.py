"""Squared errors: Brier score and mean squared error of probabilities, and mean squared error of a predicted mean."""

import numpy as np

from service.core.families.gaussian import Moments, Normal
from service.core.families.outcomes import OutcomePrediction, Outcomes
from service.core.losses.outcome_loss import OutcomeLoss
from service.core.numerics import Array
from service.core.spine import Derivatives, Loss


class Brier(OutcomeLoss):
    """sum (q - p)^2 over classes, 0 to 2; (q - p)^2 of the one probability of a binary event."""

    name = "brier"
    options = frozenset({"class_weights"})

    def factor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float:
        return prediction.per_event

    def entries(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return prediction.excess(target) ** 2

    def derivatives(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array]:
        return 2 * prediction.excess(target), np.full_like(prediction.q, 2.0)


class MeanSquaredError(Brier):
    """The Brier score divided by the number of classes or labels that count."""

    name = "mean_squared_error"

    def factor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float:
        return prediction.per_event / np.maximum(target.entries, 1)


class GaussianMeanSquaredError(Loss):
    """(mean - y)^2; the spread plays no part."""

    name = "mean_squared_error"
    families = frozenset({"gaussian"})
    needs_values = True

    def value(self, target: Moments, prediction: Normal) -> Array:
        return (prediction.mean - target.mean) ** 2

    def floor(self, target: Moments, prediction: Normal) -> float:
        return 0.0

    def divergence(self, target: Moments, prediction: Normal) -> Array:
        return self.value(target, prediction)

    def gradient(self, target: Moments, prediction: Normal) -> Derivatives:
        return prediction.mean_gradient(2 * (prediction.mean - target.mean))

    def curvature(self, target: Moments, prediction: Normal) -> Derivatives:
        gap = prediction.mean - target.mean
        return prediction.mean_curvature(2 * gap, np.full_like(gap, 2.0))

    def fisher(self, target: Moments, prediction: Normal) -> Derivatives:
        return prediction.mean_curvature(np.zeros_like(prediction.mean), np.full_like(prediction.mean, 2.0))
