"""Quantiles that merge: losses counted in bins that are 2 % wide, so that the middle of a bin is within 1 %.

A loss l is counted at sign(l) (round up of log |l| / log G + SHIFT), G = 1.01 / 0.99: larger losses have larger keys.
At most so many bins are kept, those of the largest losses; what is below is counted in the lowest of them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from distscore.core.diagnostics.quantiles import PROBABILITIES, Quantile, between
from distscore.core.diagnostics.records import finite
from distscore.core.special.elementwise import Array

ACCURACY = 0.01
LOG_GROWTH = float(np.log1p(ACCURACY) - np.log1p(-ACCURACY))
SHIFT = 40_000  # above the key of the smallest double
LARGEST = SHIFT + 36_000  # the key of the largest double is below
INFINITE = 80_000  # the key of infinity
BINS = 1500


@dataclass(frozen=True)
class Sketch:
    """Counts by key, and the extreme losses."""

    counts: Mapping[int, int]
    least: float
    most: float

    def merge(self, other: "Sketch") -> "Sketch":
        """The sketch of the losses of both."""
        counts = dict(self.counts)
        for key, count in other.counts.items():
            counts[key] = counts.get(key, 0) + count
        return Sketch(_kept(counts), min(self.least, other.least), max(self.most, other.most))

    def quantile(self, probability: float) -> float:
        """By linear interpolation between the losses at the ranks around it; NaN of no losses."""
        if not self.counts:
            return math.nan
        place = probability * (sum(self.counts.values()) - 1)
        low = int(place)
        return between(self._at(low), self._at(low + 1) if place > low else 0.0, place - low)

    def _at(self, rank: int) -> float:
        """The loss of a rank, from 0 on."""
        if rank == 0:
            return self.least
        passed = 0
        for key in sorted(self.counts):
            passed += self.counts[key]
            if rank < passed:
                return self.most if rank == sum(self.counts.values()) - 1 else self._middle(key)
        return self.most

    def _middle(self, key: int) -> float:
        """Within 1 % of every loss that is counted there."""
        if abs(key) == INFINITE:
            return float(np.copysign(np.inf, key))
        size = float(np.exp((abs(key) - SHIFT) * LOG_GROWTH)) * (1 - ACCURACY) if key else 0.0
        return min(max(float(np.copysign(size, key)), self.least), self.most)


def sketch(losses: Array) -> Sketch:
    """Of finite and infinite losses."""
    with np.errstate(divide="ignore"):
        keys = np.ceil(np.log(np.abs(losses)) / LOG_GROWTH) + SHIFT
    keys = np.where(losses == 0, 0.0, np.where(np.isinf(losses), INFINITE, keys))
    found, counts = np.unique(np.copysign(keys, losses).astype(np.int64), return_counts=True)
    by_key = dict(zip(found.tolist(), counts.tolist(), strict=True))
    return Sketch(_kept(by_key), float(losses.min(initial=np.inf)), float(losses.max(initial=-np.inf)))


def _kept(counts: Mapping[int, int]) -> dict[int, int]:
    keys = sorted(counts)
    if not keys:
        return {}
    lowest = keys[max(0, len(keys) - BINS)]
    kept = {key: counts[key] for key in keys if key >= lowest}
    kept[lowest] = sum(count for key, count in counts.items() if key <= lowest)
    return kept


def quantiles_approximate(found: Sketch) -> list[Quantile]:
    """Quantiles of the rows' losses at the usual probabilities, within 1 %; the extremes are exact."""
    return [{"probability": at, "loss": finite(found.quantile(at))} for at in PROBABILITIES]
