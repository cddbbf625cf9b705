"""Errors of a gaussian's predicted mean against observed values: squared and absolute. The deviation plays no part."""

from abc import abstractmethod

import numpy as np

from distscore.core.families.real.gaussian_prediction import GaussianPrediction
from distscore.core.families.real.gaussian_target import GaussianTarget
from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.formulas import LossFormulas
from distscore.core.theory.losses import Loss


class MeanError(Loss[GaussianTarget, GaussianPrediction]):
    """A function of the residual mean - y that is least, and 0, at 0."""

    families = frozenset({"gaussian"})
    needs_values = True

    @abstractmethod
    def derivatives(self, residual: Array) -> tuple[Array, Array]:
        """First and second derivative in the residual, each (rows,)."""

    def floor(self, target: GaussianTarget, prediction: GaussianPrediction) -> float:
        return 0.0

    def divergence(self, target: GaussianTarget, prediction: GaussianPrediction) -> Array:
        return self.value(target, prediction)

    def gradient(self, target: GaussianTarget, prediction: GaussianPrediction) -> Derivatives:
        return prediction.mean_gradient(self.derivatives(prediction.mean - target.mean)[0])

    def second_derivative(self, target: GaussianTarget, prediction: GaussianPrediction) -> Derivatives:
        return prediction.mean_second_derivative(*self.derivatives(prediction.mean - target.mean))


class GaussianMeanSquaredError(MeanError):
    """(mean - y)^2, the squared error of a gaussian's mean."""

    name = "mean_squared_error"
    usual_place = 4
    units = "squared values"
    formulas = LossFormulas(
        formula=r"(\mu - y)^2",
        gradient={"mean": r"2 (\mu - y)", "standard_deviation": "0"},
        hessian={"mean": "2", "standard_deviation": "0"},
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=None,
        bounded_below=True,
        notes=(
            "The cross-entropy with one known standard deviation, but for the factor 1 / (2 sigma^2) and a constant.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.MSELoss",
            "Keras": "keras.losses.MeanSquaredError",
            "scikit-learn": "sklearn.metrics.mean_squared_error",
        },
    )

    def value(self, target: GaussianTarget, prediction: GaussianPrediction) -> Array:
        return (prediction.mean - target.mean) ** 2

    def derivatives(self, residual: Array) -> tuple[Array, Array]:
        return 2 * residual, np.full_like(residual, 2.0)

    def fisher_information(self, target: GaussianTarget, prediction: GaussianPrediction) -> Derivatives:
        return prediction.mean_second_derivative(*self.derivatives(np.zeros_like(prediction.mean)))


class GaussianMeanAbsoluteError(MeanError):
    """|mean - y|, the absolute error of a gaussian's mean; its derivative at the kink is 0."""

    name = "mean_absolute_error"
    units = "values"
    formulas = LossFormulas(
        formula=r"|\mu - y|",
        gradient={"mean": r"\operatorname{sgn}(\mu - y)", "standard_deviation": "0"},
        hessian={"mean": "0", "standard_deviation": "0"},
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=None,
        bounded_below=True,
        notes=("Its least is at the median of what was observed, the mean only where that is symmetric.",),
        elsewhere={
            "PyTorch": "torch.nn.L1Loss",
            "Keras": "keras.losses.MeanAbsoluteError",
            "scikit-learn": "sklearn.metrics.mean_absolute_error",
        },
    )

    def value(self, target: GaussianTarget, prediction: GaussianPrediction) -> Array:
        return np.abs(prediction.mean - target.mean)

    def derivatives(self, residual: Array) -> tuple[Array, Array]:
        return np.sign(residual), np.zeros_like(residual)

    def fisher_information(self, target: GaussianTarget, prediction: GaussianPrediction) -> None:
        return None
