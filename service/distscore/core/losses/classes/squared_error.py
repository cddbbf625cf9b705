"""Squared errors of probabilities: Brier score and mean squared error."""

from typing import ClassVar, Literal

import numpy as np

from distscore.core.families.classes.terms import Pair
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array


class Brier(OutcomeLoss):
    """sum (q - p)^2 over classes, 0 to 2; (q - p)^2 of the one probability of a binary event."""

    name = "brier"
    units = "squared probability"
    formulas = of_terms(
        r"\sum_k w_k (q_k - p_k)^2",
        "2 w_k (q_k - p_k)",
        "2 w_k",
        proper=True,
        notes=(
            "0 to 2 over classes; of a binary event it is (q - p)^2 of the one probability, 0 to 1, as scikit-learn's.",
            "Through a softmax the gradient has another factor q_k, which starves rare classes, and is not convex.",
            "The least expected over sampled labels is 1 - sum p^2.",
        ),
        elsewhere={
            "scikit-learn": "sklearn.metrics.brier_score_loss(scale_by_half=False) for classes",
            "TensorFlow": "tfp.stats.brier_score, less the sum of p^2",
            "R": "DescTools::BrierScore for binary events",
        },
    )
    squared_error: ClassVar[Literal["", "sum", "mean"]] = "sum"
    options = frozenset({"class_weights"})

    def scale(self, pair: Pair) -> Array | float:
        """What (q - p)^2 is multiplied by: both outcomes of a binary event have it, and count once."""
        return 0.5 if pair.predicted.paired else 1.0

    def entries(self, pair: Pair) -> Array:
        return self.scale(pair) * pair.difference**2

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        scale = 2 * self.scale(pair)
        return scale * pair.difference, np.broadcast_to(scale, pair.q.shape)


class MeanSquaredError(Brier):
    """The Brier score divided by the number of classes or labels that count."""

    name = "mean_squared_error"
    units = "squared probability"
    formulas = of_terms(
        r"\frac{1}{K} \sum_k w_k (q_k - p_k)^2",
        r"\frac{2 w_k}{K} (q_k - p_k)",
        r"\frac{2 w_k}{K}",
        proper=True,
        notes=(
            "Of a binary event it is (q - p)^2 of the one probability.",
            "Through a softmax the gradient has another factor q_k, which starves rare classes, and is not convex.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.MSELoss",
            "Keras": "keras.losses.MeanSquaredError",
            "scikit-learn": "sklearn.metrics.mean_squared_error",
        },
    )

    squared_error = "mean"

    def scale(self, pair: Pair) -> Array | float:
        return super().scale(pair) / np.maximum(pair.target.entries, 1)
