"""Squared errors of probabilities: Brier score and mean squared error."""

from typing import ClassVar, Literal

import numpy as np

from distscore.core.families.classes.probabilities import others
from distscore.core.families.classes.split import Split
from distscore.core.families.classes.terms import Pair, SoftenedPair, with_ties
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array


def split_difference(pair: SoftenedPair) -> Split:
    """(q - p) times the normalizer of q; where p is 0 or 1 in whole numbers and what ties leave of them."""
    weights, normalizer, p = pair.predicted.weights, pair.predicted.weights.total(), pair.p
    hard = (p == 0) | (pair.target.probabilities.complement == 0)  # a p that rounds to 1 is not 1
    whole = np.where(hard, weights.whole - p * normalizer.whole, 0.0)
    rest = np.where(hard, weights.rest - p * normalizer.rest, pair.difference * pair.predicted.normalizer)
    return Split(whole, rest)


class Brier(OutcomeLoss):
    """sum (q - p)^2 over classes, 0 to 2; (q - p)^2 of the one probability of a binary event."""

    name = "brier"
    usual_place = 3
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

    def softmax_log_derivatives(self, pair: SoftenedPair) -> Array:
        return 2 * self.scale(pair) * (pair.q * pair.difference)

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        return with_ties(super().logit_gradient(pair), pair, self.gradient_of_ties)

    def gradient_of_ties(self, pair: SoftenedPair) -> Array:
        """2 q_k (d_k - sum q_j d_j), d = w (q - p), by differences of the logits."""
        q, d = pair.predicted, split_difference(pair)
        deviation = q.deviation(d if pair.target.weights is None else d.times(pair.target.weights)).value
        return pair.target.scaled(2 * self.scale(pair) * (pair.q * deviation / q.normalizer / q.normalizer))

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """Where p > 1/2 in parts that keep what ties leave:

        2 q_k ((3 q_k - 1) (w_k c_k^2 + sum w_j q_j^2) + (1 - 2 q_k) (w_k c_k (1 - p_k) + sum w_j p_j q_j)), j != k.
        """
        q, c, n = pair.q, pair.complement, -pair.predicted.balance(1, 1)
        squares, products = (others(pair.target.weigh(q * x)) for x in (q, pair.p))
        own, matched = (pair.target.weigh(c * x) for x in (c, pair.target.probabilities.complement))
        squares = own + squares
        likely = pair.predicted.balance(2, 1) * squares + n * (matched + products)
        scale = 2 * self.scale(pair)
        return np.where(pair.p > 0.5, scale * q * likely, scale * q * q * squares + n * self.logit_gradient(pair))


class MeanSquaredError(Brier):
    """The Brier score divided by the number of classes or labels that count."""

    name = "mean_squared_error"
    usual_place = 0
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
