"""Predicted distributions over K exclusive classes: from logits, log-probabilities, probabilities or scores."""

from functools import cached_property

import numpy as np

from distscore.core.families.classes.outcomes import (
    OutcomePrediction,
    Outcomes,
    Terms,
    log_ratio,
    others,
)
from distscore.core.special.elementwise import Array, inner, product, ratio, total, total_of_others
from distscore.core.theory.derivatives import Derivatives


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

    computed = True

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

    def centered(self, terms: Terms, target: Outcomes) -> tuple[Array, Array, Array]:
        """G1 and G2, both less q df/dq of the most probable class, which would drown the others in saturated rows.

        A constant added to all df/dq changes nothing, for sum q = 1. The third part is what was taken off.
        """
        parts = terms.log_derivatives(target, self)
        top = np.argmax(self.q, axis=0)[None]
        pull = ratio(np.take_along_axis(parts[0], top, 0), np.take_along_axis(self.q, top, 0))
        if target.weights is not None:
            pull = pull * np.take_along_axis(np.broadcast_to(target.weights, self.q.shape), top, 0)
        base = product(self.q, pull)
        return target.weigh(parts[0]) - base, target.weigh(parts[1]) - base, base

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        first, _, _ = self.centered(terms, target)
        return self.balanced(first - self.q * total(first))

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        information = target.weigh(terms.information(target, self))
        away = product(self.q, product(self.q, others(information)))
        squares: Array = product(information, self.complement**2) + away
        return squares / self.temperature**2

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        first, second, _ = self.centered(terms, target)
        q, complement = self.q, self.complement
        bend: Array = second * complement**2 + q * q * total_of_others(second, q > 0.5) - total(first) * q * complement
        return bend / self.temperature**2


class LogProbabilities(OutcomePrediction):
    """q = exp(l), as sent."""

    column = "log_probabilities"
    computed = True

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

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.log_derivatives(target, self)[0])

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.log_derivatives(target, self)[1])

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.information(target, self))


class Probabilities(OutcomePrediction):
    """q as sent; derivatives are ambient, the sum of a row is not held. Clipped entries have no derivative."""

    column = "probabilities"

    def __init__(self, probabilities: Array, clip: float) -> None:
        self.clip = clip
        self.q = np.maximum(probabilities, clip)
        self.unclipped = probabilities >= clip

    def derivatives(self, terms: Terms, target: Outcomes) -> tuple[Array, Array]:
        first, second = map(target.weigh, terms.derivatives(target, self))
        return np.where(self.unclipped, first, 0.0), np.where(self.unclipped, second, 0.0)

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[0]

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[1]

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[1]
