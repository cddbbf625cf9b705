"""Cross-entropy and what is left of it without its floor: KL divergence and deviance."""

from service.core.numerics import Array
from service.core.spine import Derivatives, Loss, Prediction, Target


def scaled(derivatives: Derivatives, factor: float) -> Derivatives:
    """Derivatives of `factor` times the loss."""
    return {column: factor * values for column, values in derivatives.items()}


class CrossEntropy(Loss):
    """-E_target[log density of the prediction]."""

    name = "cross_entropy"
    options = frozenset({"class_weights", "positive_weight"})

    def value(self, target: Target, prediction: Prediction) -> Array:
        return prediction.cross_entropy(target)

    def floor(self, target: Target, prediction: Prediction) -> Array | float | None:
        return prediction.floor(target)

    def divergence(self, target: Target, prediction: Prediction) -> Array | None:
        return prediction.divergence(target)

    def gradient(self, target: Target, prediction: Prediction) -> Derivatives:
        return prediction.gradient(target)

    def curvature(self, target: Target, prediction: Prediction) -> Derivatives:
        return prediction.curvature(target)

    def fisher(self, target: Target, prediction: Prediction) -> Derivatives:
        return prediction.fisher(target)


class KLDivergence(CrossEntropy):
    """Cross-entropy minus the entropy of the target: >= 0, and 0 only at the match."""

    name = "kl_divergence"
    needs_distribution = True
    options = frozenset()

    def value(self, target: Target, prediction: Prediction) -> Array:
        divergence = prediction.divergence(target)
        assert divergence is not None  # a distribution has an entropy
        return divergence

    def floor(self, target: Target, prediction: Prediction) -> float:
        return 0.0


class Deviance(Loss):
    """Twice the excess over the least loss over the parameter that moves the mean; 2 KL for distributions."""

    name = "deviance"

    def value(self, target: Target, prediction: Prediction) -> Array:
        half = prediction.divergence(target)
        assert half is not None  # the border refuses families without a deviance
        return 2 * half

    def floor(self, target: Target, prediction: Prediction) -> float:
        return 0.0

    def divergence(self, target: Target, prediction: Prediction) -> Array:
        return self.value(target, prediction)

    def gradient(self, target: Target, prediction: Prediction) -> Derivatives:
        return scaled((prediction.gradient if target.is_distribution else prediction.excess_gradient)(target), 2)

    def curvature(self, target: Target, prediction: Prediction) -> Derivatives:
        return scaled((prediction.curvature if target.is_distribution else prediction.excess_curvature)(target), 2)

    def fisher(self, target: Target, prediction: Prediction) -> Derivatives:
        return scaled(prediction.fisher(target), 2)
