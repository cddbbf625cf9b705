"""The continuous Bernoulli as an exponential family, and what its predictions need to know of a target.

T(y) = y, h = 0, eta = logit lam, g = A(eta) = log((e^eta - 1) / eta), chi = E[y] = A'(eta), which is not lam
(Loaiza-Ganem and Cunningham 2019). The recipe A(eta) - eta E[y] is least at A'(eta) = E[y] and has no bound as E[y]
goes to 0 or 1. A and A' are computed from the nearer end of the interval: see `log_exprel`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from distscore.core.special import log_exprel
from distscore.core.special.elementwise import Array, sample_mean
from distscore.core.special.log_exprel import Proportion, proportion
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import REAL, UNIT_INTERVAL


class ContinuousBernoulliStatistics(ExponentialFamily):
    """The continuous Bernoulli as an exponential family: T(y) = y, eta = logit of lam."""

    expectations: ClassVar = {"y": UNIT_INTERVAL}
    natural: ClassVar = {"logit": REAL}

    def log_normalizer(self, eta: Array) -> Array:
        return log_exprel.cross_entropy_of(eta[0], proportion(np.zeros_like(eta[0])))

    def mean(self, eta: Array) -> Array:
        return log_exprel.mean(eta).value

    def variance(self, eta: Array) -> Array:
        return log_exprel.variance(eta)

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        return np.asarray(log_exprel.variance(eta[0]) * step[0] * step[0])

    def sufficient_statistics(self, values: Array) -> Array:
        return values[None]

    def natural_parameters(self, chi: Array) -> Array:
        return log_exprel.inverse_mean(proportion(chi))

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        return from_expectations(chi).floor - carrier


STATISTICS = ContinuousBernoulliStatistics()


@dataclass(frozen=True)
class ContinuousBernoulliTarget:
    """The mean of a target, and its lam where it was sent by that."""

    mean: Proportion
    is_distribution: bool = False
    lam: Array | None = None
    carrier: float = 0.0

    @property
    def expectations(self) -> Array:
        """The mean of the target, E[y], (1, rows)."""
        return self.mean.value[None]

    @cached_property
    def logit(self) -> Array:
        """The natural parameter of the distribution with this mean."""
        return log_exprel.inverse_mean(self.mean) if self.lam is None else logit_of(self.lam)

    @cached_property
    def floor(self) -> Array:
        """The least cross-entropy, that of the distribution with this mean."""
        return log_exprel.least_cross_entropy(self.mean, self.logit)


def logit_of(lam: Array) -> Array:
    """log(lam / (1 - lam))."""
    return np.log(lam) - np.log1p(-lam)


def observe(draws: Array) -> ContinuousBernoulliTarget:
    """The empirical distribution of (draws, rows)."""
    return ContinuousBernoulliTarget(proportion(sample_mean(draws)))


def expect(lam: Array) -> ContinuousBernoulliTarget:
    """The target that is a continuous Bernoulli distribution of this lam, (rows,)."""
    return ContinuousBernoulliTarget(log_exprel.mean(logit_of(lam)), True, lam)


def from_expectations(chi: Array) -> ContinuousBernoulliTarget:
    """The continuous Bernoulli with this E[y]."""
    return ContinuousBernoulliTarget(proportion(chi[0]), True)
