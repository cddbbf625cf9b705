"""Errors of a gaussian's predicted mean against observed values; the spread plays no part."""

from abc import abstractmethod

from service.core.families.gaussian import Moments, Normal
from service.core.numerics import Array
from service.core.spine import Derivatives, Loss


class MeanError(Loss):
    """A function of mean - y that is 0 at 0."""

    families = frozenset({"gaussian"})
    needs_values = True

    @abstractmethod
    def derivatives(self, gap: Array) -> tuple[Array, Array]:
        """The first two, at mean - y."""

    def floor(self, target: Moments, prediction: Normal) -> float:
        return 0.0

    def divergence(self, target: Moments, prediction: Normal) -> Array:
        return self.value(target, prediction)

    def gradient(self, target: Moments, prediction: Normal) -> Derivatives:
        return prediction.mean_gradient(self.derivatives(prediction.mean - target.mean)[0])

    def curvature(self, target: Moments, prediction: Normal) -> Derivatives:
        return prediction.mean_curvature(*self.derivatives(prediction.mean - target.mean))
