"""Predicted distributions over K exclusive classes: from logits, log-probabilities, probabilities or scores."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from service.core import numerics
from service.core.families.outcomes import OutcomePrediction, Outcomes, Terms, log_ratio, others, ratio, total
from service.core.numerics import EPSILON, Array, inner, product
from service.core.spine import Derivatives, Split
from service.core.supports import Parameter


class Peak:
    """The largest logit of each row, where it stands: for few classes as a mask, for many by index, as is faster."""

    def __init__(self, logits: Array) -> None:
        self._by_index = not logits.flags.c_contiguous
        if self._by_index:
            self._index = np.argmax(logits, axis=0), np.arange(logits.shape[1])
        self.height: Array = logits[self._index] if self._by_index else np.max(logits, axis=0)

    def others(self, weight: Array, shifted: Array) -> Array:
        """Sum of the weights but that of the peak, which is 1; further peaks of the same height count."""
        if self._by_index:
            peak = weight[self._index]
            weight[self._index] = 0
            rest = total(weight)
            weight[self._index] = peak
            return rest
        self._mask = shifted == 0
        rest = total(weight - self._mask)
        if np.count_nonzero(self._mask) != rest.size:
            rest = rest + np.maximum(np.count_nonzero(self._mask, axis=0) - 1, 0)
        return rest

    def lower(self, slope: Array, change: Array) -> None:
        """Subtract a number per row from the entry at the peak."""
        if self._by_index:
            slope[self._index] -= change
        else:
            slope -= self._mask * change


class Softmax(OutcomePrediction):
    """q = softmax(z / T) over the first axis, or over the kept entries of it. Derivatives are those in z."""

    def __init__(
        self, logits: Array, column: str = "logits", temperature: float = 1.0, kept: Array | None = None
    ) -> None:
        self.column, self.temperature = column, temperature
        logits = logits if temperature == 1 else logits / temperature
        logits = logits if kept is None else np.where(kept > 0, logits, -np.inf)
        self.logits = logits
        self._peak = Peak(logits)
        top = self._peak.height
        self._shifted = logits - (top if kept is None else np.where(np.isneginf(top), 0.0, top))
        self._weight = np.exp(self._shifted)
        self._rest = self._peak.others(self._weight, self._shifted)  # all but the largest, which is 1

    @cached_property
    def q(self) -> Array:  # type: ignore[override]
        return self._weight / (1 + self._rest)

    @cached_property
    def log_q(self) -> Array:
        return self._shifted - np.log1p(self._rest)

    @cached_property
    def complement(self) -> Array:
        return np.where(self.q > 0.5, self._rest / (1 + self._rest), 1 - self.q)

    def excess(self, target: Outcomes) -> Array:
        plain = np.where(self.q > 0.5, target.complement - self.complement, self.q - target.p)
        if target.teacher is None:
            return plain
        d = log_ratio(target, self, np.ones(1))
        apart = (self.q > 0.5) & (np.abs(plain) > 0.5 * np.maximum(target.complement, self.complement))
        return np.where((np.abs(d) < 0.5) & ~apart, target.p * np.expm1(d), plain)

    def cross_entropy(self, target: Outcomes) -> Array:
        """S logsumexp(z) - <p, z>, with z below its largest entry: both parts are >= 0."""
        return target.aim.mass * np.log1p(self._rest) - inner(target.aim.p, self._shifted)

    def gradient(self, target: Outcomes) -> Derivatives:
        """S q - p."""
        if target.teacher is not None and target.weights is None:
            return {self.column: self.balanced(self.excess(target))}
        slope = self._weight * (target.aim.mass / (1 + self._rest))
        slope -= target.aim.p
        return {self.column: self.balanced(slope)}

    def balanced(self, slope: Array) -> Array:
        """A gradient in logits sums to 0 over a row: what its rounded sum shows is the error of a dominant class."""
        dominated = self._rest < 1
        if dominated.any():
            self._peak.lower(slope, dominated * total(slope))
        return slope if self.temperature == 1 else slope / self.temperature

    def centered(self, terms: Terms, target: Outcomes) -> tuple[Array, Array]:
        """G1 and G2, both less q df/dq of the most probable class, which would drown the others in saturated rows.

        A constant added to all df/dq changes nothing, for sum q = 1.
        """
        parts = terms.log_derivatives(target, self)
        top = np.argmax(self.q, axis=0)[None]
        pull = ratio(np.take_along_axis(parts[0], top, 0), np.take_along_axis(self.q, top, 0))
        if target.weights is not None:
            pull = pull * np.take_along_axis(np.broadcast_to(target.weights, self.q.shape), top, 0)
        base = product(self.q, pull)
        return target.weigh(parts[0]) - base, target.weigh(parts[1]) - base

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        first, _ = self.centered(terms, target)
        return self.balanced(first - self.q * total(first))

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        information = target.weigh(terms.information(target, self))
        rest = others(information, total(information))
        squares = product(information, self.complement**2) + product(self.q, product(self.q, rest))
        return squares / self.temperature**2

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        first, second = self.centered(terms, target)
        q, complement = self.q, self.complement
        dominant = q > 0.5
        rest = np.where(dominant, total(np.where(dominant, 0.0, second)), total(second) - second)
        bend = second * complement**2 + q * q * rest - total(first) * q * complement
        return bend / self.temperature**2


class Scores(Softmax):
    """q = a / sum a of positive amounts a: the softmax of their logarithms, in which derivatives are taken."""

    def __init__(self, scores: Parameter, kept: Array | None = None) -> None:
        super().__init__(scores.free, "scores", kept=kept)
        amounts = scores.value if kept is None else np.where(kept > 0, scores.value, 0.0)
        largest = np.max(amounts, axis=0)
        near = np.abs(scores.free) < 1  # elsewhere a quotient has more digits than a difference of logarithms
        self._shifted = np.where(near, self._shifted, numerics.log_ratio(amounts, largest))
        self._weight = ratio(amounts, largest)
        self._rest = self._peak.others(self._weight, self._shifted)

    def parts(self, bend: Array, slope: Callable[[], Array], direct: Callable[[], Array]) -> Split:
        """The second derivatives D in a, times a^2, and E in log a are all that any activation needs.

        They differ by the slope, D + slope = E. What they have in common is told apart: a sigmoid that saturates
        multiplies it by far less.
        """
        first, in_amounts = slope(), direct()
        smaller = np.where(np.abs(in_amounts) < np.abs(bend), in_amounts, bend)
        common = np.where(np.isfinite(in_amounts - bend) & ((in_amounts > 0) == (bend > 0)), smaller, 0.0)
        free = np.where(common == 0, -in_amounts, np.where(common == bend, first, 0.0))
        return Split(common, free, np.where(common == 0, bend, np.where(common == bend, 0.0, first)))


class LogProbabilities(OutcomePrediction):
    """q = exp(l), as sent."""

    column = "log_probabilities"

    def __init__(self, log_probabilities: Array) -> None:
        self.q, self._log_q = np.exp(log_probabilities), log_probabilities

    @cached_property
    def log_q(self) -> Array:
        return self._log_q

    @cached_property
    def complement(self) -> Array:
        return np.maximum(-np.expm1(self._log_q), 0.0)

    def excess(self, target: Outcomes) -> Array:
        return np.where(self.q > 0.5, target.complement + np.expm1(self._log_q), self.q - target.p)

    @property
    def rounding(self) -> Array:
        return rounding(self.log_q)

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.log_derivatives(target, self)[0])

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.log_derivatives(target, self)[1])

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.information(target, self))


def rounding(log_q: Array) -> Array:
    """Of probabilities that come from their logarithms: those hold that many digits less."""
    return EPSILON * (4 + np.minimum(np.abs(log_q), 700.0))


class Probabilities(OutcomePrediction):
    """q as sent; derivatives are ambient, the sum of a row is not held. Clipped entries have no derivative."""

    column = "probabilities"

    def __init__(self, probabilities: Array, clip: float) -> None:
        self.q = np.maximum(probabilities, clip)
        self.free = probabilities >= clip

    def derivatives(self, terms: Terms, target: Outcomes) -> tuple[Array, Array]:
        first, second = map(target.weigh, terms.derivatives(target, self))
        return np.where(self.free, first, 0.0), np.where(self.free, second, 0.0)

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[0]

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[1]

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[1]


class DividedProbabilities(Probabilities):
    """q = a / sum a over the kept entries, then clipped; derivatives are those in a."""

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
        return np.where(self.free, others(self.share, total(self.share)), 1 - self.q)

    @cached_property
    def log_q(self) -> Array:
        return np.where(self.q > 0.5, np.log1p(-self.complement), np.log(self.q))

    @property
    def rounding(self) -> float:
        return 4 * EPSILON

    def excess(self, target: Outcomes) -> Array:
        return np.where(self.q > 0.5, target.complement - self.complement, self.q - target.p)

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        """(df/dq - sum q df/dq) / sum a, both less df/dq of the largest share."""
        first, _ = self.derivatives(terms, target)
        top = np.argmax(self.share, axis=0)[None]
        pull = np.where(self.free.all(axis=0), np.take_along_axis(first, top, 0), 0.0)
        moved = np.where(self.free, target.weigh(terms.log_derivatives(target, self)[0]), 0.0)
        return self.keep((first - pull - total(moved - product(self.share, pull))) / self.whole)

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        _, second = self.derivatives(terms, target)
        away = others(self.share, total(self.share))
        information = np.where(self.free, target.weigh(terms.information(target, self)), 0.0)
        squares = product(product(second, away), away) + others(information, total(information))
        return self.keep(squares / self.whole / self.whole)

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        return self.spread(terms, target) - 2 * self.slope(terms, target) / self.whole
