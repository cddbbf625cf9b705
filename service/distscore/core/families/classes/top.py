"""The largest entry of each row: where it stands, how large it is, and the sum of the others."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array, total

Positions = NDArray[np.intp]


def flat(x: Array) -> Array:
    """The entries of an array in the order of memory, (size,); a view where they lie side by side."""
    return x.ravel("K")


def positions(x: Array, index: Positions, rows: Positions) -> Positions:
    """Where the entries of some classes and rows, a class per row, are in `flat` of (classes, rows)."""
    classes, count = x.shape
    return np.asarray(index * count + rows if x.flags.c_contiguous else index + classes * rows)


def of_rows(x: Array, rows: Positions) -> Array:
    """Some rows of (classes, rows), in the same memory layout.

    A lone row has to be asked for twice, because NumPy would add its entries in another order.
    """
    return np.take(x, rows, axis=1) if x.flags.c_contiguous else x.T[rows].T


class Top:
    """The largest entry of each row of (classes, rows), the first one among equals.

    `index` is its class, and `at` its position in `flat` of any array in the same layout, (rows,).
    """

    def __init__(self, x: Array, index: Positions | None = None) -> None:
        """`index` is the class of each row whose entry is the largest, where that is known."""
        self._entries = x
        if index is None:
            index = first_hit(x == self.value) if x.flags.c_contiguous else np.asarray(np.argmax(x, axis=0))
        self.index: Positions = index
        self.at: Positions = positions(x, index, np.arange(x.shape[1]))

    @cached_property
    def value(self) -> Array:
        """The largest entry of each row, (rows,)."""
        return np.asarray(np.maximum.reduce(self._entries, axis=0))

    def of(self, x: Array) -> Array:
        """The entries of another array, in any memory layout, at the largest entries, (rows,)."""
        return np.asarray(x[self.index, np.arange(x.shape[1])])

    def rest(self, x: Array) -> Array:
        """The sum of all entries of each row of x but the one at that place, (rows,): never the total minus it."""
        return self.rest_in_place(x.copy("K"))

    def rest_in_place(self, x: Array) -> Array:
        """The same for an array of one's own, which is changed for the moment."""
        entries = flat(x)
        at_top = entries[self.at]
        entries[self.at] = 0
        rest = total(x)
        entries[self.at] = at_top
        return rest


def first_hit(hit: NDArray[np.bool_]) -> Positions:
    """The first class of each row that is hit; of few classes their sum where there is only one, without branches."""
    ones = hit.view(np.int8)
    if len(hit) < 128 and (np.add.reduce(ones, axis=0, dtype=np.int8) == 1).all():
        classes = ones * np.arange(len(hit), dtype=np.int8)[:, None]
        return np.asarray(np.add.reduce(classes, axis=0, dtype=np.int8)).astype(np.intp)
    return np.asarray(np.argmax(hit, axis=0))
