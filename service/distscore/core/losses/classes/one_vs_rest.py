"""One-versus-rest cross-entropy: each class against all others, f = -p log q - (1 - p) log c with c = 1 - q.

    df/dq = (q - p) / (q c),    d2f/dq2 = p / q^2 + (1 - p) / c^2.

Through a softmax the logit of q_k, log(q_k / c_k), moves with z_k by 1 and with another z_j by -r_jk = -q_j / c_k.
Hence, with e = q - p, in parts that no saturated row drowns:

    dL/dz_j = e_j - sum_{k != j} e_k r_jk,    d2L/dz_j2 = q_j c_j + sum_{k != j} (q_k c_k r_jk^2 - e_k r_jk (1 - r_jk)).
"""

from functools import cached_property

import numpy as np

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import others
from distscore.core.families.classes.terms import Pair, SoftenedPair
from distscore.core.losses.classes.alpha_entries import divergence_entries
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array, product, ratio, total


class OneVsRestCrossEntropy(OutcomeLoss):
    """sum over classes of the binary cross-entropy of p_k and q_k."""

    name = "one_vs_rest_cross_entropy"
    formulas = of_terms(
        r"-\sum_k (p_k \log q_k + (1 - p_k) \log(1 - q_k))",
        r"\frac{q_k - p_k}{q_k (1 - q_k)}",
        r"\frac{p_k}{q_k^2} + \frac{1 - p_k}{(1 - q_k)^2}",
        floor=r"-\sum_k (p_k \log p_k + (1 - p_k) \log(1 - p_k))",
        zero_at_match=False,
        proper=True,
        notes=(
            "Each class against all others. The parts do not add up to the categorical cross-entropy.",
            "For labels that do not exclude each other the family is multilabel.",
        ),
        elsewhere={"Keras": "keras.losses.BinaryCrossentropy after a softmax, times the number of classes"},
    )
    needs_exclusive_classes = True
    needs_complements = True

    def entries(self, pair: Pair) -> Array:
        rest = pair.target.probabilities.complement
        return -product(pair.p, pair.log_q) - product(rest, pair.predicted.log_complement)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        p, q, c, rest = pair.p, pair.q, np.maximum(pair.complement, 0.0), pair.target.probabilities.complement
        first = np.where(q * c > 0, pair.difference / q / c, ratio(rest, c) - ratio(p, q))
        second = ratio(ratio(p, q), q) + ratio(ratio(rest, c), c)
        nothing = (p == 0) & (q == 0)
        return np.where(nothing, 0.0, first), np.where(nothing, 0.0, second)

    def complement_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        p, q, c = pair.p, pair.q, np.maximum(pair.complement, 0.0)
        first = np.where((p == 0) & (q == 0), 1.0, pair.difference / q)
        return first, ratio(ratio(p, q) * c, q) * c + pair.target.probabilities.complement

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        q, c = pair.q, np.maximum(pair.complement, 0.0)
        odds = ratio(q * pair.target.probabilities.complement, c)
        first = np.where(c > 0, pair.difference / c, odds - pair.p)
        return first, ratio(odds, c)

    def information(self, pair: Pair) -> Array:
        q, c = pair.q, np.maximum(pair.complement, 0.0)
        return pair.p + ratio(q * ratio(q * pair.target.probabilities.complement, c), c)

    def floor(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        p = target.probabilities
        return -total(product(p.values, p.log) + product(p.complement, p.log_complement))

    def divergence(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        pair, p, q = prediction.pair(target), target.probabilities, prediction.probabilities
        u = -pair.difference / p.complement
        t = np.where(np.abs(u) < 0.5, np.log1p(u), q.log_complement - p.log_complement)
        t = np.where(np.isnan(t), 0.0, t)
        parts = divergence_entries(p.values, q.values, pair.log_ratio, 1.0)
        parts = parts + divergence_entries(p.complement, np.exp(q.log_complement), t, 1.0)
        return total(parts if target.kept is None else target.kept * parts)

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        return LogitDerivatives(pair).gradient()

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        return LogitDerivatives(pair).second_derivative()


class LogitDerivatives:
    """Derivatives in the logits of a softmax, those terms apart that belong to its most probable class m."""

    def __init__(self, pair: SoftenedPair) -> None:
        self.pair, self.q = pair, pair.predicted
        self.is_top = np.arange(len(pair.q))[:, None] == pair.top
        self.e, self.e_top = pair.difference, pair.at_top(pair.difference)

    def of_others(self, x: Array) -> Array:
        """For each class j the sum of x_k over the others that are not m."""
        x = np.where(self.is_top, 0.0, x)
        return total(x) - x

    @cached_property
    def ratio(self) -> Array:
        """r_jm = q_j / c_m, 0 where j = m."""
        return self.q.share_of_others

    def gradient(self) -> Array:
        """First derivatives of the loss in the logits z, (classes, rows)."""
        q = self.pair.q
        return self.e - q * self.of_others(self.e / self.pair.complement) - self.e_top * self.ratio

    def second_derivative(self) -> Array:
        """d2L/dz2; of m with 1 - r_mk = (c_k - q_m) / c_k."""
        e, q, c, r = self.e, self.pair.q, self.pair.complement, self.ratio
        small = np.where(self.is_top, 0.0, q)
        curved = np.where(
            self.is_top,
            self.of_others(e / c / c * others(small)),
            self.of_others(e / c) - q * self.of_others(e / c / c),
        )
        own = q * (c + q * self.of_others(q / c) - curved)
        return np.asarray(own + self.pair.at_top(q * c) * r * r - self.e_top * product(r, others(r)))
