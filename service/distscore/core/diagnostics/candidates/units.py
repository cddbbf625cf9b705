"""Independent units: the rows of a batch, or clusters of rows that depend on one another.

A cluster counts as one row of its weight B = sum w and its mean x = sum w d / B: with A = B x the sums of B^2 (x - D)^2
are those of (A - B D)^2, from which the standard error of clustered means is made. It has as many degrees of freedom as
there are clusters, less one, however unequal they are; rows have as many as n = W^2 / sum w^2 says.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distscore.core.exact.sums import UNIT, quotient
from distscore.core.exact.weighted_means import FINE, Series, Weights, series_of, weights_of
from distscore.core.special.elementwise import Array


class Clusters:
    """Clusters of rows that count, with the sum of the weights of each, (clusters,)."""

    def __init__(self, codes: NDArray[np.intp], weights: Array) -> None:
        """`codes` tells the cluster of each row, (rows,), `weights` its positive weight."""
        _, self._codes = np.unique(codes, return_inverse=True)
        self._row_weights = weights
        self.weights = self._sums(weights, weights)

    def series(self, values: Array) -> Series:
        """The sums over clusters of the means of a number per row, (rows,), finite or not."""
        with np.errstate(invalid="ignore", over="ignore"):
            means = self._sums(self._row_weights / self.weights[self._codes] * values, values)
        return series_of(means, self.weights)

    def _sums(self, terms: Array, values: Array) -> Array:
        """Sums over clusters, added in the order of the values: that of the rows does not change a bit."""
        order = np.lexsort((terms, values, self._codes))
        starts = np.flatnonzero(np.diff(self._codes[order], prepend=-1))
        return np.asarray(np.add.reduceat(terms[order], starts))


@dataclass(frozen=True)
class Units:
    """Exact sums over the units of some rows; two merge by addition, where no cluster is split between them."""

    count: int
    weights: Weights
    clustered: bool

    @property
    def effective(self) -> float:
        """The number n of units that a t-test takes: W^2 / sum w^2 of rows, the count of clusters; 0 without weight."""
        if self.clustered or not self.weights.squared:
            return float(self.count)
        return quotient(self.weights.total**2 << FINE, self.weights.squared << UNIT)

    def standard_error(self, series: Series) -> float | None:
        """Of the weighted mean of a series over units; infinite if an entry is, None of fewer than two."""
        error = series.standard_error(self.weights)
        if error is None or not self.clustered:
            return error
        square = self.weights.total**2 << FINE
        other = quotient(square - (self.weights.squared << UNIT), square)  # 1 - 1 / n
        return error * math.sqrt(other * self.count / (self.count - 1))

    def all_weigh_one(self) -> bool:
        """Whether the weight of every unit is 1, which is where the sum of (w - 1)^2 is 0."""
        total, squared = self.weights
        return squared - (total << 1 + FINE) + (self.count << UNIT + FINE) == 0


def units_of(weights: Array, clusters: Clusters | None) -> Units:
    """The units of rows that count."""
    by_unit = weights if clusters is None else clusters.weights
    return Units(len(by_unit), weights_of(by_unit), clusters is not None)
