"""Predicted distributions over K exclusive classes from amounts a that are divided by their sum A: q = a / A.

Where some shares are clipped afterwards, only the others, U, move. With c = 1 - q, G = df/dlog q, I = q^2 d2f/dq2 and
K = I + 2 G, and with a constant b taken off all df/dq, which else would drown the differences between them,

    A   dL/da_k   = c_k (f'_k - b) - sum_{j != k} (G_j - b q_j) + b C_k,
    A^2 d2L/da_k2 = c_k^2 f''_k - 2 c_k (f'_k - b) + sum_{j != k} (K_j - 2 b q_j) - 2 b C_k,

where sums run over U, terms of k are there if it is in U, and C_k is the share of the clipped entries, or for a clipped
k less that of U: what b times the sum of q moves by.
"""

from typing import NamedTuple

import numpy as np

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.probabilities import Clipped, Quotients, others
from distscore.core.families.classes.simplex import ProbabilitiesPrediction, SoftmaxPrediction
from distscore.core.families.classes.softmax import Amounts
from distscore.core.families.classes.terms import Jacobian, Pair, Terms
from distscore.core.special.elementwise import Array, product, total, total_of_others
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import HessianParts


class ScoresPrediction(SoftmaxPrediction):
    """q = a / sum a of positive amounts a: the softmax of their logarithms, in which derivatives are taken."""

    def __init__(self, scores: Parameter, kept: Array | None = None) -> None:
        super().__init__(Amounts(scores.value, scores.coordinate, kept), "scores")

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> HessianParts:
        pair = self.pair(target)
        in_amounts, in_logs = terms.amount_second_derivative(pair), terms.logit_second_derivative(pair)
        return self.parts(in_amounts, in_logs, terms.logit_gradient(pair))

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


class Base(NamedTuple):
    """The constant b that is taken off df/dq of a row, of the largest share that is not clipped, and what it moves."""

    value: Array  # b, (rows,)
    moved: Array  # b C_k, (classes, rows)


class DividedPrediction(ProbabilitiesPrediction):
    """q = a / sum a over the kept entries, then clipped; derivatives are those in a."""

    def __init__(self, amounts: Array, clip: float, kept: Array | None = None) -> None:
        quotients = Quotients(amounts)
        self.whole, self.share, self.kept = quotients.whole, quotients.values, kept
        unclipped = self.share >= clip
        super().__init__(Clipped(quotients, clip, kept) if clip else quotients, unclipped)

    @property
    def jacobian(self) -> Jacobian:
        return Jacobian(1 / self.whole, -2 / self.whole, self.share, self.unclipped)

    def count(self, entries: Array, target: Outcomes) -> Array:
        """Weighted entries, without those that were clipped."""
        return np.where(self.unclipped, target.weigh(entries), 0.0)

    def keep(self, entries: Array) -> Array:
        """0 for entries that the mask leaves out."""
        return entries if self.kept is None else np.where(self.kept > 0, entries, 0.0)

    def base(self, first: Array) -> Base:
        """From df/dq of the entries."""
        top = np.argmax(np.where(self.unclipped, self.share, -1.0), axis=0)[None]
        at_top = np.take_along_axis(first, top, 0)[0]
        at_top = np.where(np.isfinite(at_top), at_top, 0.0)
        clipped, moving = (total(np.where(entries, self.share, 0.0)) for entries in (~self.unclipped, self.unclipped))
        of_others = np.where(self.unclipped, clipped, -moving)
        return Base(at_top, product(at_top, of_others))

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        pair = self.pair(target)
        base = self.base(self.count(terms.derivatives(pair)[0], target))
        own = self.own_gradient(terms, pair, base)
        first = self.count(terms.log_derivatives(pair)[0], target) - self.unclipped * product(self.share, base.value)
        return self.keep((own - total_of_others(first, self.share > 0.5) + base.moved) / self.whole)

    def own_gradient(self, terms: Terms, pair: Pair, base: Base) -> Array:
        """c (f' - b) of every entry that is not clipped."""
        own = self.count(terms.complement_derivatives(pair)[0], pair.target)
        return own - self.unclipped * product(pair.complement, base.value)

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        pair = self.pair(target)
        if not terms.separable:
            return terms.gauss_newton(pair, self.jacobian)
        own = self.count(terms.complement_derivatives(pair)[1], target)
        return self.keep((own + others(self.count(terms.information(pair), target))) / self.whole / self.whole)

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array | HessianParts:
        pair = self.pair(target)
        if not terms.separable:  # in units of the sum: both parts may overflow where it is small
            own = terms.gauss_newton(pair, Jacobian(1.0, -2.0, self.share, self.unclipped))
            gradient = self.gradient_of(terms, target) * self.whole
            return self.keep((own - 2 * gradient) / self.whole / self.whole)
        base = self.base(self.count(terms.derivatives(pair)[0], target))
        own = self.count(terms.complement_derivatives(pair)[1], target) - 2 * self.own_gradient(terms, pair, base)
        in_normalizer = self.count(terms.normalizer_second_derivative(pair), target)
        in_normalizer = in_normalizer - 2 * self.unclipped * product(self.share, base.value)
        of_others = total_of_others(in_normalizer, self.share > 0.5)
        return self.keep((own + of_others - 2 * base.moved) / self.whole / self.whole)
