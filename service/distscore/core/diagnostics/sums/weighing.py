"""Weighted entries for exact sums: light rows keep their digits beside heavy ones, and a state stays small."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array

BITS = 91  # entries are taken to the nearest multiple of 2^-91: two slices of an exact sum, up to entries of 4
FINEST = 400  # weighted entries below 2^-400 do not count
GROUPED_BITS = 74  # the same of sums in groups: two of their slices


class Weighing(NamedTuple):
    """Weights about as large as a power of 2, and 0 for all others; None where every weight is 1."""

    weights: Array | None
    exponent: int
    largest: float

    def at(self, places: tuple[NDArray[np.intp], ...]) -> "Weighing":
        """The weights of some entries, by class and row, where they are per entry or per row."""
        if self.weights is None:
            return self
        return self._replace(weights=self.weights[places if self.weights.ndim == 2 else places[-1]])


class Adder(Protocol):
    """Adds finite numbers, taken to multiples of 2^-bits, to exact sums; see `ExactSums.add`."""

    def __call__(self, x: Array, bits: int, largest: float | None) -> None: ...


def weighings(weights: Array) -> list[Weighing]:
    """Weights by size, for each power of 2^32.

    Entries are taken to multiples of 2^-91 of that power, so that light rows keep their digits beside heavy ones.
    """
    if (weights == 1).all():
        return [Weighing(None, 0, 1.0)]
    size = (np.frexp(weights)[1] + 8) // 32 * 32  # that of 0 is the one of 1
    if size.min() == (largest := size.max()):
        return [Weighing(weights, int(largest), float(weights.max()))]
    parts = [(np.where(size == s, weights, 0.0), s) for s in np.unique(size[weights > 0]).tolist()]
    return [Weighing(part, exponent, float(part.max())) for part, exponent in parts]


def add_weighted(
    x: Array, weighing: Sequence[Weighing], into: Adder, bits: int = BITS, largest: float | None = None
) -> None:
    """Hand weighted entries to an exact sum, with the bits after the point to which it takes them.

    `largest` is the largest absolute value of the entries, where it is known.
    """
    for weights, exponent, heaviest in weighing:
        weighted = x if weights is None else weights * x
        into(weighted, min(bits - exponent, FINEST), None if largest is None else heaviest * largest)
