"""Probabilities that are the softmax of logits."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.probabilities import Probabilities
from distscore.core.families.classes.softened import Smoothed, Softened
from distscore.core.families.classes.top import Positions, Top, flat, of_rows
from distscore.core.special import elementwise
from distscore.core.special.elementwise import Array, product, ratio, total

NEAR_ZERO = 1.0  # of the largest z / T: above, rounding it moves the probabilities as much as computing them does


def finite(largest: Array) -> Array:
    """The largest entries of rows, 0 where all are -infinity."""
    return np.where(np.isneginf(largest), 0.0, largest)


class Softmax(Softened):
    """e^(z/T) / sum e^(z/T) over the first axis, or over the kept entries of it.

    z / T is shifted so that its largest entry, the `top`, has the weight 1.
    """

    def __init__(self, logits: Array, temperature: float = 1.0, kept: Array | None = None) -> None:
        self.logits, self.temperature = logits if kept is None else np.where(kept > 0, logits, -np.inf), temperature
        scaled = self.logits if temperature == 1 else self.logits / temperature
        self.largest = np.maximum.reduce(scaled, axis=0)
        self.shifted = scaled - (self.largest if kept is None else finite(self.largest))
        self.weight = np.exp(self.shifted)
        self.normalizer = total(self.weight)
        if kept is not None:
            self.normalizer = np.maximum(self.normalizer, 1.0)  # of a row of which the mask keeps nothing

    @cached_property
    def top(self) -> Top:
        """The largest entry of each row."""
        return Top(self.shifted)

    @cached_property
    def values(self) -> Array:  # type: ignore[override]
        return self.weight / self.normalizer

    @cached_property
    def log(self) -> Array:
        return self.shifted - self._log_normalizer

    @cached_property
    def _log_normalizer(self) -> Array:
        found = np.log(self.normalizer)
        found[self.dominated] = np.log1p(self.rest)
        return found

    @cached_property
    def most_probable(self) -> NDArray[np.intp]:
        return self.top.index

    @cached_property
    def complement(self) -> Array:
        complement = 1 - self.values
        flat(complement)[self.dominant] = self.rest / (1 + self.rest)
        return complement

    def complement_at(self, at: Positions) -> Array:
        return flat(self.complement)[at]

    @cached_property
    def _others(self) -> tuple[Array, Array, Array]:
        """Of all entries but the top: the largest z / T, the weights relative to it, and the sum of these."""
        shifted = self.shifted.copy("K")
        flat(shifted)[self.top.at] = -np.inf
        largest = np.max(shifted, axis=0)
        weight = np.exp(shifted - finite(largest))
        return largest, weight, total(weight)

    @property
    def share_of_others(self) -> Array:
        _, weight, whole = self._others
        return ratio(weight, whole)

    @cached_property
    def log_complement(self) -> Array:
        found = np.log1p(-self.values)
        largest, _, whole = self._others
        flat(found)[self.dominant] = (largest + np.log(whole) - self._log_normalizer)[self.dominated]
        return found

    @cached_property
    def dominated(self) -> Positions:
        """The rows of which one class has more than half."""
        return np.flatnonzero(self.normalizer < 2)

    @cached_property
    def dominant(self) -> Positions:
        """Where these classes stand in `flat`."""
        return self.top.at[self.dominated]

    @cached_property
    def rest(self) -> Array:
        """The sum of the weights of the other classes, for each dominated row."""
        return self.top.rest_in_place(self.weight)[self.dominated]

    @cached_property
    def tied(self) -> Positions:
        rows = np.flatnonzero(np.abs(self.largest) < NEAR_ZERO)
        return np.repeat(rows, 2) if len(rows) == 1 else rows

    def of_rows(self, rows: Positions) -> "Softmax":
        return Softmax(of_rows(self.logits, rows), self.temperature)

    def centered(self, first: Array) -> tuple[Array, Array]:
        base = product(self.values, ratio(self.top.of(first), self.top.of(self.values)))
        return first - base, base

    def through(self, first: Array) -> Array:
        return self.balanced(first - self.values * total(first))

    def gradient_from(self, d: Array) -> Array:
        first = np.empty_like(self.weight)  # in its memory layout, whatever that of d is
        return self.through(np.multiply(self.values, d - self.top.of(d), out=first))

    def balanced(self, gradient: Array) -> Array:
        """A gradient in logits sums to 0 over a row: that of a dominant class is changed to do so, in place."""
        flat(gradient)[self.dominant] = 0
        flat(gradient)[self.dominant] = -total(gradient)[self.dominated]
        return gradient

    def difference(self, target: Probabilities) -> Array:
        """x - p; near a match of two softmaxes p (e^t - 1) with t = log(x / p)."""
        if isinstance(target, Smoothed):
            return target.subtracted_from(self)
        x: Array = self.values
        plain = x - target.values
        at = self.dominant
        flat(plain)[at] = target.complement_at(at) - self.rest / (1 + self.rest)
        if not isinstance(target, Softmax):
            return plain
        t = self.log_ratio(target)
        apart = (x > 0.5) & (np.abs(plain) > 0.5 * np.maximum(target.complement, self.complement))
        return np.where((np.abs(t) < 0.5) & ~apart, target.values * np.expm1(t), plain)

    def log_ratio(self, target: Probabilities) -> Array:
        """log(x / p); near a match of two softmaxes from the differences d of their logits: d - log(sum p e^d)."""
        if not isinstance(target, Softmax):
            return super().log_ratio(target)
        d = self.logit_difference(target)
        d = d - self.top.of(d)
        p = target.values
        growth = np.where(d > 1, self.weight * self.top.of(p) - p, p * np.expm1(np.minimum(d, 1)))
        shift = total(growth)
        near = d - np.log1p(np.maximum(shift, -0.5))
        found = np.where(np.abs(shift) < 0.05, near, self.log - target.log)
        return np.where(np.isnan(found), 0.0, found)


class Amounts(Softmax):
    """Positive amounts a divided by their sum over the first axis, or over the kept ones: the softmax of log a."""

    def __init__(self, amounts: Array, logarithms: Array, kept: Array | None = None) -> None:
        self.logits, self.temperature = logarithms if kept is None else np.where(kept > 0, logarithms, -np.inf), 1.0
        amounts = amounts if kept is None else np.where(kept > 0, amounts, 0.0)
        self.top = Top(amounts)
        self.largest = self.top.of(self.logits)
        near = np.abs(logarithms) < 1  # elsewhere a quotient has more digits than a difference of logarithms
        quotients = elementwise.log_ratio(amounts, self.top.value)
        self.shifted = np.where(near, self.logits - self.largest, quotients)
        self.weight = ratio(amounts, self.top.value)
        self.normalizer = np.maximum(total(self.weight), 1.0)

    def logit_difference(self, target: Softened) -> Array:
        """Less that of the largest amount, whose logarithm may have lost the digits of the quotients."""
        z = target.logits / target.temperature
        return np.where(np.isneginf(self.shifted) & np.isneginf(z), 0.0, self.shifted - (z - self.top.of(z)))
