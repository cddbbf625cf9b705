"""Absolute errors of probabilities: total variation and mean absolute error.

f = |q - p|, df/dq = sign(q - p), which is 0 at the kink, and where q - p is but what it was rounded by; d2f/dq2 = 0.
"""

import numpy as np

from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes
from distscore.core.losses.classes.log_quotient import doubt
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array


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

    def factor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float:
        return 0.5

    def entries(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return np.abs(prediction.excess(target))

    def derivatives(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array]:
        gap = prediction.excess(target)
        first = np.where(np.abs(gap) <= doubt(target, prediction), 0.0, np.sign(gap))
        return first, np.zeros_like(first)

    def bend(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        """Of an event (1 - 2 q) dL/dz, with 1 - 2 q = -tanh(z / 2)."""
        if prediction.per_event == 1 or prediction.logits is None:
            return super().bend(target, prediction)
        bend: Array = -np.tanh(prediction.logits[0] / 2) / prediction.temperature
        return bend * self.slope(target, prediction)

    def fisher_information(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None


class MeanAbsoluteError(TotalVariation):
    """sum |q - p| divided by the number of classes that count; |q - p| of a binary event, averaged over labels."""

    name = "mean_absolute_error"
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

    def factor(self, target: Outcomes, prediction: OutcomePrediction) -> Array | float:
        return prediction.per_event / np.maximum(target.entries, 1)
