"""What the losses of the alpha family share: their derivatives, and the direction in which they are infinite.

    f = (m - a p - (1 - a) q) / (a (a - 1)),    m = p^a q^(1-a),    df/dq = (1 - m / q) / a,    q^2 d2f/dq2 = m

Through q = softmax(z) the linear parts cancel: with c = 1 - q and no class weights

    a d2L/dz_k2 = c_k m_k (q_k - (1-a) c_k) + q_k (c_k - (1-a) q_k) sum_{j != k} m_j,

and of amounts x_k that are divided by their sum

    a x_k^2 d2L/dx_k2 = c_k m_k (2 q_k + a c_k) - (2 - a) q_k^2 sum_{j != k} m_j.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import others
from distscore.core.families.classes.terms import Pair, SoftenedPair, Terms
from distscore.core.losses.classes.alpha_entries import divergence_entries, infinite_entries, mixture, unbounded
from distscore.core.losses.classes.outcome_loss import OutcomeLoss
from distscore.core.special.elementwise import Array, product, ratio
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives, parts_of

NEAR_REVERSE = 0.5  # orders below this in size, of which 1 / a must not be taken out


class AlphaMember(OutcomeLoss):
    """A multiple of sum f over the outcomes, for one order a."""

    scale: ClassVar[float] = 1.0  # what f is multiplied by

    @property
    def alpha(self) -> float:
        """The order a of the divergence: 1 is KL(p, q), 0 its reverse."""
        return self.settings["alpha"]

    def entries(self, pair: Pair) -> Array:
        return self.scale * divergence_entries(pair.p, pair.q, pair.log_ratio, self.alpha)

    def scaled_derivative(self, t: Array) -> Array:
        """a df/dq = 1 - e^(-a t), or df/dq = t where a = 0."""
        return -np.expm1(-self.alpha * t) if self.alpha else t

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        p, q, t, a = pair.p, pair.q, pair.log_ratio, self.alpha
        high = t > 0
        second = np.exp(product(np.where(high, -a, -a - 1), t)) / np.where(high, q, p)
        first = np.where(pair.is_far(a), -np.exp(-a * t), self.scaled_derivative(t)) / (a or 1)
        return self.scale * first, self.scale * np.where((p == 0) & (q == 0), 0.0, second)

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        q, t, a = pair.q, pair.log_ratio, self.alpha
        m = mixture(pair.p, q, t, a)
        far = pair.is_far(a)
        first = np.where(far, -m, np.where(a * t < -1, q - m, product(q, self.scaled_derivative(t)))) / (a or 1)
        second = m + first if abs(a) < NEAR_REVERSE else (np.where(far, 0.0, q) - (1 - a) * m) / a
        return self.scale * first, self.scale * second

    def information(self, pair: Pair) -> Array:
        return self.scale * mixture(pair.p, pair.q, pair.log_ratio, self.alpha)

    def normalizer_second_derivative(self, pair: Pair) -> Array:
        q, a = pair.q, self.alpha
        if abs(a) < NEAR_REVERSE:
            return super().normalizer_second_derivative(pair)
        m = mixture(pair.p, q, pair.log_ratio, a)
        return self.scale * (product(m, np.array(1 - 2 / a)) + np.where(pair.is_far(a), 0.0, 2 * q / a))

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        if abs(self.alpha) < NEAR_REVERSE:
            return super().logit_second_derivative(pair)
        a, q, m = self.alpha, pair.predicted, pair.target.weigh(self.information(pair))
        own = product(q.complement, product(m, q.balance(1, 1 - a)))
        of_others = product(q.values, product(others(m), -q.balance(1 - a, 1)))
        return (own + of_others) / a

    def amount_second_derivative(self, pair: SoftenedPair) -> Array:
        if abs(self.alpha) < NEAR_REVERSE or pair.target.weights is not None:
            return super().amount_second_derivative(pair)
        a, q, c, m = self.alpha, pair.q, pair.complement, pair.target.weigh(self.information(pair))
        of_others = product(q, product(q, others(m)))
        return (product(c, product(m, 2 * q + a * c)) - (2 - a) * of_others) / a

    def gradient(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives:
        found = prediction.gradient_of(self, target)
        if not np.isfinite(found).all():
            direction = prediction.gradient_of(Direction(self.alpha), target)
            grows = self.is_infinite(target, prediction) & ((direction != 0) | np.isnan(found))
            found = np.where(grows, product(np.inf, direction), found)
        return {prediction.column: found}

    def second_derivative(self, target: Outcomes, prediction: OutcomePrediction) -> SecondDerivatives:
        found = prediction.second_derivative_of(self, target)
        infinite = self.is_infinite(target, prediction)
        if infinite.any():
            first, direction = self.gradient(target, prediction)[prediction.column], Direction(self.alpha)
            parts = parts_of(found, first)
            toward = parts_of(
                prediction.second_derivative_of(direction, target), prediction.gradient_of(direction, target)
            )
            found = parts.growing_as(toward, infinite & (~toward.vanishes | np.isnan(parts.second)))
        return {prediction.column: found}

    def is_infinite(self, target: Outcomes, prediction: OutcomePrediction) -> NDArray[np.bool_]:
        """Where a row, or a label of it, has an infinite loss: (rows,) or (labels, rows)."""
        pair = prediction.pair(target)
        return np.asarray(np.any(infinite_entries(pair.p, pair.q, pair.log_ratio, self.alpha), axis=0))


class Direction(Terms):
    """The infinite terms of a row of order a, in the ratios in which they grow: finite numbers, the largest is 1.

    Where p = 0 they grow as q^(1-a), where q = 0 as p^a, and elsewhere m is beyond the doubles.
    """

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def entries(self, pair: Pair) -> Array:
        t, a = pair.log_ratio, self.alpha
        log_p, log_q = pair.target.probabilities.log, pair.log_q
        size = np.where(t == np.inf, (1 - a) * log_q, np.where(t == -np.inf, a * log_p, log_q - product(a, t)))
        nowhere = unbounded(t, a)
        infinite = np.where(nowhere.any(axis=0), nowhere, infinite_entries(pair.p, pair.q, t, a))
        size = np.where(infinite, size, -np.inf)
        largest = np.max(size, axis=0)
        return np.asarray(np.exp(size - np.where(np.isfinite(largest), largest, 0.0)))

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        first, second = self.log_derivatives(pair)
        return ratio(first, pair.q), ratio(ratio(second - first, pair.q), pair.q)

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        first = (1 - self.alpha) * self.entries(pair)
        return first, (1 - self.alpha) * first

    def information(self, pair: Pair) -> Array:
        return -self.alpha * (1 - self.alpha) * self.entries(pair)
