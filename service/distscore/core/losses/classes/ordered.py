"""Losses of classes in order: they compare the cumulative probabilities Q_k = q_1 + .. + q_k with P_k.

L = sum_k f(D_k) with D = Q - P; f = D^2 is the ranked probability score (Epstein 1969), f = |D| the earth mover's
distance. Probabilities that were sent move dQ_k/dq_j = 1[j <= k]; those of a softmax, and shares of a sum, move

    dQ_k/dx_j = m_j (1[j <= k] - Q_k),    m = q through a softmax, 1 / sum(a) for amounts a.

So two sums along the classes give both derivatives, with n_j = 1 - 2 q_j and -2 / sum(a):

    dL/dx_j   = m_j   (sum_{k >= j} f'_k (1 - Q_k)    - sum_{k < j} f'_k Q_k),
    d2L/dx_j2 = m_j^2 (sum_{k >= j} f''_k (1 - Q_k)^2 + sum_{k < j} f''_k Q_k^2) + n_j dL/dx_j.
"""

from abc import abstractmethod
from functools import partial

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import compensated_sums
from distscore.core.families.classes.split import Split
from distscore.core.families.classes.terms import Jacobian, Pair, SoftenedPair, with_ties
from distscore.core.losses.classes.outcome_loss import OutcomeLoss
from distscore.core.losses.classes.squared_error import split_difference
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


def cumulative_difference(pair: Pair) -> Array:
    """D = Q - P, from the nearer end; its sign depends on what additions round off."""
    if not (pair.predicted.sums_to_one or pair.target.probabilities.sums_to_one):
        both = np.stack((pair.q, -pair.p), axis=1)
        return compensated_sums(both.reshape(-1, *both.shape[2:]))[1::2]
    from_below, from_above = compensated_sums(pair.difference), pair.surplus - after(pair.difference)
    return np.where(np.cumsum(pair.q, axis=0) > 0.5, from_above, from_below)


def split_cumulative(pair: SoftenedPair) -> Split:
    """D times the normalizer of q, of almost hard targets in whole numbers and what ties leave of them."""
    d, missing = split_difference(pair), pair.surplus * pair.predicted.normalizer
    far = np.cumsum(pair.q, axis=0) > 0.5
    whole = np.where(far, -after(d.whole), np.cumsum(d.whole, axis=0))
    return Split(whole, np.where(far, missing - after(d.rest), np.cumsum(d.rest, axis=0)))


class OrderedLoss(OutcomeLoss):
    """sum f(D_k) over the classes that a mask keeps."""

    needs_exclusive_classes = True
    separable = False

    @abstractmethod
    def heights(self, pair: Pair) -> tuple[Array, Array, Array]:
        """f, f' and f'' of each class."""

    @abstractmethod
    def split_first(self, pair: SoftenedPair) -> tuple[Split, Array | float]:
        """f' of each class, and what it is to be divided by."""

    def entries(self, pair: Pair) -> Array:
        return kept(self.heights(pair)[0], pair)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        _, first, second = self.heights(pair)
        return onward(kept(first, pair)), onward(kept(second, pair))

    def split_deviation(self, pair: SoftenedPair) -> tuple[Split, Array]:
        """d_k - sum q_j d_j with d_k = sum_{j >= k} f'_j, and what it is to be divided by."""
        first, divisor = self.split_first(pair)
        d = Split(*(onward_from_top(kept(x, pair), pair.top) for x in (first.whole, first.rest)))
        return pair.predicted.deviation(d), divisor * pair.predicted.normalizer

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        d = onward_from_top(kept(self.heights(pair)[1], pair), pair.top)
        return with_ties(pair.predicted.gradient_from(d), pair, self.gradient_of_ties)

    def gradient_of_ties(self, pair: SoftenedPair) -> Array:
        """q_k (d_k - sum q_j d_j), d_k = sum_{j >= k} f'_j, by differences of the logits."""
        deviation, divisor = self.split_deviation(pair)
        return pair.q * deviation.value / divisor

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        return self.logit_gauss_newton(pair) - pair.predicted.balance(1, 1) * self.logit_gradient(pair)

    def logit_gauss_newton(self, pair: SoftenedPair) -> Array:
        return self.gauss_newton(pair, Jacobian(pair.q, 0.0, pair.q))

    def gauss_newton(self, pair: Pair, by: Jacobian) -> Array:
        """The part sum_j f''_j (dQ_j/dx_k)^2 of the second derivatives in a column x, (classes, rows)."""
        second = kept(self.heights(pair)[2], pair)
        below = np.cumsum(by.share * by.unclipped, axis=0)
        above = after(by.share) + np.cumsum(by.share * ~by.unclipped, axis=0)
        own, of_others = second * above**2, second * below**2
        squares = np.where(by.unclipped, onward(own) + before(of_others), total(of_others))
        return kept(product(by.rate, product(by.rate, squares)), pair)


def kept(entries: Array, pair: Pair) -> Array:
    """Entries, 0 where the class is masked."""
    return entries if pair.target.kept is None else pair.target.kept * entries


def onward_from_top(x: Array, top: NDArray[np.intp]) -> Array:
    """onward(x) less what it is at the most probable class, by sums that start there."""
    past = np.arange(len(x))[:, None] >= top
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

    def heights(self, pair: Pair) -> tuple[Array, Array, Array]:
        d = cumulative_difference(pair)
        return d * d, 2 * d, np.full_like(d, 2.0)

    def split_first(self, pair: SoftenedPair) -> tuple[Split, Array | float]:
        return split_cumulative(pair).times(2.0), pair.predicted.normalizer

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        return with_ties(super().logit_second_derivative(pair), pair, self.second_derivative_of_ties)

    def second_derivative_of_ties(self, pair: SoftenedPair) -> Array:
        """q_k^2 sum_j f''_j (1[j >= k] - Q_j)^2 + (1 - 2 q_k) dL/dz_k: whole numbers cancel where classes are tied."""
        w, (deviation, divisor) = pair.predicted.weights, self.split_deviation(pair)
        below, above = (Split(over(w.whole), over(w.rest)) for over in (partial(np.cumsum, axis=0), after))
        own, of_others = above * above, below * below
        squares = Split(
            *(onward(kept(a, pair)) + before(kept(b, pair)) for a, b in zip(own.parts, of_others.parts, strict=True))
        )
        balance = w.of_others() - w
        found = (balance * deviation + w * squares.times(2.0)).value
        return kept(pair.q * found / divisor / pair.predicted.normalizer, pair)


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

    def heights(self, pair: Pair) -> tuple[Array, Array, Array]:
        d = cumulative_difference(pair)
        errors = np.broadcast_to(pair.difference_error, d.shape)
        from_above = np.where(np.cumsum(pair.q, axis=0) > 0.5, pair.predicted.sums_to_one, False)
        noise = np.where(from_above, after(errors), np.cumsum(errors, axis=0))
        return np.abs(d), np.where(np.abs(d) <= noise, 0.0, np.sign(d)), np.zeros_like(d)

    def split_first(self, pair: SoftenedPair) -> tuple[Split, Array | float]:
        signs = self.heights(pair)[1]
        return Split(signs, np.zeros_like(signs)), 1.0

    def fisher_information(self, target: Outcomes, prediction: OutcomePrediction) -> None:
        return None
