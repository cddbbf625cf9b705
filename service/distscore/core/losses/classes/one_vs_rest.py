"""One-versus-rest cross-entropy: each class against all others, f = -p log q - (1 - p) log c with c = 1 - q.

    df/dq = (q - p) / (q c),    d2f/dq2 = p / q^2 + (1 - p) / c^2.

Through a softmax the logit of q_k, log(q_k / c_k), moves with z_k by 1 and with another z_j by -r_jk = -q_j / c_k.
Hence, with e = q - p, in parts that no saturated row drowns:

    dL/dz_j = e_j - sum_{k != j} e_k r_jk,    d2L/dz_j2 = q_j c_j + sum_{k != j} (q_k c_k r_jk^2 - e_k r_jk (1 - r_jk)).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes, others
from distscore.core.losses.classes.alpha_divergence import divergence_entries
from distscore.core.losses.classes.log_quotient import log_quotient
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array, product, ratio, total


def log_complement(prediction: OutcomePrediction) -> Array:
    """log(1 - q); of the dominant class of a softmax the logarithm of what the others have."""
    q, log_q = prediction.q, prediction.log_q
    if prediction.logits is None:
        return np.where(q > 0.5, np.log(prediction.complement), np.log1p(-q))
    rest = np.where(q > 0.5, -np.inf, log_q)
    top = np.max(rest, axis=0)
    shift = np.where(np.isneginf(top), 0.0, top)
    return np.where(q > 0.5, shift + np.log(total(np.exp(rest - shift))), np.log1p(-q))


@dataclass(frozen=True)
class Softened:
    """Derivatives in the logits of a softmax; the terms of its dominant class, where it has one, stand apart."""

    e: Array  # q - p
    prediction: OutcomePrediction

    @cached_property
    def dominant(self) -> Array:
        """1 for the class that has more than all others together."""
        return (self.prediction.q > 0.5).astype(np.float64)

    @cached_property
    def ratios(self) -> tuple[Array, Array]:
        """r_jm for the dominant class m, and 1 - r_jm; 0 where j = m or there is none."""
        prediction = self.prediction
        log_c = total(product(self.dominant, log_complement(prediction)))
        beside = self.dominant.any(axis=0) & (self.dominant == 0) & (prediction.log_q > -np.inf)
        r = np.where(beside, np.exp(prediction.log_q - log_c), 0.0)
        return r, others(r)

    def plain(self, x: Array) -> Array:
        """For each class j the sum of x_k over the others that are not dominant."""
        x = np.where(self.dominant > 0, 0.0, x)
        return total(x) - x

    def slope(self) -> Array:
        """dL/dz."""
        e, q, c = self.e, self.prediction.q, self.prediction.complement
        r, _ = self.ratios
        return e - q * self.plain(e / c) - total(self.dominant * e) * r

    def bend(self) -> Array:
        """d2L/dz2; of the dominant class with 1 - r_mk = (c_m - q_k) / c_k."""
        e, q, c, dominant = self.e, self.prediction.q, self.prediction.complement, self.dominant
        r, rest = self.ratios
        top_e, top_v = total(dominant * e), total(dominant * q * c)
        small = np.where(dominant > 0, 0.0, q)
        spread = np.where(
            dominant > 0,
            self.plain(e / c / c * others(small)),
            self.plain(e / c) - q * self.plain(e / c / c),
        )
        return q * (c + q * self.plain(q / c) - spread) + top_v * r * r - top_e * r * rest


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

    def entries(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return -product(target.p, prediction.log_q) - product(target.complement, log_complement(prediction))

    def derivatives(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array]:
        p, q, c = target.p, prediction.q, prediction.complement
        first = np.where(q * c > 0, prediction.excess(target) / q / c, ratio(target.complement, c) - ratio(p, q))
        second = ratio(ratio(p, q), q) + ratio(ratio(target.complement, c), c)
        nothing = (p == 0) & (q == 0)
        return np.where(nothing, 0.0, first), np.where(nothing, 0.0, second)

    def log_derivatives(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array]:
        q, c = prediction.q, prediction.complement
        odds = ratio(q * target.complement, c)
        slope = np.where(c > 0, prediction.excess(target) / c, odds - target.p)
        return slope, ratio(odds, c)

    def information(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        q, c = prediction.q, prediction.complement
        return target.p + ratio(q * ratio(q * target.complement, c), c)

    def floor(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        p, rest = target.p, target.complement
        log_p = np.log(p) if target.teacher is None else target.teacher.log_q
        log_rest = np.log(rest) if target.teacher is None else log_complement(target.teacher)
        return -prediction.row(product(p, log_p) + product(rest, log_rest))

    def divergence(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        rest, log_c = target.complement, log_complement(prediction)
        u = -prediction.excess(target) / rest
        t = np.where(np.abs(u) < 0.5, np.log1p(u), log_c - np.log(rest))
        t = np.where(np.isnan(t), 0.0, t)
        hits = divergence_entries(target.p, prediction.q, log_quotient(target, prediction), 1.0)
        return prediction.row(hits + divergence_entries(rest, np.exp(log_c), t, 1.0))

    def slope(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        if prediction.logits is None:
            found, edge = super().slope(target, prediction), 2 * target.complement / prediction.whole
            return np.where(np.isnan(found), edge, found)  # of the one class that a row was divided among
        return Softened(prediction.excess(target), prediction).slope() / prediction.temperature

    def bend(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        if prediction.logits is None:
            found, edge = super().bend(target, prediction), -2 * target.complement / prediction.whole**2
            return np.where(np.isnan(found), edge, found)
        return Softened(prediction.excess(target), prediction).bend() / prediction.temperature**2

    def direct(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return self.spread(target, prediction) - 2 * product(prediction.q, self.slope(target, prediction))
