"""Focal loss, soft labels (Lin et al. 2017): f = -p c^gamma log q with c = 1 - q.

With r = -log(q) / c >= 1, which is 1 at q = 1,

    df/dlog q = -p w,    w = c^gamma (1 + gamma q r),
    d2f/dlog q2 = gamma p q c^(gamma-1) (2 + log q + (gamma - 1) q r).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np
from scipy import special

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import Probabilities
from distscore.core.families.classes.terms import Pair, SoftenedPair, second_through_softmax
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array, log_sigmoid, product, ratio, total


class Focal(OutcomeLoss):
    """-sum p (1 - q)^gamma log q over the outcomes: cross-entropy that looks away from what is almost right."""

    name = "focal"
    formulas = of_terms(
        r"-\sum_k p_k (1 - q_k)^\gamma \log q_k",
        r"p_k (1 - q_k)^{\gamma - 1} (\gamma \log q_k - \frac{1 - q_k}{q_k})",
        r"p_k (1 - q_k)^\gamma (\frac{1}{q_k^2} + \frac{2 \gamma}{q_k (1 - q_k)} "
        r"- \frac{\gamma (\gamma - 1) \log q_k}{(1 - q_k)^2})",
        floor="",
        zero_at_match=False,
        notes=(
            "Its least is not at q = p: it is for ranking, not for probabilities. gamma = 0 is cross_entropy.",
            "Over a binary event both outcomes count.",
        ),
        elsewhere={
            "PyTorch": "torchvision.ops.sigmoid_focal_loss(alpha=-1) for binary labels",
            "Keras": "keras.losses.CategoricalFocalCrossentropy(alpha=1)",
        },
    )
    needs_complements = True
    parameters: ClassVar[Mapping[str, float]] = {"gamma": 2.0}
    lowest: ClassVar[Mapping[str, float]] = {"gamma": 0.0}

    def parts(self, pair: Pair) -> tuple[float, Array, Array]:
        """gamma, c and q r."""
        c = np.maximum(pair.complement, 0.0)
        return self.settings["gamma"], c, np.where(c == 0, 1.0, product(pair.q, -pair.log_q) / c)

    def slowed(self, c: Array, qr: Array) -> Array:
        """gamma c^(gamma-1) (2 - (1 - gamma) q r): what the second derivative has beyond that of cross-entropy."""
        gamma = self.settings["gamma"]
        return gamma * c ** (gamma - 1) * (2 + (gamma - 1) * qr) if gamma else np.zeros_like(c)

    def entries(self, pair: Pair) -> Array:
        gamma, c, _ = self.parts(pair)
        return product(pair.p * c**gamma, -pair.log_q)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        q, (gamma, c, qr) = pair.q, self.parts(pair)
        rate = ratio(pair.p, q)
        return -rate * (c**gamma * (1 + gamma * qr)), product(ratio(rate, q), c**gamma + product(q, self.slowed(c, qr)))

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        gamma, c, qr = self.parts(pair)
        power = c ** (gamma - 1) if gamma else np.zeros_like(c)
        return -pair.p * (c**gamma * (1 + gamma * qr)), self.log_second_derivative(pair, power)

    def log_second_derivative(self, pair: Pair, power: Array) -> Array:
        """d2f/dlog q2, from c^(gamma - 1)."""
        gamma, _, qr = self.parts(pair)
        return gamma * product(pair.p, power * (pair.q * (2 + (gamma - 1) * qr) + product(pair.q, pair.log_q)))

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """By d2f/dlog q2, in which q^2 d2f/dq2 and df/dlog q cancel where q is far below p.

        Where c = 0 the softmax moves q by c, so that nothing is left of one that is infinite.
        """
        gamma, c, _ = self.parts(pair)
        power = np.where(c == 0, 0.0, c ** (gamma - 1)) if gamma else np.zeros_like(c)
        first, second = self.log_derivatives(pair)[0], self.log_second_derivative(pair, power)
        return second_through_softmax(pair, *map(pair.target.weigh, (first, second)))

    def softmax_log_derivatives(self, pair: SoftenedPair) -> Array:
        """G1 = -p w, plus q w_m with the w of the most probable class, which a softmax ignores.

        -p w + q w_m = (q - p) w - q (w - w_m) keeps its digits near a match of classes that are almost alike.
        """
        gamma, c, qr = self.parts(pair)
        w, d = c**gamma * (1 + gamma * qr), pair.predicted.shifted
        near = np.all((np.abs(pair.difference) <= 0.5 * pair.p) & (d > -1), axis=0)
        if not near.any():
            return -pair.p * w
        return np.where(near, pair.difference * w - pair.q * self.rise(pair, d), -pair.p * w)

    def rise(self, pair: Pair, d: Array) -> Array:
        """w - w_m of q = q_m e^d, by what the factors of w = c^gamma - gamma q c^(gamma-1) log q grow by."""
        gamma, c, _ = self.parts(pair)
        q, c, log_q = map(pair.at_top, (pair.q, c, pair.log_q))
        growth = np.expm1(d)
        fall = np.log1p(-q * growth / c)
        slower = np.expm1((gamma - 1) * fall)
        whole = growth + (1 + growth) * (slower + (1 + slower) * d / log_q)
        return c**gamma * np.expm1(gamma * fall) - gamma * q * c ** (gamma - 1) * log_q * whole

    def information(self, pair: Pair) -> Array:
        gamma, c, qr = self.parts(pair)
        return product(pair.p, c**gamma + product(pair.q, self.slowed(c, qr)))

    def optimum(self, target: Outcomes, prediction: OutcomePrediction) -> Mapping[str, Array]:
        """Where -df/dq is the same for all outcomes: not at p."""
        best = Probabilities(least_focal(target.p, self.settings["gamma"]))
        return prediction.optimum(replace(target, probabilities=best, weights=None))

    def floor(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None

    def divergence(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None

    def fisher_information(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None


STEPS = 60  # far more than either iteration needs: both are monotone, and end when nothing moves


def least_focal(p: Array, gamma: float) -> Array:
    """The q of sum 1 over the first axis that minimizes sum p f(q), f = -(1 - q)^gamma log q, which is convex.

    There p_k f'(q_k) = -e^s for all k. sum q falls as s rises: Newton's method in s, from where every q_k <= p_k.
    """
    share = ratio(p, total(p))
    settled = (share == 0) | (share == 1)
    if gamma == 0 or settled.all():
        return share
    inner = np.where(settled, 0.5, share)
    x = np.log(inner) - np.log1p(-inner)
    log_p = np.log(inner)
    s = np.max(np.where(settled, -np.inf, log_p + _log_slope(x, gamma)[0]), axis=0)
    s = np.where(np.isfinite(s), s, 0.0)
    for _ in range(STEPS):
        x, rate = _logit_at(s - log_p, x, gamma)
        q = np.where(settled, share, special.expit(x))
        sums = total(q)
        step = np.log(sums) / total(np.where(settled, 0.0, -q * special.expit(-x) / rate)) * sums
        step = np.where(np.all(settled, axis=0), 0.0, step)
        s = s + step
        if np.abs(step).max() < 1e-15:
            break
    return q / sums


def _log_slope(x: Array, gamma: float) -> tuple[Array, Array]:
    """log(-f'(q)) at q = sigmoid(x), and its derivative in x, which is negative."""
    q, c = special.expit(x), special.expit(-x)
    log_q = log_sigmoid(x)
    qr = np.where(c == 0, 1.0, -q * log_q / c)
    return gamma * log_sigmoid(-x) - log_q + np.log1p(gamma * qr), -gamma * q - c + gamma * (qr - q) / (1 + gamma * qr)


def _logit_at(level: Array, x: Array, gamma: float) -> tuple[Array, Array]:
    """The x where log(-f') has a level, and the derivative of the level there."""
    for _ in range(STEPS):
        value, rate = _log_slope(x, gamma)
        step = np.clip((value - level) / rate, -8, 8)
        x = x - step
        if np.abs(step).max() < 1e-14 * max(1.0, float(np.abs(x).max())):
            break
    return x, rate
