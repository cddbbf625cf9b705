"""Probabilities that are the softmax of logits, divided by a temperature: what they know beyond their values."""

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.probabilities import LOG_2, Computed, Event, Probabilities, exponential_error, pair
from distscore.core.families.classes.split import Split
from distscore.core.families.classes.top import Positions
from distscore.core.special.elementwise import Array


class Smoothed(Computed):
    """A softmax that is mixed with the uniform distribution, (1 - e) p + e / K."""

    def __init__(self, given: "Softened", uniform: "Softened", share: Array | float) -> None:
        super().__init__((1 - share) * given.values + share * uniform.values)
        self.given, self.uniform, self.share = given, uniform, share

    def of_rows(self, rows: Positions) -> Probabilities:
        share = self.share[rows] if isinstance(self.share, np.ndarray) else self.share
        return Smoothed(self.given.of_rows(rows), self.uniform.of_rows(rows), share)

    def subtracted_from(self, other: "Softened") -> Array:
        """x - p of another softmax x, by its differences from both parts: they are small where all are nearly tied."""
        return (1 - self.share) * other.difference(self.given) + self.share * other.difference(self.uniform)


class Softened(Probabilities, ABC):
    """The softmax of logits z, divided by a temperature T."""

    sums_to_one = True
    logits: Array
    temperature: float
    shifted: Array  # z / T less the largest of its row
    normalizer: Array  # the sum of e^shifted, (rows,) or (labels, rows)

    @property
    def relative_error(self) -> Array | float:
        return exponential_error(self.log)

    @cached_property
    def weights(self) -> Split:
        """w = e^z beside the largest, which is 1: as 1 and e^z - 1 where it is near 1."""
        near = self.shifted > -LOG_2
        return Split(near.astype(np.float64), np.where(near, np.expm1(self.shifted), np.exp(self.shifted)))

    @property
    @abstractmethod
    def share_of_others(self) -> Array:
        """x over the sum of all but the largest of its row, also where these are no doubles; 0 for the largest."""

    @property
    @abstractmethod
    def tied(self) -> Positions:
        """The rows whose outcomes may all be tied at logits that are almost 0, so that their differences count."""

    @abstractmethod
    def of_rows(self, rows: Positions) -> "Softened":
        """Those of some rows, for (K, rows); a lone row has to be asked for twice."""

    @abstractmethod
    def centered(self, first: Array) -> tuple[Array, Array]:
        """df/dlog x less x times a number per row, which a softmax ignores and which would drown the rest; and that."""

    @abstractmethod
    def through(self, first: Array) -> Array:
        """dL/dz from G = df/dlog x, which is G_k - x_k sum(G)."""

    @abstractmethod
    def gradient_from(self, d: Array) -> Array:
        """dL/dz from d = df/dx, which is x_k (d_k - sum x_j d_j)."""

    def balance(self, own: float, others: float) -> Array:
        """own x - others (1 - x), from differences of the logits where outcomes are nearly tied."""
        w = self.weights
        return (w.times(own) - w.of_others().times(others)).value / self.normalizer

    def deviation(self, d: Split) -> Split:
        """(d_k - sum x_j d_j) sum w of numbers d, as sum_j w_j (d_k - d_j)."""
        d = d.less(self.most_probable)
        return d * self.weights.of_others() - (self.weights * d).of_others()

    def logit_difference(self, target: "Softened") -> Array:
        """z / T of both, this less that, where their temperatures are equal from z - z; 0 where both are -infinity."""
        z, target_z = self.logits, target.logits
        if self.temperature == target.temperature:
            return np.where(z == target_z, 0.0, z - target_z) / self.temperature
        z, target_z = z / self.temperature, target_z / target.temperature
        return np.where(z == target_z, 0.0, z - target_z)

    def difference_error(self, target: Probabilities) -> Array | float:
        return 0.0 if isinstance(target, Softened) else super().difference_error(target)


class Sigmoid(Softened, Event):
    """Sigmoids of logits z / T and of -z / T: the softmax of z / T and 0."""

    def __init__(self, logits: Array, temperature: float = 1.0) -> None:
        self.logits, self.temperature = logits, temperature
        scaled = logits if temperature == 1 else logits / temperature
        self.shifted = pair(np.minimum(scaled, 0), np.minimum(-scaled, 0))
        self._scaled, self._small = scaled, np.exp(-np.abs(scaled))
        self.normalizer = 1 + self._small
        likely, unlikely = 1 / self.normalizer, self._small / self.normalizer
        up = logits >= 0
        Event.__init__(self, np.where(up, likely, unlikely), np.where(up, unlikely, likely))

    @cached_property
    def log(self) -> Array:
        return self.shifted - np.log1p(self._small)

    @cached_property
    def most_probable(self) -> NDArray[np.intp]:
        return (self._scaled < 0).astype(np.intp)

    @property
    def tied(self) -> Positions:
        return np.zeros(0, dtype=np.intp)

    def of_rows(self, rows: Positions) -> "Sigmoid":
        return Sigmoid(self.logits[..., rows], self.temperature)

    def centered(self, first: Array) -> tuple[Array, Array]:
        return first, np.zeros(())

    def through(self, first: Array) -> Array:
        """x' G - x G' with the opposite outcome's x' and G'."""
        return self.values[::-1] * first - self.values * first[::-1]

    def gradient_from(self, d: Array) -> Array:
        """x x' (d - d') with the opposite outcome's x' and d'."""
        return self.values * (self.values[::-1] * (d - d[::-1]))

    @property
    def share_of_others(self) -> Array:
        likely = (self._scaled >= 0).astype(np.float64)
        return pair(1 - likely, likely)

    def difference(self, target: Probabilities) -> Array:
        """x - p = x (1 - p) (1 - e^-d) with the difference d of the logits, where both sides have them."""
        if isinstance(target, Smoothed):
            return target.subtracted_from(self)
        if not isinstance(target, Sigmoid):
            return Event.difference(self, target)
        d = self.logit_difference(target)
        (x, rest), (p, target_rest) = self.values, target.values
        shrink = np.expm1(-np.abs(d))
        found = np.where(d > 0, -x * target_rest * shrink, p * rest * shrink)
        return pair(found, -found)
