"""Numbers as a whole number and a rest, for sums in which whole numbers cancel: those of nearly tied classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.probabilities import signed_others
from distscore.core.special.elementwise import Array, total


@dataclass(frozen=True)
class Split:
    """whole + rest: whole numbers are exact in sums and products, and where they cancel the rest keeps its digits."""

    whole: Array
    rest: Array

    @property
    def parts(self) -> tuple[Array, Array]:
        """The whole and the rest, whose sum is the number."""
        return self.whole, self.rest

    @property
    def value(self) -> Array:
        """The number as one double: the sum of both parts, rounded."""
        return self.whole + self.rest

    def __add__(self, other: "Split") -> "Split":
        return Split(self.whole + other.whole, self.rest + other.rest)

    def __sub__(self, other: "Split") -> "Split":
        return Split(self.whole - other.whole, self.rest - other.rest)

    def __mul__(self, other: "Split") -> "Split":
        return Split(self.whole * other.whole, self.whole * other.rest + self.rest * other.value)

    def times(self, factor: Array | float) -> "Split":
        """Both parts times a factor."""
        return Split(self.whole * factor, self.rest * factor)

    def less(self, index: NDArray[np.intp]) -> "Split":
        """Every number less that of its row at an index along the first axis; what is rounded off goes to the rest."""
        whole, rest = (np.take_along_axis(x, index[None], 0) for x in (self.whole, self.rest))
        difference = self.whole - whole
        taken = self.whole - difference
        rounded = (self.whole - (difference + taken)) - (whole - taken)  # Knuth's two-sum
        return Split(difference, (self.rest - rest) + rounded)

    def total(self) -> "Split":
        """The sum over the first axis."""
        return Split(total(self.whole), total(self.rest))

    def of_others(self) -> "Split":
        """For every number the sum of the others along the first axis."""
        return Split(signed_others(self.whole), signed_others(self.rest))
