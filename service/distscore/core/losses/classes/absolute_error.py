"""Absolute errors of probabilities: total variation and mean absolute error.

f = |q - p|, df/dq = sign(q - p), which is 0 at the kink, and where q - p is but what it was rounded by; d2f/dq2 = 0.
"""

import numpy as np

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.split import Split
from distscore.core.families.classes.terms import Pair, SoftenedPair, with_ties
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import SecondDerivatives


class TotalVariation(OutcomeLoss):
    """sum |q - p| / 2: the largest difference between the probabilities that both give to one event."""

    name = "total_variation"
    units = "probability"
    formulas = of_terms(
        r"\frac{1}{2} \sum_k |q_k - p_k|",
        r"\frac{1}{2} \operatorname{sgn}(q_k - p_k)",
        "0",
        notes=(
            "Zero at a known distribution, yet for sampled labels its expected value is least at the most probable "
            "class alone.",
            "The derivative is 0 at the kink.",
        ),
        elsewhere={
            "SciPy": "scipy.spatial.distance.cityblock is twice it",
            "TensorFlow": "tfp.vi.total_variation",
        },
    )

    def scale(self, pair: Pair) -> Array | float:
        """What |q - p| is multiplied by."""
        return 0.5

    def entries(self, pair: Pair) -> Array:
        return self.scale(pair) * np.abs(pair.difference)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        signs = self.signs(pair)
        return self.scale(pair) * signs, np.zeros_like(signs)

    def signs(self, pair: Pair) -> Array:
        """The sign of q - p, 0 where that is but what it was rounded by."""
        return np.where(np.abs(pair.difference) <= pair.difference_error, 0.0, np.sign(pair.difference))

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        d = pair.target.weigh(self.scale(pair) * self.signs(pair))
        return with_ties(pair.predicted.gradient_from(d), pair, self.gradient_of_ties)

    def gradient_of_ties(self, pair: SoftenedPair) -> Array:
        """q_k (d_k - sum q_j d_j), d = w sign(q - p) times the scale, by differences of the logits."""
        q, signs = pair.predicted, pair.target.weigh(self.signs(pair))
        deviation = q.deviation(Split(signs, np.zeros_like(signs)))
        return self.scale(pair) * (pair.q * deviation.value / q.normalizer)

    def second_derivative(self, target: Outcomes, prediction: OutcomePrediction) -> SecondDerivatives:
        gradient = prediction.gradient_of(self, target)
        return {prediction.column: prediction.second_derivative_from(0.0, gradient)}

    def fisher_information(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None


class MeanAbsoluteError(TotalVariation):
    """sum |q - p| divided by the number of classes that count; |q - p| of a binary event, averaged over labels."""

    name = "mean_absolute_error"
    usual_place = 5
    units = "probability"
    formulas = of_terms(
        r"\frac{1}{K} \sum_k w_k |q_k - p_k|",
        r"\frac{w_k}{K} \operatorname{sgn}(q_k - p_k)",
        "0",
        notes=(
            "Zero at a known distribution, yet for sampled labels its expected value is least at the most probable "
            "class alone.",
            "Of a binary event it is |q - p| of the one probability; the derivative is 0 at the kink.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.L1Loss",
            "Keras": "keras.losses.MeanAbsoluteError",
            "scikit-learn": "sklearn.metrics.mean_absolute_error",
        },
    )
    options = frozenset({"class_weights"})

    def scale(self, pair: Pair) -> Array | float:
        return (0.5 if pair.predicted.paired else 1.0) / np.maximum(pair.target.entries, 1)
