"""What a Dirichlet or beta prediction needs to know of a target: shares of K classes, of two classes for beta.

A target is seen from a center c, any shares of sum 1, through E[log y_k] = log c_k - e_k. With m = a / A the recipe
g - <a - 1, E[log y]> is then Loader's saddle-point form (2000)

    A sum m log(m / c) + sum (a_k - 1) e_k + sum log c_k - sum_{k > 1} log a_k + the rest of g, see `concentrations`,

whose large parts are small where the center is near m: each draw is a center of its own, a distribution has its mean,
and expectations are seen from the mean of the prediction itself.
"""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import NamedTuple

import numpy as np

from distscore.core.families.unit_interval.concentrations import Concentrations
from distscore.core.families.unit_interval.dirichlet_inverse import concentrations_of
from distscore.core.families.unit_interval.dirichlet_statistics import DIRICHLET
from distscore.core.special.elementwise import Array, sample_mean, total
from distscore.core.theory.distributions import Rowwise


class Comparison(NamedTuple):
    """How a target of center c and E[log y_k] = log c_k - e_k lies to a prediction of mean m."""

    mean_divergence: Array  # sum m log(m / c), (rows,)
    log_ratio: Array  # log(m_k / c_k), (classes, rows)
    log_means_ratio: Array  # e_k, (classes, rows)
    log_center: Array  # sum log c_k - sum_{k > 1} log a_k, (rows,)

    @property
    def log_difference(self) -> Array:
        """log m_k - E[log y_k], (classes, rows)."""
        return self.log_ratio + self.log_means_ratio


class DirichletTarget(ABC):
    """A target of shares, observed or a distribution."""

    carrier = 0.0
    is_distribution: Rowwise = False

    @property
    def known(self) -> Concentrations | None:
        """The concentrations of distributions; None for observed shares."""
        return None

    @property
    @abstractmethod
    def expectations(self) -> Array:
        """chi = E[log y], (classes, rows)."""

    @abstractmethod
    def compare(self, predicted: Concentrations) -> Comparison:
        """The target as a prediction sees it."""


class Draws(DirichletTarget):
    """Observed shares and their logarithms, (draws, classes, rows), and by how much each draw falls short of 1."""

    def __init__(self, shares: Array, log_shares: Array, shortfall: Array | float = 0.0) -> None:
        self.shares, self.log_shares, self.shortfall = shares, log_shares, shortfall

    @property
    def expectations(self) -> Array:
        return sample_mean(self.log_shares)

    def compare(self, predicted: Concentrations) -> Comparison:
        difference = self.shares - predicted.mean
        of_others = np.add.reduce(np.where(predicted.dominant, 0.0, difference), axis=1, keepdims=True)
        difference = np.where(predicted.dominant, -(of_others + self.shortfall), difference)
        divergences, log_ratios = predicted.compare_means(self.shares, self.log_shares, difference)
        log_center = total(sample_mean(predicted.log_center_ratio(self.shares, self.log_shares)))
        mean_divergence = total(sample_mean(divergences)) + self.shortfall
        return Comparison(mean_divergence, sample_mean(log_ratios), np.zeros_like(predicted.mean), log_center)


class Known(DirichletTarget):
    """A Dirichlet distribution by its concentrations."""

    is_distribution = True

    def __init__(self, concentrations: Concentrations) -> None:
        self.concentrations = concentrations

    @property
    def known(self) -> Concentrations:
        return self.concentrations

    @property
    def expectations(self) -> Array:
        return self.concentrations.log_mean - self.concentrations.log_means_ratio

    def compare(self, predicted: Concentrations) -> Comparison:
        own = self.concentrations
        divergences, log_ratios = predicted.compare_means(own.mean, own.log_mean, predicted.mean_difference(own))
        log_center = total(predicted.log_center_ratio(own.mean, own.log_mean))
        return Comparison(total(divergences), log_ratios, own.log_means_ratio, log_center)


class Expected(DirichletTarget):
    """The distribution with given E[log y], or an observation where their exponentials sum to 1 but for rounding."""

    def __init__(self, chi: Array) -> None:
        self.chi, self.is_distribution = chi, DIRICHLET.is_inside(chi)

    @cached_property
    def known(self) -> Concentrations:
        """The concentrations of rows inside the domain; what those on its boundary have is of no meaning."""
        inside = np.where(self.is_distribution, self.chi, np.log(0.5 / len(self.chi)))
        return Concentrations(concentrations_of(inside))

    @property
    def expectations(self) -> Array:
        return self.chi

    def compare(self, predicted: Concentrations) -> Comparison:
        log_center = total(predicted.log_center_ratio(predicted.mean, predicted.log_mean))
        zeros = np.zeros_like(self.chi)
        return Comparison(np.zeros_like(log_center), zeros, predicted.log_mean - self.chi, log_center)
