"""Squared errors of probabilities: Brier score and mean squared error."""

from typing import ClassVar, Literal

import numpy as np

from distscore.core.families.classes.probabilities import others, signed_others
from distscore.core.families.classes.split import Split
from distscore.core.families.classes.terms import Pair, SoftenedPair, with_ties
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array

NEGLIGIBLE = 1 / 4  # of q or 1 - q: a target that is so much nearer to 0 or 1
ALMOST = 1 / 16  # of the sum of the weights: a target that is so near to 0 or 1


def split_difference(pair: SoftenedPair) -> Split:
    """(q - p) times the normalizer of q; where p is almost 0 or 1 in whole numbers and what ties leave of them."""
    weights, normalizer, size = pair.predicted.weights, pair.predicted.weights.total(), pair.predicted.normalizer
    likely = np.where(pair.p > 0.5, 1.0, 0.0)
    beside = np.where(pair.p > 0.5, -pair.target.probabilities.complement, pair.p) * size  # p is that and 0 or 1
    whole = np.where(np.abs(beside) < ALMOST, weights.whole - likely * normalizer.whole, 0.0)
    rest = weights.rest - likely * normalizer.rest - beside
    return Split(whole, np.where(whole == 0, pair.difference * size, rest))


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

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        d = pair.target.weigh(2 * self.scale(pair) * pair.difference)
        return with_ties(pair.predicted.gradient_from(d), pair, self.gradient_of_ties)

    def gradient_of_ties(self, pair: SoftenedPair) -> Array:
        """2 q_k (d_k - sum q_j d_j), d = w (q - p), by differences of the logits."""
        q, d = pair.predicted, split_difference(pair)
        deviation = q.deviation(d if pair.target.weights is None else d.times(pair.target.weights)).value
        return pair.target.scaled(2 * self.scale(pair) * (pair.q * deviation / q.normalizer / q.normalizer))

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        return with_ties(self.plain_second_derivative(pair), pair, self.second_derivative_of_ties)

    def plain_second_derivative(self, pair: SoftenedPair) -> Array:
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

    def second_derivative_of_ties(self, pair: SoftenedPair) -> Array:
        """2 q_k (w_k c_k (q_k c_k + d_k (1 - 2 q_k)) + sum w_j q_j (q_j q_k - d_j (1 - 2 q_k))), j != k, d = q - p.

        Of targets that are far nearer to 0 or 1 than q is, p or r = 1 - p takes the place of d, beside 3 q - 1, which
        is almost 0 where three classes are tied.
        """
        p, q, r, c, d = pair.p, pair.q, pair.target.probabilities.complement, pair.complement, pair.difference
        three, two, weigh = pair.predicted.balance(2, 1), pair.predicted.balance(1, 1), pair.target.weigh
        kinds = [p < NEGLIGIBLE * q, r < NEGLIGIBLE * c]
        own = np.select(kinds, [q * (2 - 3 * q) + p * two, c * three - r * two], q * c - d * two)
        found = weigh(c * own) + three * signed_others(weigh(np.select(kinds, [q * q, -q * c], 0.0)))
        found += two * signed_others(weigh(np.select(kinds, [-p * q, q * r], q * d)))
        found += q * others(weigh(np.select(kinds, [np.zeros_like(q), q], q * q)))
        return np.where(q > 0.25, 2 * self.scale(pair) * (q * found), self.plain_second_derivative(pair))


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
