"""The Dirichlet distribution as an exponential family; beta is that of the two shares (y, 1 - y).

T(y) = log y, h = 0, eta = a - 1, g = sum lgamma(a_k) - lgamma(A), g'_k = psi(a_k) - psi(A).
"""

from typing import ClassVar

import numpy as np

from distscore.core.families.unit_interval.concentrations import Concentrations, largest, select
from distscore.core.families.unit_interval.dirichlet_divergence import quadratic_form
from distscore.core.families.unit_interval.dirichlet_inverse import concentrations_of
from distscore.core.special.elementwise import Array, inner, total
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import NEGATIVE, above


class DirichletStatistics(ExponentialFamily):
    """The concentrations of shares of several classes, one statistic per class."""

    expectations: ClassVar = {"log y": NEGATIVE}
    natural: ClassVar = {"concentration_minus_one": above(-1)}
    per_class = True
    requirement = "the exponentials of E[log y] sum to less than 1"
    rounding = rounding_of_means = 1e-14

    def log_normalizer(self, eta: Array) -> Array:
        a = Concentrations(1 + eta)
        return inner(a.value, a.log_mean) + a.normalizer_remainder - total(np.where(a.dominant, 0.0, a.log_value))

    def mean(self, eta: Array) -> Array:
        a = Concentrations(1 + eta)
        return a.log_mean - a.log_means_ratio

    def variance(self, eta: Array) -> Array:
        a = Concentrations(1 + eta)
        return a.log_information / a.value / a.value

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        return quadratic_form(1 + eta, step)

    def sufficient_statistics(self, values: Array) -> Array:
        return np.moveaxis(np.log(values), -2, 0)

    def natural_parameters(self, chi: Array) -> Array:
        return concentrations_of(chi) - 1

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        """By Loader's form with the mean of the distribution itself as center, see `dirichlet_target`."""
        a = Concentrations(concentrations_of(chi))
        of_means = inner(a.value - 1, a.log_mean - chi) + total(a.log_center_ratio(a.mean, a.log_mean))
        return of_means + a.normalizer_remainder - carrier

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        """From log(1 - exp(chi_1)) and log sum_{k > 1} exp(chi_k), alike for an observation; chi_1 is the largest."""
        dominant = largest(chi)
        others = np.where(dominant, -np.inf, chi)
        greatest = np.max(others, axis=0)
        log_others = greatest + np.log(total(np.exp(others - greatest)))
        log_rest = np.log(-np.expm1(select(chi, dominant)))
        return np.asarray((log_rest - log_others) / (1 + np.abs(log_others)))


class BetaStatistics(DirichletStatistics):
    """Alpha and beta of values in (0, 1), by the logarithms of both shares."""

    expectations: ClassVar = {"log y": NEGATIVE, "log(1 - y)": NEGATIVE}
    natural: ClassVar = {"alpha_minus_one": above(-1), "beta_minus_one": above(-1)}
    per_class = False
    requirement = "exp(E[log y]) + exp(E[log(1 - y)]) < 1"

    def sufficient_statistics(self, values: Array) -> Array:
        return np.stack((np.log(values), np.log1p(-values)))


DIRICHLET, BETA = DirichletStatistics(), BetaStatistics()
