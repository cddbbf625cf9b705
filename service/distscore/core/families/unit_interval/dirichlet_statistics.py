"""The Dirichlet distribution as an exponential family; beta is that of the two shares (y, 1 - y).

T(y) = log y, h = 0, eta = a - 1, g = sum lgamma(a_k) - lgamma(A), g'_k = psi(a_k) - psi(A).
"""

from typing import ClassVar

import numpy as np

from distscore.core.exact.logarithms import logarithm
from distscore.core.exact.products import mean_of_parts, sum_of
from distscore.core.families.unit_interval.concentrations import Concentrations, largest, select
from distscore.core.families.unit_interval.dirichlet_divergence import quadratic_form
from distscore.core.families.unit_interval.dirichlet_inverse import (
    LARGE,
    concentrations_near_one,
    concentrations_of,
    one_minus_sum,
)
from distscore.core.special.elementwise import Array, inner, total
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import NEGATIVE, above


class DirichletStatistics(ExponentialFamily):
    """The concentrations of shares of several classes, one statistic per class."""

    expectations: ClassVar = {"log y": NEGATIVE}
    natural: ClassVar = {"concentration_minus_one": above(-1)}
    per_class = True
    requirement = "the exponentials of E[log y] sum to less than 1"
    rounding = 1e-14
    rounding_of_means = 2.0**-90

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

    def mean_statistics(self, draws: Array) -> tuple[Array, Array]:
        return mean_of_parts(*logarithm(draws))

    def natural_parameters(self, chi: Array) -> Array:
        return concentrations_of(chi) - 1

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        """By Loader's form with the mean of the distribution itself as center, see `dirichlet_target`.

        log m - chi cancels for large concentrations, which it is computed from.
        """
        if error is None:
            a = Concentrations(concentrations_of(chi))
        else:
            a = Concentrations(concentrations_near_one(chi, error))
            chi = chi + error[: len(chi)]
        log_ratio = np.where(np.min(a.value, axis=0) > LARGE, a.log_means_ratio, a.log_mean - chi)
        of_means = inner(a.value - 1, log_ratio) + total(a.log_center_ratio(a.mean, a.log_mean))
        return of_means + a.normalizer_remainder - carrier

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        """From log(1 - exp(chi_1)) and log sum_{k > 1} exp(chi_k), alike for an observation; chi_1 is the largest.

        With the error of chi it is log1p of (1 - sum exp(chi_k)) / sum_{k > 1} exp(chi_k), where the first has digits.
        """
        dominant = largest(chi)
        others = np.where(dominant, -np.inf, chi)
        greatest = np.max(others, axis=0)
        log_others = greatest + np.log(total(np.exp(others - greatest)))
        if error is None:
            log_ratio = np.log(-np.expm1(select(chi, dominant))) - log_others
        else:
            log_ratio = np.log1p(one_minus_sum(chi, error)[1] / np.exp(log_others))
        return np.asarray(log_ratio / (1 + np.abs(log_others)))


class BetaStatistics(DirichletStatistics):
    """Alpha and beta of values in (0, 1), by the logarithms of both shares."""

    expectations: ClassVar = {"log y": NEGATIVE, "log(1 - y)": NEGATIVE}
    natural: ClassVar = {"alpha_minus_one": above(-1), "beta_minus_one": above(-1)}
    per_class = False
    requirement = "exp(E[log y]) + exp(E[log(1 - y)]) < 1"

    def sufficient_statistics(self, values: Array) -> Array:
        return np.stack((np.log(values), np.log1p(-values)))

    def mean_statistics(self, draws: Array) -> tuple[Array, Array]:
        rest, rest_cut_off = sum_of(np.ones_like(draws), -draws)
        rounded, cut_off = logarithm(np.stack((draws, rest), axis=1))
        cut_off[:, 1] += rest_cut_off / rest
        return mean_of_parts(rounded, cut_off)


DIRICHLET, BETA = DirichletStatistics(), BetaStatistics()
