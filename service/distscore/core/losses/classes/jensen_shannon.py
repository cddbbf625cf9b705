"""Jensen-Shannon divergence: the mean of KL(p, m) and KL(q, m), m = (p + q) / 2 (Lin 1991).

With t = log(q/p), per outcome and without a negative part,

    f = (q phi((e^-t - 1) / 2) + p phi((e^t - 1) / 2)) / 2,    df/dq = -log((1 + e^-t) / 2) / 2,
    d2f/dq2 = sigmoid(-t) / (2 q),                             phi(u) = u - log1p(u).
"""

import numpy as np

from distscore.core.families.classes.probabilities import LOG_2
from distscore.core.families.classes.terms import Pair, SoftenedPair, second_through_softmax
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array, phi, product, ratio, sigmoid, softplus


def log_mean(t: Array) -> Array:
    """log((1 + e^t) / 2)."""
    near = np.log1p(np.expm1(np.minimum(t, 1.0)) / 2)
    return np.where(t < 1, near, softplus(t) - LOG_2)


def to_mean(p: Array, q: Array, t: Array) -> Array:
    """p log(p/m) - p + m = p phi((e^t - 1) / 2), t = log(q/p)."""
    near = p * phi(np.expm1(np.minimum(t, 1.0)) / 2)
    return np.where(t < 1, near, (q - p) / 2 - product(p, log_mean(t)))


def softplus_less_sigmoid(z: Array) -> Array:
    """log(1 + e^z) - sigmoid(z) = phi(-sigmoid(z)), which is about e^(2 z) / 2 far below 0."""
    share = sigmoid(z)
    return np.where(z < 0, phi(-np.minimum(share, 0.5)), softplus(z) - share)


class JensenShannonDivergence(OutcomeLoss):
    """(KL(p, m) + KL(q, m)) / 2, m = (p + q) / 2: symmetric, and at most log 2."""

    name = "jensen_shannon_divergence"
    usual_place = 4
    formulas = of_terms(
        r"\frac{1}{2} \sum_k (p_k \log \frac{2 p_k}{p_k + q_k} + q_k \log \frac{2 q_k}{p_k + q_k})",
        r"\frac{1}{2} \log \frac{2 q_k}{p_k + q_k}",
        r"\frac{p_k}{2 q_k (p_k + q_k)}",
        notes=("Symmetric, never infinite, at most log 2; its gradient dies where p and q have nothing in common.",),
        elsewhere={
            "SciPy": "scipy.spatial.distance.jensenshannon is its square root",
            "R": "philentropy::JSD, in bits unless told otherwise",
        },
    )

    def entries(self, pair: Pair) -> Array:
        p, q, t = pair.p, pair.q, pair.log_ratio
        return (to_mean(p, q, t) + to_mean(q, p, -t)) / 2

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        p, q = pair.p, pair.q
        second = np.where((p == 0) | (q == 0), ratio(p, q), sigmoid(-pair.log_ratio) / q)
        return -self.log_mean_ratio(pair) / 2, second / 2

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        q, t, first = pair.q, pair.log_ratio, self.log_derivative(pair)
        return first, np.where(
            pair.is_far(1.0), -product(q, softplus_less_sigmoid(-t)) / 2, q * sigmoid(-t) / 2 + first
        )

    def log_derivative(self, pair: Pair) -> Array:
        """df/dlog q, or what is left of it without the log 2 of rows that are far off."""
        return -product(pair.q, self.log_mean_ratio(pair)) / 2

    def softmax_log_derivatives(self, pair: SoftenedPair) -> Array:
        return self.log_derivative(pair)

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """By d2f/dlog q2, in which q^2 d2f/dq2 and df/dlog q cancel where q is far above p."""
        first, second = map(pair.target.weigh, self.log_derivatives(pair))
        first, base = pair.predicted.centered(first)
        return second_through_softmax(pair, first, second - base)

    def log_mean_ratio(self, pair: Pair) -> Array:
        """log(m / q) = -2 df/dq; without the log 2 that it has in common with the others where q is far above p."""
        t = pair.log_ratio
        return np.where(pair.is_far(1.0), softplus(-t), log_mean(-t))

    def information(self, pair: Pair) -> Array:
        return pair.q * sigmoid(-pair.log_ratio) / 2
