"""Predicted Dirichlet distributions, by concentrations or natural parameters; beta has two classes."""

import math
from collections.abc import Mapping

import numpy as np

from distscore.core.families.unit_interval.concentrations import Concentrations
from distscore.core.families.unit_interval.dirichlet_divergence import kl_divergence
from distscore.core.families.unit_interval.dirichlet_statistics import DIRICHLET
from distscore.core.families.unit_interval.dirichlet_target import DirichletTarget
from distscore.core.special.elementwise import Array, inner, total
from distscore.core.special.gamma_function import lgamma_1p
from distscore.core.theory.members import Member

NEAR_UNIFORM = 0.25  # |a - 1| up to here: by lgamma(1 + eta) itself, for 1 + eta may have lost digits of eta


class DirichletPrediction(Member[DirichletTarget]):
    """A predicted Dirichlet distribution, sent as its natural parameters a - 1."""

    family = DIRICHLET

    def __init__(self, concentrations: Concentrations, eta: Array | None = None) -> None:
        self.a = concentrations
        self.eta = concentrations.value - 1 if eta is None else eta

    @property
    def natural_parameters(self) -> Array:
        return self.eta

    def cross_entropy(self, target: DirichletTarget) -> Array:
        comparison = target.compare(self.a)
        by_parts = self.a.precision * comparison.mean_divergence + inner(self.eta, comparison.log_means_ratio)
        by_parts = by_parts + comparison.log_center + self.a.normalizer_remainder
        near_uniform = np.max(np.abs(self.eta), axis=0) < NEAR_UNIFORM
        if not near_uniform.any():
            return by_parts
        of_precision = total(self.eta) + (len(self.eta) - 2)
        normalizer = total(lgamma_1p(self.eta)) - np.log1p(of_precision) - lgamma_1p(of_precision)
        return np.where(near_uniform, normalizer - inner(self.eta, target.expectations), by_parts)

    def floor(self, target: DirichletTarget) -> Array | None:
        """The entropy of a distribution: that of the uniform distribution, less the divergence from it."""
        if target.known is None:
            return None
        uniform = Concentrations(np.ones_like(target.known.value))
        entropy = -math.lgamma(len(uniform.value)) - kl_divergence(target.known, uniform)
        return np.where(target.is_distribution, entropy, -np.inf)

    def divergence(self, target: DirichletTarget) -> Array | None:
        if target.known is None:
            return None
        return np.where(target.is_distribution, kl_divergence(target.known, self.a), np.inf)

    def residual(self, target: DirichletTarget) -> Array:
        comparison = target.compare(self.a)
        return comparison.log_ratio + (comparison.log_means_ratio - self.a.log_means_ratio)

    @property
    def variance(self) -> Array:
        return self.a.log_information / self.a.value / self.a.value

    def optimum(self, target: DirichletTarget) -> Mapping[str, Array]:
        best = self.best_concentrations(target)
        return {} if best is None else {"natural": best - 1}

    def best_concentrations(self, target: DirichletTarget) -> Array | None:
        """Those of a distribution, infinite on the boundary of expectations; None for observed shares."""
        return None if target.known is None else np.where(target.is_distribution, target.known.value, np.inf)

    def log_second_derivative(self, target: DirichletTarget) -> Array:
        """Second derivative of the cross-entropy in log a_k, (classes, rows)."""
        return self.a.log_second_derivative(target.compare(self.a).log_difference, target.expectations)
