"""Predicted distributions over K exclusive classes from amounts a that are divided by their sum A: q = a / A.

With c = 1 - q, G1 = df/dlog q, I = q^2 d2f/dq2 and K = I + 2 G1, the second derivative in an amount is

    A^2 d2L/da_k2 = (I_k / q_k^2) c_k^2 - 2 (G1_k / q_k) c_k + sum_{j != k} K_j.

A constant added to all df/dq changes nothing: that of the largest share is taken off, or it would drown the others.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes, Terms, others
from distscore.core.families.classes.simplex import Probabilities, Softmax
from distscore.core.special import elementwise as numerics
from distscore.core.special.elementwise import Array, product, ratio, total, total_of_others
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import HessianParts


class Scores(Softmax):
    """q = a / sum a of positive amounts a: the softmax of their logarithms, in which derivatives are taken."""

    def __init__(self, scores: Parameter, kept: Array | None = None) -> None:
        super().__init__(scores.coordinate, "scores", kept=kept)
        amounts = scores.value if kept is None else np.where(kept > 0, scores.value, 0.0)
        largest = np.max(amounts, axis=0)
        near = np.abs(scores.coordinate) < 1  # elsewhere a quotient has more digits than a difference of logarithms
        self._shifted = np.where(near, self._shifted, numerics.log_ratio(amounts, largest))
        self._weight = ratio(amounts, largest)
        self._rest = self._peak.others(self._weight, self._shifted)

    def direct(self, terms: Terms, target: Outcomes) -> Array:
        q, complement = self.q, self.complement
        first, _, base = self.centered(terms, target)
        information = product(target.weigh(terms.information(target, self)), complement**2)
        grown = total_of_others(target.weigh(terms.dilution(target, self)) - 2 * base, q > 0.5)
        return information - 2 * q * complement * first + product(q, product(q, grown))

    def parts(self, bend: Array, slope: Callable[[], Array], direct: Callable[[], Array]) -> HessianParts:
        """The second derivatives D in a, times a^2, and E in log a are all that any activation needs.

        They differ by the slope, D + slope = E. What they have in common is told apart: a sigmoid that saturates
        multiplies it by far less.
        """
        first, in_amounts = slope(), direct()
        smaller = np.where(np.abs(in_amounts) < np.abs(bend), in_amounts, bend)
        common = np.where((in_amounts > 0) == (bend > 0), smaller, 0.0)
        free = np.where(common == 0, -in_amounts, np.where(common == in_amounts, 0.0, first))
        return HessianParts(common, free, np.where(common == 0, bend, np.where(common == bend, 0.0, first)))


class DividedProbabilities(Probabilities):
    """q = a / sum a over the kept entries, then clipped; derivatives are those in a."""

    computed = True

    def __init__(self, amounts: Array, clip: float, kept: Array | None = None) -> None:
        self.whole, self.kept = total(amounts), kept
        self.share = ratio(amounts, self.whole)
        super().__init__(self.share, clip)
        self.q = self.keep(self.q)

    def keep(self, entries: Array) -> Array:
        """0 for entries that the mask leaves out."""
        return entries if self.kept is None else np.where(self.kept > 0, entries, 0.0)

    @cached_property
    def complement(self) -> Array:
        return np.where(self.unclipped, self.away, 1 - self.q)

    @cached_property
    def log_q(self) -> Array:
        return np.where(self.q > 0.5, np.log1p(-self.complement), np.log(self.q))

    def excess(self, target: Outcomes) -> Array:
        return np.where(self.q > 0.5, target.complement - self.complement, self.q - target.p)

    def centered(self, terms: Terms, target: Outcomes) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
        """df/dq and d2f/dq2 of the entries; df/dq of the largest share, which the first lacks; and where that is."""
        first, second = self.derivatives(terms, target)
        top = np.argmax(self.share, axis=0)
        whole = np.broadcast_to(self.unclipped, first.shape).all(axis=0)
        pull = np.where(whole, np.take_along_axis(first, top[None], 0), 0.0)
        return first - pull, second, pull, whole & (np.arange(len(first))[:, None] == top)

    def count(self, entries: Array, target: Outcomes) -> Array:
        """Weighed entries, without those that were clipped."""
        return np.where(self.unclipped, target.weigh(entries), 0.0)

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        first, _, pull, at_top = self.centered(terms, target)
        moved = self.count(terms.log_derivatives(target, self)[0], target) - product(self.share, pull)
        return self.keep((first - total(np.where(at_top, 0.0, moved))) / self.whole)

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        _, second = self.derivatives(terms, target)
        information = self.count(terms.information(target, self), target)
        squares = product(product(second, self.away), self.away) + others(information)
        return self.keep(squares / self.whole / self.whole)

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        first, second, pull, _ = self.centered(terms, target)
        grown = self.count(terms.dilution(target, self), target) - 2 * product(self.share, pull)
        own = product(product(second, self.away), self.away) - 2 * product(first, self.away)
        return self.keep((own + total_of_others(grown, self.share > 0.5)) / self.whole / self.whole)

    @cached_property
    def away(self) -> Array:
        """What the others have of the whole."""
        return others(self.share)
