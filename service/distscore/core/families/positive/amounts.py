"""Positive amounts as a gamma distribution sees them, by their mean and by log E[y] - E[log y] >= 0, the gap.

With t = E[y] / mean the cross-entropy of a gamma of shape k is (Loader's saddle-point form, 2000)
s(k) + k (t - 1 - log t) + (k - 1) gap + log E[y] + log(2 pi / k) / 2, s the error of Stirling's formula for lgamma.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import HALF_LOG_TAU, Array, itakura_saito, product, sample_mean
from distscore.core.special.gamma_function import lgamma_1p, log_minus_digamma, stirling_error


class Amounts(NamedTuple):
    """What a gamma prediction needs to know of its target."""

    mean: Array
    gap: Array  # log E[y] - E[log y]
    shape: Array | None = None  # of a target that is a gamma itself
    rate: Array | None = None

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a gamma distribution."""
        return self.shape is not None

    def best_shape(self, shape: Array) -> Array:
        """That of the target, or of an observation the one that was sent."""
        return shape if self.shape is None else self.shape

    def best_rate(self, shape: Array) -> Array:
        """Shape / mean."""
        return shape / self.mean if self.rate is None else self.rate

    def level(self, shape: Array, shape_minus_one: Array) -> Array:
        """The cross-entropy at t = 1."""
        around = shape_minus_one * self.gap + np.log(self.mean)
        return stirling_error(shape) + around + HALF_LOG_TAU - 0.5 * np.log(shape)

    def cross_entropy(self, shape: Array, shape_minus_one: Array, t: Array, strain: Array, log_rate: Array) -> Array:
        """With strain = t - 1 - log t; for small t, whose logarithm and log E[y] cancel at k = 1, without them."""
        by_parts = self.level(shape, shape_minus_one) + shape * strain
        plain = (np.abs(shape_minus_one) < 0.5) & (t < 1)
        excess = np.where(plain, shape_minus_one, 0.0)
        rest = shape * (t - log_rate) - product(excess, np.log(self.mean) - self.gap)
        return np.where(plain, lgamma_1p(excess) + rest, by_parts)


def observe(draws: Array) -> Amounts:
    """The empirical distribution of (draws, rows)."""
    mean = sample_mean(draws)
    return Amounts(mean, sample_mean(itakura_saito(draws, mean, (draws - mean) / mean)))


def expect(shape: Array, rate: Array) -> Amounts:
    """A gamma target."""
    return Amounts(shape / rate, log_minus_digamma(shape), shape, rate)


def possible(chi: Array) -> NDArray[np.bool_]:
    """Jensen's inequality for E[y] and E[log y], but for rounding."""
    return np.asarray(np.log(chi[0]) - chi[1] >= -1e-15 * (1 + np.abs(chi[1])))
