"""Weighted sums of losses that merge exactly, and what is read off them: mean, sum and standard error."""

import math
from typing import NamedTuple

import numpy as np

from service.core.exact import as_double, exact_sum, product_error, quotient
from service.core.numerics import Array


class Moments(NamedTuple):
    """Exact sums of w, w^2, w l and w l^2 over rows, in units; merging is addition, entry by entry."""

    weight: int = 0
    squared_weight: int = 0
    loss: int = 0
    squared_loss: int = 0

    def merge(self, other: "Moments") -> "Moments":
        """The sums over the rows of both."""
        return Moments(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def mean(self) -> float:
        """sum(w l) / sum(w), correctly rounded; 0 without weight."""
        return quotient(self.loss, self.weight) if self.weight else 0.0

    @property
    def standard_error(self) -> float:
        """Of the mean: sqrt(sum w (l - mean)^2 sum w^2 / sum(w)^3)."""
        if not self.weight:
            return 0.0
        spread = quotient(max(0, self.squared_loss * self.weight - self.loss**2), self.weight**2)
        effective = quotient(self.squared_weight, self.weight)
        whole = as_double(self.weight)
        return math.sqrt(spread) * math.sqrt(effective) / math.sqrt(whole)


def moments(losses: Array, weights: Array) -> Moments:
    """Of finite losses with finite weights; the squares keep what rounding cuts off, so that equal losses have none."""
    squares = losses * losses
    if (weights == 1).all():
        count = exact_sum(weights)
        return Moments(count, count, exact_sum(losses), _sum_of_product(squares, losses, losses))
    weighted = weights * losses
    tail = weights * product_error(losses, losses, squares)
    return Moments(
        exact_sum(weights),
        exact_sum(weights * weights),
        _sum_of_product(weighted, weights, losses),
        _sum_of_product(weights * squares, weights, squares) + exact_sum(tail),
    )


def _sum_of_product(product: Array, a: Array, b: Array) -> int:
    return exact_sum(product) + exact_sum(product_error(a, b, product))


def reduce(losses: Array, weights: Array, reduction: str) -> tuple[float, float]:
    """Weighted mean or sum of the losses and its standard error; a row of weight 0 counts for nothing."""
    if not np.isfinite(losses).all():
        weighted = np.where(weights == 0, 0.0, losses)
        infinite = weighted[~np.isfinite(weighted)]
        if len(infinite):
            return float(infinite.sum()), math.inf
        losses = np.where(np.isfinite(losses), losses, 0.0)
    sums = moments(losses, weights)
    if reduction == "mean":
        return sums.mean, sums.standard_error
    return as_double(sums.loss), sums.standard_error * as_double(sums.weight)
