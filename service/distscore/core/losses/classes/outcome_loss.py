"""Losses of outcome probabilities: a sum of terms f(p_k, q_k) that is zero when the prediction is right."""

from collections.abc import Mapping
from dataclasses import replace

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.terms import Terms
from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives
from distscore.core.theory.formulas import LossFormulas
from distscore.core.theory.losses import Loss


def of_terms(
    formula: str,
    first: str,
    second: str,
    *,
    floor: str = "0",
    zero_at_match: bool = True,
    proper: bool = False,
    convex_in_logits: bool = False,
    notes: tuple[str, ...],
    elsewhere: Mapping[str, str],
    example: Mapping[str, float] | None = None,
) -> LossFormulas:
    """Formulas of a sum of terms f(p_k, q_k) from f' and f'': through a softmax they go the same way for all."""
    return LossFormulas(
        formula=formula,
        where={"d_k": first, "c_k": second, "s": r"\sum_j q_j d_j"},
        gradient={"probabilities": "d_k", "logits": "q_k (d_k - s)"},
        hessian={
            "probabilities": "c_k",
            "logits": r"q_k (1 - 2 q_k) (d_k - s) + q_k^2 ((1 - 2 q_k) c_k + \sum_j c_j q_j^2)",
        },
        floor=floor,
        zero_at_match=zero_at_match,
        proper=proper,
        convex_in_logits=convex_in_logits,
        bounded_below=True,
        notes=notes,
        elsewhere=elsewhere,
        example=example or {},
    )


class OutcomeLoss(Loss[Outcomes, OutcomePrediction], Terms):
    """A loss that is a sum of terms; `entries` and `derivatives` of a term are all that it needs to define."""

    needs_classes = True

    def value(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return prediction.value_of(self, target)

    def floor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float | None:
        return 0.0

    def divergence(self, target: Outcomes, prediction: OutcomePrediction) -> Array | None:
        return self.value(target, prediction)

    def gradient(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives:
        return {prediction.column: prediction.gradient_of(self, target)}

    def second_derivative(self, target: Outcomes, prediction: OutcomePrediction) -> SecondDerivatives:
        return {prediction.column: prediction.second_derivative_of(self, target)}

    def fisher_information(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives | None:
        return {prediction.column: prediction.gauss_newton_of(self, prediction.matched(target))}

    def optimum(self, target: Outcomes, prediction: OutcomePrediction) -> Mapping[str, Array]:
        return prediction.optimum(replace(target, weights=None))
