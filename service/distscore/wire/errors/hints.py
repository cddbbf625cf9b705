"""What wrong numbers remind of, and what to do then: a hint, followed, leads to a request that is accepted."""

import numpy as np
from numpy.typing import NDArray

from distscore.core.theory.columns import Column

Numbers = NDArray[np.float64]


def activations(column: Column) -> str | None:
    """For predictions outside their support: what may stand between a network's output and the parameter."""
    if len(column.activations) == 1:
        return None
    return f"a network's raw output? ask for an activation: {', '.join(column.activations[1:])}"


def negative(probabilities: Numbers) -> str | None:
    """For probabilities below 0."""
    return "looks like logits: send them as logits" if np.abs(probabilities).max() > 1 else None


def sums(values: Numbers, deviation: Numbers, logarithms: bool, tolerance: float) -> str | None:
    """For rows of probabilities, or of their logarithms, that do not sum to 1; `deviation` is sum - 1 of each."""
    if logarithms:
        looks_plain = values.min() >= 0 and values.max() <= 1
        return "looks like probabilities: send them as probabilities" if looks_plain else None
    if np.abs(deviation - 99).max() < 0.5:
        return "rows sum to 100: percent? divide by 100"
    if len(values) > 1 and np.abs(np.add.reduce(values, axis=0) - 1).max() < tolerance:
        return "columns sum to 1: transposed?"
    if values.max() > 1:
        return "amounts? ask for normalization rescale, or send counts"
    return "rounded? ask for normalization rescale"
