"""Errors of a gaussian's predicted mean against observed values; the spread plays no part."""

from abc import abstractmethod

from distscore.core.families.real.gaussian import Moments, Normal
from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.losses import Loss


class MeanError(Loss[Moments, Normal]):
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

    def second_derivative(self, target: Moments, prediction: Normal) -> Derivatives:
        return prediction.mean_curvature(*self.derivatives(prediction.mean - target.mean))
