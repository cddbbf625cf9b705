"""Predicted distributions over K exclusive classes from amounts a that are divided by their sum A: q = a / A.

With c = 1 - q, G1 = df/dlog q, I = q^2 d2f/dq2 and K = I + 2 G1, the second derivative in an amount is

    A^2 d2L/da_k2 = (I_k / q_k^2) c_k^2 - 2 (G1_k / q_k) c_k + sum_{j != k} K_j.

A constant added to all df/dq changes nothing: that of the largest share is taken off, or it would drown the others.
"""

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.comparison import Comparison
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import Jacobian
from distscore.core.families.classes.probabilities import Clipped, Quotients, others
from distscore.core.families.classes.simplex import ProbabilitiesPrediction, SoftmaxPrediction
from distscore.core.families.classes.softmax import Amounts
from distscore.core.families.classes.terms import Terms
from distscore.core.special.elementwise import Array, product, total, total_of_others
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import HessianParts


class ScoresPrediction(SoftmaxPrediction):
    """q = a / sum a of positive amounts a: the softmax of their logarithms, in which derivatives are taken."""

    def __init__(self, scores: Parameter, kept: Array | None = None) -> None:
        super().__init__(Amounts(scores.value, scores.coordinate, kept), "scores")

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> HessianParts:
        pair = Comparison(target, self.probabilities)
        in_amounts, in_logs = terms.amount_second_derivative(pair), terms.logit_second_derivative(pair)
        return self.parts(in_amounts, in_logs, self.balanced(terms.logit_gradient(pair)))

    def second_derivative_from(self, gauss_newton: Array | float, gradient: Array) -> HessianParts:
        in_amounts, in_logs = (gauss_newton + n * gradient for n in (-2 * self.q, self.jacobian.second))
        return self.parts(in_amounts, in_logs, gradient)

    @staticmethod
    def parts(in_amounts: Array, in_logs: Array, gradient: Array) -> HessianParts:
        """The second derivatives D in a, times a^2, and E in log a: all that any activation needs.

        They differ by the gradient in log a, D + gradient = E. What they have in common is told apart: a sigmoid that
        saturates multiplies it by far less.
        """
        smaller = np.where(np.abs(in_amounts) < np.abs(in_logs), in_amounts, in_logs)
        common = np.where((in_amounts > 0) == (in_logs > 0), smaller, 0.0)
        in_coordinate = np.where(common == 0, -in_amounts, np.where(common == in_amounts, 0.0, gradient))
        in_parameter = np.where(common == 0, in_logs, np.where(common == in_logs, 0.0, gradient))
        return HessianParts(common, in_coordinate, in_parameter)


class DividedPrediction(ProbabilitiesPrediction):
    """q = a / sum a over the kept entries, then clipped; derivatives are those in a."""

    def __init__(self, amounts: Array, clip: float, kept: Array | None = None) -> None:
        quotients = Quotients(amounts)
        self.whole, self.share, self.kept = quotients.whole, quotients.values, kept
        self.away = quotients.complement  # what the others have of the whole
        unclipped = self.share >= clip
        super().__init__(Clipped(quotients, clip, kept) if clip else quotients, unclipped)

    def keep(self, entries: Array) -> Array:
        """0 for entries that the mask leaves out."""
        return entries if self.kept is None else np.where(self.kept > 0, entries, 0.0)

    @property
    def jacobian(self) -> Jacobian:
        return Jacobian(1 / self.whole, -2 / self.whole, self.share, self.unclipped)

    def centered(self, terms: Terms, target: Outcomes) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
        """df/dq and d2f/dq2 of the entries; df/dq of the largest share, which the first lacks; and where that is."""
        first, second = self.derivatives(terms, target)
        top = np.argmax(self.share, axis=0)
        whole = np.broadcast_to(self.unclipped, first.shape).all(axis=0)
        at_top = np.where(whole, np.take_along_axis(first, top[None], 0), 0.0)
        return first - at_top, second, at_top, whole & (np.arange(len(first))[:, None] == top)

    def count(self, entries: Array, target: Outcomes) -> Array:
        """Weighed entries, without those that were clipped."""
        return np.where(self.unclipped, target.weigh(entries), 0.0)

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        first, _, at_top, is_top = self.centered(terms, target)
        log_derivatives = terms.log_derivatives(Comparison(target, self.probabilities))[0]
        moved = self.count(log_derivatives, target) - product(self.share, at_top)
        return self.keep((first - total(np.where(is_top, 0.0, moved))) / self.whole)

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        _, second = self.derivatives(terms, target)
        information = self.count(terms.information(Comparison(target, self.probabilities)), target)
        squares = product(product(second, self.away), self.away) + others(information)
        return self.keep(squares / self.whole / self.whole)

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array:
        first, second, at_top, _ = self.centered(terms, target)
        in_normalizer = terms.normalizer_second_derivative(Comparison(target, self.probabilities))
        grown = self.count(in_normalizer, target) - 2 * product(self.share, at_top)
        own = product(product(second, self.away), self.away) - 2 * product(first, self.away)
        return self.keep((own + total_of_others(grown, self.share > 0.5)) / self.whole / self.whole)
