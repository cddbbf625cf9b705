"""Predicted beta distributions: natural parameters, alpha and beta, or mean m and precision f.

In mean and precision, with d(k) = log k - psi(k) and e(k) = psi1(k) - 1/k, the derivatives of the cross-entropy are

d/d logit m = m (1 - m) f [logit m - E[logit y] - d(alpha) + d(beta)],    d2/dm2 = f^2 (psi1(alpha) + psi1(beta)),
d/d log f = f [m log m + (1 - m) log(1 - m) - m E[log y] - (1 - m) E[log(1 - y)]] + f d(f) - alpha d(alpha)
            - beta d(beta),
f^2 d2/df2 = alpha^2 e(alpha) + beta^2 e(beta) - f^2 e(f).
"""

from collections.abc import Mapping

import numpy as np
from scipy import special

from distscore.core.families.unit_interval.concentrations import Concentrations
from distscore.core.families.unit_interval.dirichlet_prediction import DirichletPrediction
from distscore.core.families.unit_interval.dirichlet_statistics import BETA
from distscore.core.families.unit_interval.dirichlet_target import DirichletTarget
from distscore.core.special.count_sums import log_minus_digamma_difference, trigamma_minus_inverse_difference
from distscore.core.special.elementwise import SMALL, Array, inner, sigmoid, total
from distscore.core.special.gamma_function import (
    gamma_log_second_derivative,
    log_minus_digamma,
    scaled_digamma_1p_minus_log,
    scaled_log_minus_digamma,
    scaled_trigamma_1p,
    scaled_trigamma_minus_inverse,
    trigamma_minus_inverse,
)
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives

NEWTON_STEPS = 10  # to the last digit
FAR = 1e20  # from here on psi(1 + b) - psi(1 + a) is nothing beside the rest


class BetaPrediction(DirichletPrediction):
    """A predicted beta distribution, sent as its natural parameters alpha - 1 and beta - 1."""

    family = BETA

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.betainc(self.a.value[0], self.a.value[1], values))


class ByShapes(BetaPrediction):
    """A predicted beta distribution by alpha and beta."""

    def gradient(self, target: DirichletTarget) -> Derivatives:
        return by_column(self.a.value * self.residual(target))

    def second_derivative(self, target: DirichletTarget) -> SecondDerivatives:
        information, in_logarithm = by_column(self.a.log_information), by_column(self.log_second_derivative(target))
        return {name: HessianParts(0.0, -information[name], in_logarithm[name]) for name in information}

    def fisher_information(self, target: DirichletTarget) -> Derivatives:
        return by_column(self.a.log_information)

    def optimum(self, target: DirichletTarget) -> Mapping[str, Array]:
        best = self.best_concentrations(target)
        return {} if best is None else by_column(best)


def by_column(pair: Array) -> Derivatives:
    """The two entries as columns."""
    return {"alpha": pair[0], "beta": pair[1]}


class ByMean(BetaPrediction):
    """A predicted beta distribution by its mean and precision."""

    def gradient(self, target: DirichletTarget) -> Derivatives:
        a, comparison = self.a, target.compare(self.a)
        log_difference, scaled = comparison.log_difference, scaled_log_minus_digamma(a.value)
        of_shapes = a.complement[0] * scaled[0] - a.complement[1] * scaled[1]
        of_precision = a.precision * (comparison.mean_divergence + inner(a.mean, comparison.log_means_ratio))
        return {
            "mean": a.value[0] * a.complement[0] * (log_difference[0] - log_difference[1]) - of_shapes,
            "precision": of_precision - (total(scaled) - scaled_log_minus_digamma(a.precision)),
        }

    def second_derivative(self, target: DirichletTarget) -> SecondDerivatives:
        """That in the mean beside log m + log(1 - m), whose first and second derivatives cancel where m is small."""
        a, comparison = self.a, target.compare(self.a)
        log_difference, scaled = comparison.log_difference, scaled_digamma_1p_minus_log(a.value)
        of_shapes = a.complement[0] * scaled[0] - a.complement[1] * scaled[1]
        of_trigamma = total(a.complement * a.complement * scaled_trigamma_1p(a.value))
        of_mean = HessianParts(
            second=2 * a.mean[0] * a.complement[0] + of_trigamma,
            coordinate_slope=a.mean[0] - a.complement[0],
            parameter_slope=a.value[0] * a.complement[0] * (log_difference[0] - log_difference[1]) + of_shapes,
        )
        in_logarithm = a.precision * (comparison.mean_divergence + inner(a.mean, comparison.log_means_ratio))
        in_logarithm += second_derivative_difference(a.of_dominant(a.value), a.of_dominant(a.others))
        in_logarithm += gamma_log_second_derivative(total(np.where(a.dominant, 0.0, a.value)))
        return {"mean": of_mean, "precision": HessianParts(0.0, -self.information[1], in_logarithm)}

    def fisher_information(self, target: DirichletTarget) -> Derivatives:
        return {"mean": self.information[0], "precision": self.information[1]}

    def optimum(self, target: DirichletTarget) -> Mapping[str, Array]:
        """Of observed values the mean at the precision predicted."""
        if target.known is not None:
            return {"mean": target.known.mean[0], "precision": target.known.precision}
        log_y, log_rest = target.expectations
        return {"mean": sigmoid(best_logit(log_y - log_rest, self.a.precision)), "precision": self.a.precision}

    @property
    def information(self) -> tuple[Array, Array]:
        """The Fisher information in logit m, m^2 (1 - m)^2 d2/dm2, and in log f, f^2 d2/df2, (rows,) each."""
        a, scaled = self.a, scaled_trigamma_minus_inverse(self.a.value)
        of_mean = total(a.complement * a.complement * (a.value + scaled))
        return of_mean, total(scaled) - scaled_trigamma_minus_inverse(a.precision)


def second_derivative_difference(k: Array, rest: Array) -> Array:
    """gamma_log_second_derivative(k) - gamma_log_second_derivative(k + rest), with the digits of a small rest."""
    shift = np.where(k < 1, 1.0, 0.0)
    start, end = k + shift, k + rest + shift
    of_trigamma = k * (k * trigamma_minus_inverse_difference(start, rest))
    of_trigamma -= rest * ((2 * k + rest) * trigamma_minus_inverse(end))
    of_digamma = rest * log_minus_digamma(end) - k * log_minus_digamma_difference(start, rest)
    of_shift = k * np.log1p(rest / k / end) - rest * np.log1p(1 / (k + rest)) + rest / start / end
    direct = gamma_log_second_derivative(k) - gamma_log_second_derivative(k + rest)
    by_differences = of_trigamma + of_digamma + np.where(k < 1, of_shift, 0.0)
    return np.where(np.minimum(k, rest) >= 1, direct, by_differences)


def by_shapes(alpha: Parameter, beta: Parameter) -> ByShapes:
    """A prediction sent by its alpha and beta."""
    return ByShapes(Concentrations(np.stack((alpha.value, beta.value))))


def by_mean(mean: Parameter, precision: Parameter) -> ByMean:
    """Mean and precision; 1 - m is taken from a logit that has more digits than m near 1."""
    m = mean.value
    as_sent = mean.coordinate == np.log(m) - np.log1p(-m)
    both = np.stack((m, np.where(as_sent, 1 - m, sigmoid(-mean.coordinate))))
    return ByMean(Concentrations(both * precision.value, precision.value, both))


def best_logit(chi: Array, f: Array) -> Array:
    """The v = logit m with psi(m f) - psi((1 - m) f) = chi for a precision f, by Newton's method.

    For chi > 0 the left side is 2 sinh(v) / f + psi(1 + b) - psi(1 + a) with b, a = f / (1 + exp(-+v)). It is convex
    in v > 0 and lies between v + sinh(v) / f and v + 2 sinh(v) / f, so that the steps decrease to the root from a start
    where it is at most three times chi.
    """
    size = np.abs(chi)
    far = size > FAR
    near = np.where(far, 1.0, size)
    v = np.minimum(near, asinh_product(f, near))
    for _ in range(NEWTON_STEPS):
        large, small, sinh, cosh = sigmoid(v), sigmoid(-v), np.sinh(0.5 * v), np.cosh(0.5 * v)
        b, a = f * large, f * small
        value = 4 * (sinh / f * cosh) + special.psi(1 + b) - special.psi(1 + a)
        of_psi = small * b * special.zeta(2, 1 + b) + large * a * special.zeta(2, 1 + a)  # zeta(2, k) is psi1(k)
        v = v - (value - near) / (of_psi + 2 * (cosh / f * cosh + sinh / f * sinh))
    return np.copysign(np.where(far, asinh_product(f, 0.5 * size), v), chi)


def asinh_product(a: Array, b: Array) -> Array:
    """asinh(a b), also where the product is beyond the doubles."""
    return np.where(a * b < 1 / SMALL, np.arcsinh(a * b), np.log(a) + np.log(b) + np.log(2))
