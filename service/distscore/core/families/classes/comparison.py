"""A target and predicted probabilities side by side: what the terms of a loss are made of."""

from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.probabilities import LOG_2, Probabilities
from distscore.core.special.elementwise import Array

ProbabilitiesT_co = TypeVar("ProbabilitiesT_co", bound=Probabilities, covariant=True)


class Comparison(Generic[ProbabilitiesT_co]):
    """Target probabilities p and predicted ones q of the same outcomes; arrays are (outcomes, rows)."""

    def __init__(self, target: Outcomes, predicted: ProbabilitiesT_co) -> None:
        self.target, self.predicted = target, predicted
        self.p, self.q = target.p, predicted.values

    @property
    def log_q(self) -> Array:
        """Logarithms of the predicted probabilities, from logits where these were sent, (outcomes, rows)."""
        return self.predicted.log

    @property
    def complement(self) -> Array:
        """1 - q without cancellation where q is almost 1."""
        return self.predicted.complement

    @cached_property
    def difference(self) -> Array:
        """q - p without cancellation where both are almost 1, or come from logits that are almost the same."""
        return self.predicted.difference(self.target.probabilities)

    @cached_property
    def difference_error(self) -> Array | float:
        """How far `difference` may be off because a side was computed: what is smaller has no sign."""
        return self.predicted.difference_error(self.target.probabilities)

    @property
    def surplus(self) -> Array | float:
        """sum q - sum p, which is 0 where both sum to 1."""
        return self.predicted.surplus - self.target.probabilities.surplus

    @cached_property
    def log_ratio(self) -> Array:
        """t = log(q / p), 0 where both are 0; near a match with the digits of the difference."""
        return self.predicted.log_ratio(self.target.probabilities)

    @property
    def top(self) -> NDArray[np.intp]:
        """The most probable predicted outcome of each row, as an index along the first axis, (1, rows)."""
        return self.predicted.most_probable[None]

    def at_top(self, entries: Array) -> Array:
        """The entries of the most probable predicted outcome of each row, (1, rows)."""
        return np.take_along_axis(np.broadcast_to(entries, self.q.shape), self.top, 0)

    def is_far(self, order: float) -> NDArray[np.bool_]:
        """Rows whose most probable class is far above its target, order t > log 2, (1, rows).

        There all df/dq of a divergence have a constant in common, which a q that sums to 1 ignores and which would
        drown the others; but not where outcomes have weights.
        """
        if not self.predicted.sums_to_one or self.target.weights is not None:
            return np.zeros_like(self.q[:1], dtype=bool)
        far: NDArray[np.bool_] = order * self.at_top(self.log_ratio) > LOG_2
        return far


AnyComparison = Comparison[Any]
