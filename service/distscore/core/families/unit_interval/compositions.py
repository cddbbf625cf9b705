"""What a Dirichlet prediction makes of its targets: shares y_k of sum 1, of two classes for beta.

For a target with center c and E[log y_k] = log c_k - e_k, with m = a / A, d(t) = log t - psi(t) and E(a) =
lgamma(1 + a) - a log a + a, the cross-entropy is (Loader's saddle-point form)

A sum m log(m / c) + sum (a_k - 1) e_k + log c_1 + sum_{k > 1} [log(c_k / a_k) + E(a_k)] + integral of d from a_1 to A,

where class 1 is the largest of the prediction.
"""

import math
from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.unit_interval.concentrations import Concentrations, closeness, kl_divergence
from distscore.core.special.elementwise import Array, inner, sample_mean, total
from distscore.core.special.gamma_function import lgamma_1p

FLATNESS = 0.25  # |a - 1| up to here: by lgamma(1 + eta) itself, for 1 + eta may have lost digits of eta


class Comparison(NamedTuple):
    """How a prediction of mean m lies to a target of center c and E[log y_k] = log c_k - e_k."""

    distance: Array  # sum m log(m / c), per row
    log_ratio: Array  # log(m_k / c_k)
    blur: Array  # e_k
    level: Array  # sum log c_k - sum_{k > 1} log a_k, per row


class Target(ABC):
    """What a Dirichlet prediction needs to know of its target."""

    known: Concentrations | None = None  # the target, where it is a Dirichlet distribution itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a Dirichlet distribution."""
        return self.known is not None

    @property
    @abstractmethod
    def chi(self) -> Array:
        """E[log y]."""

    @abstractmethod
    def compare(self, predicted: Concentrations) -> Comparison:
        """The target as a prediction sees it."""


class Draws(Target):
    """Observed shares, (draws, classes, rows), and by how much each draw falls short of the sum 1."""

    def __init__(self, shares: Array, log_shares: Array, shortfall: Array | float = 0.0) -> None:
        self.shares, self.log_shares, self.shortfall = shares, log_shares, shortfall

    @property
    def chi(self) -> Array:
        return sample_mean(self.log_shares)

    def compare(self, predicted: Concentrations) -> Comparison:
        gap = self.shares - predicted.share
        opposite = np.add.reduce(np.where(predicted.top, 0.0, gap), axis=1, keepdims=True) + self.shortfall
        gap = np.where(predicted.top, -opposite, gap)
        distances, log_ratios = closeness(predicted, self.shares, self.log_shares, gap)
        level = total(sample_mean(predicted.level(self.shares, self.log_shares)))
        distance = total(sample_mean(distances)) + self.shortfall
        return Comparison(distance, sample_mean(log_ratios), np.zeros_like(predicted.share), level)


class LogMeans(Target):
    """E[log y_k] alone: any center does, and the prediction's own mean makes the most of it."""

    def __init__(self, chi: Array) -> None:
        self.means = chi

    @property
    def chi(self) -> Array:
        return self.means

    def compare(self, predicted: Concentrations) -> Comparison:
        level = total(predicted.level(predicted.share, predicted.log_share))
        return Comparison(np.zeros_like(level), np.zeros_like(self.chi), predicted.log_share - self.chi, level)


class Known(Target):
    """A Dirichlet target: E[log y_k] = psi(a_k) - psi(A), its center its mean."""

    def __init__(self, known: Concentrations) -> None:
        self.known: Concentrations = known

    @property
    def chi(self) -> Array:
        return self.known.log_share - self.known.drop

    def compare(self, predicted: Concentrations) -> Comparison:
        known = self.known
        distances, log_ratios = closeness(predicted, known.share, known.log_share, predicted.gap(known))
        level = total(predicted.level(known.share, known.log_share))
        return Comparison(total(distances), log_ratios, known.drop, level)


class Likelihood:
    """The cross-entropy of predicted concentrations, with eta = a - 1, and what it consists of."""

    def __init__(self, concentrations: Concentrations, eta: Array | None = None) -> None:
        self.a = concentrations
        self.eta = concentrations.value - 1 if eta is None else eta

    def cross_entropy(self, target: Target) -> Array:
        """g(eta) - <eta, chi>."""
        seen = target.compare(self.a)
        apart = self.a.whole * seen.distance + inner(self.eta, seen.blur) + seen.level + self.a.remainder
        flat = np.max(np.abs(self.eta), axis=0) < FLATNESS
        if not flat.any():
            return apart
        rise = total(self.eta) + (len(self.eta) - 2)
        near = total(lgamma_1p(self.eta)) - np.log1p(rise) - lgamma_1p(rise) - inner(self.eta, target.chi)
        return np.where(flat, near, apart)

    def floor(self, target: Target) -> Array | None:
        """The entropy is that of the uniform distribution, less the divergence from it."""
        if target.known is None:
            return None
        uniform = Concentrations(np.ones_like(target.known.value))
        return -math.lgamma(len(uniform.value)) - kl_divergence(target.known, uniform)

    def divergence(self, target: Target) -> Array | None:
        """KL, of targets that are distributions."""
        return None if target.known is None else kl_divergence(target.known, self.a)

    def residual(self, target: Target) -> Array:
        """psi(a_k) - psi(A) - E[log y_k]."""
        seen = target.compare(self.a)
        return seen.log_ratio + (seen.blur - self.a.drop)

    def bending(self, target: Target) -> tuple[Array, Array]:
        """Second derivatives in a_k, times a_k^2, and in log a_k."""
        seen = target.compare(self.a)
        return self.a.information, self.a.log_curvature(seen.log_ratio + seen.blur, target.chi)


def is_mean_of_logarithms(chi: Array) -> NDArray[np.bool_]:
    """Whether shares of sum 1 may have these E[log y], by Jensen's inequality, but for rounding."""
    possible: NDArray[np.bool_] = total(np.exp(chi)) <= 1 + 1e-14
    return possible
