"""Domains as data: where a column may lie, in which coordinate it is differentiated, and what may map onto it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Coordinate = Literal["identity", "log", "logit"]


@dataclass(frozen=True)
class Support:
    """An interval of numbers, the coordinate in which they are differentiated, and what may map onto it.

    The coordinate covers the whole real line: the number itself, its logarithm where it is positive, its logit between
    0 and 1. The activations are those whose range lies inside the interval.
    """

    name: str
    low: float = -np.inf
    high: float = np.inf
    low_included: bool = False
    high_included: bool = False
    coordinate: Coordinate = "identity"
    activations: tuple[str, ...] = ("identity",)
    integer: bool = False

    def contains(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Where finite `values` of any shape lie inside."""
        above = values >= self.low if self.low_included else values > self.low
        below = values <= self.high if self.high_included else values < self.high
        inside: NDArray[np.bool_] = above & below
        return inside & (values == np.floor(values)) if self.integer else inside

    @cached_property
    def has_minus_infinity(self) -> bool:
        """Whether -infinity lies inside, as the logarithm of a probability of 0 does among log-probabilities."""
        return self.low_included and self.low == -np.inf

    @property
    def interval(self) -> str:
        """The interval as people write it, such as `(0, 1]`."""
        left, right = "[" if self.low_included else "(", "]" if self.high_included else ")"
        return f"{left}{self.low:g}, {self.high:g}{right}"


REAL = Support("real", activations=("identity", "exp", "softplus", "sigmoid"))
POSITIVE = Support("positive", low=0, coordinate="log", activations=("identity", "exp", "softplus", "sigmoid"))
NONNEGATIVE = Support("nonnegative", low=0, low_included=True)
UNIT_INTERVAL = Support("unit_interval", low=0, high=1, coordinate="logit", activations=("identity", "sigmoid"))
CLOSED_UNIT_INTERVAL = Support("closed_unit_interval", low=0, high=1, low_included=True, high_included=True)
PROBABILITY = Support("probability", low=0, high=1, low_included=True, high_included=True)
LOG_PROBABILITY = Support("log_probability", low_included=True)
LABEL = Support("label", low=0, low_included=True, integer=True)
NEGATIVE = Support("negative", high=0)


def above(bound: float) -> Support:
    """The numbers above a bound, the bound excluded; natural parameters such as `shape_minus_one` lie there."""
    return Support(f"above {bound:g}", low=bound)
