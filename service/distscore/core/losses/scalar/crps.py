"""Continuous ranked probability score: the integral of (F(x) - 1[x >= y])^2 (Gneiting, Raftery 2007).

Gaussian, z = (mean - y) / s:     s (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi))
Laplace, z = |location - y| / b:  b (z + e^-z - 3/4)
"""

import numpy as np
from scipy import special

from distscore.core.families.real.gaussian_prediction import GaussianPrediction
from distscore.core.families.real.gaussian_target import GaussianTarget
from distscore.core.families.real.laplace import ByLocation, Draws
from distscore.core.special.elementwise import Array, product
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import PredictionT, TargetT
from distscore.core.theory.formulas import LossFormulas
from distscore.core.theory.losses import Loss

ONE_OVER_ROOT_PI = 0.5641895835477562869
ROOT_HALF = 0.7071067811865475244
NOTES = (
    "In the units of y. It goes to 0 as the scale does on an exact fit; of a point forecast it is the absolute error.",
)
TWICE_DENSITY_AT_0 = 0.7978845608028653559  # 2 phi(0) = sqrt(2 / pi)


class ContinuousRankedProbabilityScore(Loss[TargetT, PredictionT]):
    """The integral of (F(x) - 1[x >= y])^2 over x of a predicted F and an observed y, in the units of y; least at 0."""

    name = "crps"
    usual_place = 5
    units = "values"
    needs_values = True

    def floor(self, target: TargetT, prediction: PredictionT) -> float:
        return 0.0

    def divergence(self, target: TargetT, prediction: PredictionT) -> Array:
        return self.value(target, prediction)

    def fisher_information(self, target: TargetT, prediction: PredictionT) -> None:
        return None


class GaussianCRPS(ContinuousRankedProbabilityScore[GaussianTarget, GaussianPrediction]):
    """The integral of (F(x) - 1[x >= y])^2 over x, in the units of y; |mean - y| as the deviation goes to 0."""

    formulas = LossFormulas(
        formula=r"(\mu - y) (2 \Phi(z) - 1) + \sigma (2 \varphi(z) - \frac{1}{\sqrt{\pi}})",
        where={"z": r"\frac{\mu - y}{\sigma}"},
        gradient={"mean": r"2 \Phi(z) - 1", "standard_deviation": r"2 \varphi(z) - \frac{1}{\sqrt{\pi}}"},
        hessian={
            "mean": r"\frac{2 \varphi(z)}{\sigma}",
            "standard_deviation": r"\frac{2 z^2 \varphi(z)}{\sigma}",
        },
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=None,
        bounded_below=True,
        notes=NOTES,
        elsewhere={
            "R": "scoringRules::crps_norm",
            "scoringrules": "scoringrules.crps_normal",
            "properscoring": "properscoring.crps_gaussian",
        },
    )
    families = frozenset({"gaussian"})

    def parts(self, target: GaussianTarget, prediction: GaussianPrediction) -> tuple[Array, Array, Array]:
        """z, 2 Phi(z) - 1 and 2 phi(z)."""
        z = (prediction.mean - target.mean) / prediction.deviation
        return z, special.erf(ROOT_HALF * z), TWICE_DENSITY_AT_0 * np.exp(-0.5 * z * z)

    def value(self, target: GaussianTarget, prediction: GaussianPrediction) -> Array:
        _, balance, density = self.parts(target, prediction)
        return (prediction.mean - target.mean) * balance + prediction.deviation * (density - ONE_OVER_ROOT_PI)

    def gradient(self, target: GaussianTarget, prediction: GaussianPrediction) -> Derivatives:
        _, balance, density = self.parts(target, prediction)
        return prediction.gradient_of(balance, prediction.deviation * (density - ONE_OVER_ROOT_PI))

    def second_derivative(self, target: GaussianTarget, prediction: GaussianPrediction) -> SecondDerivatives:
        z, balance, density = self.parts(target, prediction)
        deviation = prediction.deviation
        first = balance, deviation * (density - ONE_OVER_ROOT_PI)
        mixed, of_deviation = -product(z, density), deviation * product(z * z, density)
        return prediction.second_derivative_of(first, density / deviation, mixed, of_deviation)


class LaplaceCRPS(ContinuousRankedProbabilityScore[Draws, ByLocation]):
    """The integral of (F(x) - 1[x >= y])^2 over x, in the units of y; |location - y| as the scale goes to 0."""

    formulas = LossFormulas(
        formula=r"|\mu - y| + b (e^{-z} - \frac{3}{4})",
        where={"z": r"\frac{|\mu - y|}{b}"},
        gradient={
            "location": r"\operatorname{sgn}(\mu - y) (1 - e^{-z})",
            "scale": r"(1 + z) e^{-z} - \frac{3}{4}",
        },
        hessian={"location": r"\frac{e^{-z}}{b}", "scale": r"\frac{z^2 e^{-z}}{b}"},
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=None,
        bounded_below=True,
        notes=NOTES,
        elsewhere={"R": "scoringRules::crps_lapl", "scoringrules": "scoringrules.crps_laplace"},
    )
    families = frozenset({"laplace"})

    def parts(self, target: Draws, prediction: ByLocation) -> tuple[Array, Array, Array]:
        """location - y, z and e^-z."""
        residual = prediction.location - target.values[0]
        z = np.abs(residual) / prediction.scale
        return residual, z, np.exp(-z)

    def value(self, target: Draws, prediction: ByLocation) -> Array:
        residual, _, decay = self.parts(target, prediction)
        return np.abs(residual) + prediction.scale * (decay - 0.75)

    def gradient(self, target: Draws, prediction: ByLocation) -> Derivatives:
        residual, z, decay = self.parts(target, prediction)
        in_scale = product(1 + z, decay) - 0.75
        return {"location": -np.sign(residual) * np.expm1(-z), "scale": prediction.scale * in_scale}

    def second_derivative(self, target: Draws, prediction: ByLocation) -> SecondDerivatives:
        _, z, decay = self.parts(target, prediction)
        scale = HessianParts(prediction.scale * product(z * z, decay), 0.0, self.gradient(target, prediction)["scale"])
        return {"location": decay / prediction.scale, "scale": scale}
