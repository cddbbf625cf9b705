"""Weighted entries for exact sums: light rows keep their digits beside heavy ones, and a state stays small."""

from collections.abc import Callable, Sequence

import numpy as np

from distscore.core.special.elementwise import Array

BITS = 93  # entries are taken to the nearest multiple of 2^-93: two levels of an exact sum
FINEST = 400  # weighted entries below 2^-400 do not count
GROUPED_BITS = 74  # the same of sums in groups: two of their levels

Weighing = tuple[Array | None, int]


def weighings(weights: Array) -> list[Weighing]:
    """Weights by size: for each power of 2^32, those about as large, 0 for the others, and its exponent.

    Where all weights are 1 it is None, with exponent 0. Entries are taken to multiples of 2^-93 of that power, so that
    light rows keep their digits beside heavy ones.
    """
    if (weights == 1).all():
        return [(None, 0)]
    size = (np.frexp(weights)[1] + 8) // 32 * 32
    return [(np.where(size == s, weights, 0.0), s) for s in np.unique(size[weights > 0]).tolist()]


def add_weighted(x: Array, weighing: Sequence[Weighing], into: Callable[[Array, int], None], bits: int = BITS) -> None:
    """Hand weighted entries to an exact sum, with the bits after the point to which it takes them."""
    for weights, size in weighing:
        into(x if weights is None else weights * x, min(bits - size, FINEST))
