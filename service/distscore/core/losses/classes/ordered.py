"""Losses of classes in order: they compare the cumulative probabilities Q_k = q_1 + .. + q_k with P_k.

L = sum_k f(D_k) with D = Q - P; f = D^2 is the ranked probability score (Epstein 1969), f = |D| the earth mover's
distance. Probabilities that were sent move dQ_k/dq_j = 1[j <= k]; those of a softmax, and shares of a sum, move

    dQ_k/dx_j = m_j (1[j <= k] - Q_k),    m = q through a softmax, 1 / sum(a) for amounts a.

So two sums along the classes give both derivatives, with n_j = 1 - 2 q_j and -2 / sum(a):

    dL/dx_j   = m_j   (sum_{k >= j} f'_k (1 - Q_k)    - sum_{k < j} f'_k Q_k),
    d2L/dx_j2 = m_j^2 (sum_{k >= j} f''_k (1 - Q_k)^2 + sum_{k < j} f''_k Q_k^2) + n_j dL/dx_j.
"""

from abc import abstractmethod

import numpy as np

from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes
from distscore.core.losses.classes.log_quotient import doubt
from distscore.core.losses.classes.outcome_loss import OutcomeLoss
from distscore.core.special.elementwise import Array, product, total
from distscore.core.theory.formulas import LossFormulas

CUMULATIVE = {"Q_k": r"\sum_{j=1}^k q_j", "P_k": r"\sum_{j=1}^k p_j", "D_k": "Q_k - P_k"}


def before(x: Array) -> Array:
    """For each class the sum over the classes below it."""
    return np.concatenate((np.zeros_like(x[:1]), np.cumsum(x[:-1], axis=0)))


def onward(x: Array) -> Array:
    """For each class the sum over it and the classes above it."""
    return np.cumsum(x[::-1], axis=0)[::-1]


def after(x: Array) -> Array:
    """For each class the sum over the classes above it."""
    return np.concatenate((onward(x[1:]), np.zeros_like(x[:1])))


def running(x: Array) -> Array:
    """Cumulative sums, with what each addition rounds off added in the end: the sign of D depends on it."""
    sums = np.cumsum(x, axis=0)
    last = np.concatenate((np.zeros_like(x[:1]), sums[:-1]))
    added = sums - last
    return sums + np.cumsum((last - (sums - added)) + (x - added), axis=0)


def cumulative_difference(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """D = Q - P; of a row that sums to 1, from its nearer end."""
    excess = prediction.excess(target)
    if not prediction.sums_to_one:
        if target.teacher is not None:
            return running(excess)
        both = np.stack((prediction.q, -target.p), axis=1)
        return running(both.reshape(-1, *both.shape[2:]))[1::2]
    missing = 0.0
    if target.teacher is None and not target.divided:
        missing = running(np.concatenate((np.ones_like(target.p[:1]), -target.p)))[-1]
    return np.where(np.cumsum(prediction.q, axis=0) > 0.5, missing - after(excess), running(excess))


class OrderedLoss(OutcomeLoss):
    """sum f(D_k) over the classes that a mask keeps."""

    needs_exclusive_classes = True

    @abstractmethod
    def heights(self, d: Array) -> tuple[Array, Array, Array]:
        """f, f' and f''."""

    def of(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array, Array]:
        """f, f' and f'' of each class, 0 where it is masked."""
        heights = self.heights(cumulative_difference(target, prediction))
        return heights if target.kept is None else tuple(target.kept * height for height in heights)  # type: ignore[return-value]

    def entries(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return self.of(target, prediction)[0]

    def derivatives(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array]:
        _, first, second = self.of(target, prediction)
        return onward(first), onward(second)

    def slope(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        if prediction.logits is None:
            return super().slope(target, prediction)
        q = prediction.q
        force = from_top(self.of(target, prediction)[1], q)
        slope: Array = q * (force - total(q * force)) / prediction.temperature
        return slope

    def squares(self, target: Outcomes, prediction: OutcomePrediction, share: Array) -> Array:
        """sum f''_k (dQ_k)^2 but for the factor m^2."""
        second, unclipped = self.of(target, prediction)[2], prediction.unclipped
        below = np.cumsum(share * unclipped, axis=0)
        above = after(share) + np.cumsum(share * ~unclipped, axis=0)
        own, others = second * above**2, second * below**2
        squares: Array = np.where(unclipped, onward(own) + before(others), total(others))
        return squares if target.kept is None else target.kept * squares

    def spread(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        if prediction.logits is not None:
            return (prediction.q / prediction.temperature) ** 2 * self.squares(target, prediction, prediction.q)
        if prediction.share.ndim:
            return self.squares(target, prediction, prediction.share) / prediction.whole / prediction.whole
        return super().spread(target, prediction)

    def bend(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        if prediction.logits is not None:
            n = (prediction.complement - prediction.q) / prediction.temperature
            return self.spread(target, prediction) + n * self.slope(target, prediction)
        if prediction.share.ndim:
            own, whole = self.squares(target, prediction, prediction.share), prediction.whole
            return (own - 2 * self.slope(target, prediction) * whole) / whole / whole
        return super().bend(target, prediction)

    def direct(self, target: Outcomes, prediction: OutcomePrediction) -> Array:
        return self.spread(target, prediction) - 2 * product(prediction.q, self.slope(target, prediction))


def from_top(x: Array, q: Array) -> Array:
    """onward(x) less what it is at the most probable class, by sums that start there."""
    past = np.arange(len(q))[:, None] >= np.argmax(q, axis=0)
    return onward(np.where(past, 0.0, x)) - before(np.where(past, x, 0.0))


class RankedProbabilityScore(OrderedLoss):
    """sum (Q_k - P_k)^2 over all classes, Q and P cumulative: classes that are far apart differ more."""

    name = "ranked_probability_score"
    units = "squared probability"
    formulas = LossFormulas(
        formula=r"\sum_k D_k^2",
        where={**CUMULATIVE, "d_k": r"2 \sum_{j=k}^K D_j", "s": r"\sum_j q_j d_j"},
        gradient={"probabilities": "d_k", "logits": "q_k (d_k - s)"},
        hessian={
            "probabilities": "2 (K - k + 1)",
            "logits": r"2 q_k^2 (\sum_{j=k}^K (1 - Q_j)^2 + \sum_{j=1}^{k - 1} Q_j^2) + q_k (1 - 2 q_k) (d_k - s)",
        },
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=False,
        bounded_below=True,
        notes=("The classes have an order; all K terms are summed. Others divide by K - 1.",),
        elsewhere={"R": "verification::rps, divided by K - 1"},
    )

    def heights(self, d: Array) -> tuple[Array, Array, Array]:
        return d * d, 2 * d, np.full_like(d, 2.0)


class EarthMoverDistance(OrderedLoss):
    """sum |Q_k - P_k| over all classes, Q and P cumulative: how far mass must move, in classes."""

    name = "earth_mover_distance"
    units = "classes"
    formulas = LossFormulas(
        formula=r"\sum_k |D_k|",
        where={**CUMULATIVE, "d_k": r"\sum_{j=k}^K \operatorname{sgn} D_j", "s": r"\sum_j q_j d_j"},
        gradient={"probabilities": "d_k", "logits": "q_k (d_k - s)"},
        hessian={"probabilities": "0", "logits": "q_k (1 - 2 q_k) (d_k - s)"},
        floor="0",
        zero_at_match=True,
        proper=False,
        convex_in_logits=False,
        bounded_below=True,
        notes=("Zero at a known distribution, yet for sampled labels its expected value is least at their median.",),
        elsewhere={"SciPy": "scipy.stats.wasserstein_distance of class numbers, weighted by p and q"},
    )

    def heights(self, d: Array) -> tuple[Array, Array, Array]:
        return np.abs(d), np.sign(d), np.zeros_like(d)

    def of(self, target: Outcomes, prediction: OutcomePrediction) -> tuple[Array, Array, Array]:
        distance, sign, flat = super().of(target, prediction)
        far = np.cumsum(prediction.q, axis=0) > 0.5
        blur = doubt(target, prediction)
        noise = np.where(prediction.sums_to_one & far, after(blur), np.cumsum(blur, axis=0))
        return distance, np.where(distance <= noise, 0.0, sign), flat

    def fisher_information(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None
