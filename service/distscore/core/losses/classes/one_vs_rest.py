"""One-versus-rest cross-entropy: each class against all others, f = -p log q - (1 - p) log c with c = 1 - q.

    df/dq = (q - p) / (q c),    d2f/dq2 = p / q^2 + (1 - p) / c^2.

Through a softmax the logit of q_k, log(q_k / c_k), moves with z_k by 1 and with another z_j by -r_jk = -q_j / c_k.
Hence, with e = q - p, in parts that no saturated row drowns:

    dL/dz_j = e_j - sum_{k != j} e_k r_jk,    d2L/dz_j2 = q_j c_j + sum_{k != j} (q_k c_k r_jk^2 - e_k r_jk (1 - r_jk)).
"""

from functools import cached_property

import numpy as np

from distscore.core.families.classes.comparison import Comparison
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import Probabilities, Softened, others
from distscore.core.families.classes.terms import Pair, SoftenedPair
from distscore.core.losses.classes.alpha_divergence import divergence_entries
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array, product, ratio, total
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives


def log_complement(probabilities: Probabilities) -> Array:
    """log(1 - q); of the dominant class of a softmax the logarithm of what the others have."""
    q, log_q = probabilities.values, probabilities.log
    if not isinstance(probabilities, Softened):
        return np.where(q > 0.5, np.log(np.maximum(probabilities.complement, 0.0)), np.log1p(-q))
    rest = np.where(q > 0.5, -np.inf, log_q)
    top = np.max(rest, axis=0)
    shift = np.where(np.isneginf(top), 0.0, top)
    return np.where(q > 0.5, shift + np.log(total(np.exp(rest - shift))), np.log1p(-q))


class LogitDerivatives:
    """Derivatives in the logits of a softmax; the terms of its dominant class, where it has one, stand apart."""

    def __init__(self, pair: SoftenedPair) -> None:
        self.e, self.pair = pair.difference, pair

    @cached_property
    def dominant(self) -> Array:
        """1 for the class that has more than all others together."""
        return (self.pair.q > 0.5).astype(np.float64)

    @cached_property
    def ratios(self) -> tuple[Array, Array]:
        """r_jm for the dominant class m, and 1 - r_jm; 0 where j = m or there is none."""
        log_q = self.pair.log_q
        log_c = total(product(self.dominant, log_complement(self.pair.predicted)))
        beside = self.dominant.any(axis=0) & (self.dominant == 0) & (log_q > -np.inf)
        r = np.where(beside, np.exp(log_q - log_c), 0.0)
        return r, others(r)

    def plain(self, x: Array) -> Array:
        """For each class j the sum of x_k over the others that are not dominant."""
        x = np.where(self.dominant > 0, 0.0, x)
        return total(x) - x

    def slope(self) -> Array:
        """dL/dz."""
        e, q, c = self.e, self.pair.q, self.pair.complement
        r, _ = self.ratios
        return e - q * self.plain(e / c) - total(self.dominant * e) * r

    def bend(self) -> Array:
        """d2L/dz2; of the dominant class with 1 - r_mk = (c_m - q_k) / c_k."""
        e, q, c, dominant = self.e, self.pair.q, self.pair.complement, self.dominant
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

    def entries(self, pair: Pair) -> Array:
        rest = pair.target.probabilities.complement
        return -product(pair.p, pair.log_q) - product(rest, log_complement(pair.predicted))

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        p, q, c, rest = pair.p, pair.q, np.maximum(pair.complement, 0.0), pair.target.probabilities.complement
        first = np.where(q * c > 0, pair.difference / q / c, ratio(rest, c) - ratio(p, q))
        second = ratio(ratio(p, q), q) + ratio(ratio(rest, c), c)
        nothing = (p == 0) & (q == 0)
        return np.where(nothing, 0.0, first), np.where(nothing, 0.0, second)

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
        return -total(product(p.values, p.log) + product(p.complement, log_complement(p)))

    def divergence(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        pair, rest = Comparison(target, prediction.probabilities), target.probabilities.complement
        log_c = log_complement(prediction.probabilities)
        u = -pair.difference / rest
        t = np.where(np.abs(u) < 0.5, np.log1p(u), log_c - np.log(rest))
        t = np.where(np.isnan(t), 0.0, t)
        hits = divergence_entries(pair.p, pair.q, pair.log_ratio, 1.0)
        return total(hits + divergence_entries(rest, np.exp(log_c), t, 1.0))

    def gradient(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives:
        found = prediction.gradient_of(self, target)
        edge = 2 * target.probabilities.complement * prediction.jacobian.rate
        return {prediction.column: np.where(np.isnan(found), edge, found)}  # of the one class a row was divided among

    def second_derivative(self, target: Outcomes, prediction: OutcomePrediction) -> SecondDerivatives:
        found, by = prediction.second_derivative_of(self, target), prediction.jacobian
        if not isinstance(found, HessianParts):
            edge = by.second * by.rate * target.probabilities.complement
            found = np.where(np.isnan(found), edge, found)
        return {prediction.column: found}

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        return LogitDerivatives(pair).slope()

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        return LogitDerivatives(pair).bend()

    def amount_second_derivative(self, pair: SoftenedPair) -> Array:
        return self.logit_gauss_newton(pair) - 2 * product(pair.q, self.logit_gradient(pair))
