"""Weighted sums of losses that merge exactly, and what is read off them: mean, sum and standard error."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from distscore.core.exact.sums import (
    UNIT,
    ExactSums,
    Workspace,
    as_double,
    product_error,
    quotient,
    quotient_root,
    units,
)
from distscore.core.special.elementwise import Array

CHUNK = 1 << 14  # rows whose sums stay in the cache


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
        spread = self.squared_loss * self.weight - self.loss**2
        if self.weight <= 0 or spread <= 0:
            return 0.0
        return quotient_root(spread * self.squared_weight << UNIT, self.weight**4)


def moments(losses: Array, weights: Array) -> Moments:
    """Of finite losses with finite weights; the squares keep what rounding cuts off, so that equal losses have none."""
    workspace, far = Workspace(), Moments()
    sums = [ExactSums(1, workspace) for _ in Moments._fields]
    with np.errstate(over="ignore", under="ignore"):
        for start in range(0, len(losses), CHUNK):
            far = far.merge(_add(sums, losses[start : start + CHUNK], weights[start : start + CHUNK]))
    return far.merge(Moments(*(each.totals()[0] for each in sums)))


def _add(sums: Sequence[ExactSums], losses: Array, weights: Array) -> Moments:
    """Add rows to the sums; moments of those whose squares are beyond the doubles come back."""
    squares = losses * losses
    weighted, weighted_squares = weights * losses, weights * squares
    if not np.isfinite(weighted_squares.sum()):
        far = ~np.isfinite(weighted_squares)
        _add(sums, losses[~far], weights[~far])
        return _exact(losses[far], weights[far])
    weight, squared_weight, loss, squared_loss = sums
    tail = product_error(losses, losses, squares)
    weight.add(weights[None])
    squared_weight.add((weights * weights)[None])
    loss.add(weighted[None])
    squared_loss.add(weighted_squares[None])
    squared_loss.add((weights * tail)[None])
    if not (weights == 1).all():
        loss.add(product_error(weights, losses, weighted)[None])
        squared_loss.add(product_error(weights, squares, weighted_squares)[None])
    return Moments()


def _exact(losses: Array, weights: Array) -> Moments:
    """Of rows whose squares are beyond the doubles, in whole numbers."""
    pairs = [(units(w), units(x)) for w, x in zip(weights.tolist(), losses.tolist(), strict=True)]
    return Moments(
        sum(w for w, _ in pairs),
        sum(w * w >> UNIT for w, _ in pairs),
        sum(w * x >> UNIT for w, x in pairs),
        sum(w * x * x >> 2 * UNIT for w, x in pairs),
    )


def reduce(losses: Array, weights: Array, reduction: str) -> tuple[float, float]:
    """Weighted mean or sum of the losses and its standard error; a row of weight 0 counts for nothing."""
    if not np.isfinite(losses).all():
        weighted = np.where(weights == 0, 0.0, losses)
        infinite = weighted[~np.isfinite(weighted)]
        if len(infinite):
            return float(infinite.sum()), math.inf
        losses = np.where(np.isfinite(losses), losses, 0.0)
    if len(losses) == 1:  # what the sums come to
        (loss,), (weight,) = losses.tolist(), weights.tolist()
        return (loss if weight else 0.0) if reduction == "mean" else weight * loss, 0.0
    sums = moments(losses, weights)
    if reduction == "mean":
        return sums.mean, sums.standard_error
    return as_double(sums.loss), sums.standard_error * as_double(sums.weight)
