"""What a family estimates from the targets of a whole batch, and the statistics that estimates are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from distscore.core.special.elementwise import Array


@dataclass(frozen=True)
class Estimate:
    """Parameters by name, for every prediction form of the family, that suit the targets of all rows.

    Where it is `exact` the mean cross-entropy of the rows is least there; else the search for that begins there.
    """

    parameters: Mapping[str, float | Array]
    exact: bool = False


def observations(targets: Mapping[str, Array], weights: Array) -> tuple[Array, Array]:
    """All observed values (draws,) of one column of targets, (rows,) or (rows, samples), and the weight of each."""
    (values,) = targets.values()
    each = values.size // len(values)
    return values.ravel(), np.repeat(weights / each, each)


def mean_and_variance(values: Array, weights: Array) -> tuple[np.float64, np.float64]:
    """Weighted mean and mean square of the deviations from it, centered before they are squared."""
    share = weights / weights.sum()
    mean = np.add.reduce(share * values)
    mean += np.add.reduce(share * (values - mean))
    return mean, np.add.reduce(share * (values - mean) ** 2)


def median(values: Array, weights: Array) -> float:
    """Weighted median: the middle of the values with half of the weight on either side."""
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    half = 0.5 * below[-1]
    low, high = (values[order[np.searchsorted(below, half, side)]] for side in ("left", "right"))
    return float(low if low == high else 0.5 * low + 0.5 * high)
