"""Concentrations a_k > 0 of sum A, the parameters of a Dirichlet distribution, and how far two of them are apart.

The log-normalizer is sum lgamma(a_k) - lgamma(A). One class, the largest, is set apart: its lgamma cancels with that of
A but for the integral of log t - psi(t) between them. The rest is in m = a / A and what is left of the gamma function
beside Stirling's formula. KL of two of them is the same in Bregman remainders, or where they are close the integral of
the second derivative, which keeps the digits of near matches.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.count_sums import (
    log_factorial_remainder,
    log_minus_digamma_difference,
    log_minus_digamma_integral,
    trigamma_minus_inverse_difference,
)
from distscore.core.special.elementwise import SMALL, SMALLEST_NORMAL, Array, itakura_saito, phi, total, total_of_others
from distscore.core.special.gamma_function import (
    digamma_difference,
    gamma_log_second_derivative,
    log_minus_digamma,
    scaled_log_minus_digamma,
    scaled_trigamma_minus_inverse,
    stirling_error_bregman,
    trigamma_difference,
    trigamma_minus_inverse,
)

NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)
NEARNESS = 0.5  # relative differences up to here are integrated; the nearest pole is then 2 steps behind


class Concentrations:
    """Of (classes, rows). The mean m may be given with digits that the concentrations do not have."""

    def __init__(self, value: Array, whole: Array | None = None, share: Array | None = None) -> None:
        self.value = value
        self.whole = total(value) if whole is None else whole
        self.top = np.zeros_like(value, dtype=np.bool_)
        np.put_along_axis(self.top, np.argmax(value, axis=0)[None], True, axis=0)
        self.others = total_of_others(value, self.top)
        self.share = value / self.whole if share is None else share
        self.rest = self.others / self.whole if share is None else total_of_others(share, self.top)

    @cached_property
    def log_share(self) -> Array:
        """log m, of numbers too small to divide as well."""
        divided = np.where(self.share >= SMALLEST_NORMAL, np.log(self.share), np.log(self.value) - np.log(self.whole))
        return np.where(self.top, np.log1p(-np.where(self.top, self.rest, 0.0)), divided)

    @cached_property
    def log_value(self) -> Array:
        """log a, of numbers too small to multiply as well."""
        return np.where(self.value >= SMALLEST_NORMAL, np.log(self.value), self.log_share + np.log(self.whole))

    @cached_property
    def drop(self) -> Array:
        """What psi(a_k) - psi(A) is below log m_k."""
        fall = log_minus_digamma_difference(only(self.value, self.top), only(self.others, self.top))
        return np.where(self.top, fall, log_minus_digamma(self.value) - log_minus_digamma(self.whole))

    @cached_property
    def information(self) -> Array:
        """a_k^2 (psi1(a_k) - psi1(A)), by psi1(a) = 1 / a^2 + psi1(1 + a)."""
        return self.rest * (1 + self.share) + self.value * (
            self.value * trigamma_difference(1 + self.value, self.others)
        )

    def log_curvature(self, residual: Array, chi: Array) -> Array:
        """Second derivative of the cross-entropy in log a_k, for E[log y_k] = chi_k with log m_k - chi_k = residual_k.

        By chi itself for small a_k, and for the largest, where the logarithm of its share cancels with all the rest.
        """
        a, m, rest = self.value, self.share, self.rest
        low = np.minimum(a, 1.0)
        fall = low * trigamma_difference(1 + low, self.others) - digamma_difference(1 + low, self.others)
        below = rest * m + low * fall - a * chi
        of_whole = scaled_log_minus_digamma(self.whole) - m * scaled_trigamma_minus_inverse(self.whole)
        above = a * residual + a * rest + gamma_log_second_derivative(a) + m * of_whole
        first, away, part = (only(x, self.top) for x in (np.maximum(a, 1.0), self.others, rest))
        change = first * (
            first * trigamma_minus_inverse_difference(first, away)
            - log_minus_digamma_difference(first, away)
            - phi(-part)
        )
        return np.where(a < 1, below, np.where(self.top, change - a * chi, above))

    @cached_property
    def remainder(self) -> Array:
        """sum_{k > 1} E(a_k) + the integral of d from a_1 to A."""
        small = total(np.where(self.top, 0.0, log_factorial_remainder(self.value)))
        return small + log_minus_digamma_integral(only(self.value, self.top), only(self.others, self.top))

    def level(self, center: Array, log_center: Array) -> Array:
        """log(c_k / a_k), but log c_1 for the largest."""
        scale, log_scale = np.where(self.top, 1.0, self.value), np.where(self.top, 0.0, self.log_value)
        return log_quotient(center, scale, log_center, log_scale)

    def gap(self, known: "Concentrations") -> Array:
        """The mean of `known` minus this one, by the differences of concentrations where they are close."""
        step = self.value - known.value
        away = total_of_others(step, known.top)
        close = (np.abs(step) < self.value) & (np.abs(away) < self.others)
        near = known.share * (away / self.whole) - known.rest * (step / self.whole)
        return np.where(close, near, known.share * self.rest - self.share * known.rest)


def only(x: Array, top: NDArray[np.bool_]) -> Array:
    """The one entry of each row that `top` marks."""
    return total(np.where(top, x, 0.0))


def log_quotient(top: Array, bottom: Array, log_top: Array, log_bottom: Array) -> Array:
    """log(t / b), by the difference of their logarithms where one of the three numbers is no normal double."""
    quotient = top / bottom
    normal = (quotient > SMALL) & (quotient < 1 / SMALL) & (top > SMALL) & (bottom > SMALL)
    return np.where(normal, np.log(quotient), log_top - log_bottom)


def closeness(predicted: Concentrations, center: Array, log_center: Array, gap: Array) -> tuple[Array, Array]:
    """m log(m / c) - m + c >= 0 and log(m / c), with gap = c - m."""
    share = predicted.share
    relative = gap / share
    near = np.abs(relative) < 0.5
    relative = np.where(near, relative, 0.0)
    far = log_quotient(share, center, predicted.log_share, log_center)
    distance = np.where(near, share * phi(relative), gap + share * far)
    return distance, np.where(near, -np.log1p(relative), far)


def kl_divergence(known: Concentrations, predicted: Concentrations) -> Array:
    """KL(known, predicted)."""
    step = predicted.value - known.value
    near = np.all(np.abs(step) <= NEARNESS * np.minimum(known.value, predicted.value), axis=0)
    if near.all():
        return integrated(known, step)
    far = by_remainders(known, predicted, step)
    return np.where(near, integrated(known, np.where(near, step, 0.0)), far) if near.any() else far


def by_remainders(known: Concentrations, predicted: Concentrations, step: Array) -> Array:
    """A KL(m, m0), the remainders of lgamma without x log x of all classes but one, and those of the integral of d."""
    a, a0, top = predicted.value, known.value, known.top
    distances, _ = closeness(predicted, known.share, known.log_share, predicted.gap(known))
    small = total(np.where(top, 0.0, 0.5 * itakura_saito(a, a0, step / a0) + stirling_error_bregman(a, a0)))
    first, rest = only(a, top), only(total_of_others(a, top), top)
    first0, rest0 = only(a0, top), only(known.others, top)
    fall = log_minus_digamma_integral(first, rest) - log_minus_digamma_integral(first0, rest0)
    tangent = only(step, top) * log_minus_digamma_difference(first0, rest0)
    tangent -= only(total_of_others(step, top), top) * log_minus_digamma(known.whole)
    divergence = predicted.whole * total(distances) + small + (fall + tangent)
    return np.where(np.isinf(small), np.inf, divergence)  # no class but the largest is more than half of all


def integrated(known: Concentrations, step: Array) -> Array:
    """The integral over 0 < t < 1 of (1 - t) <s, g''(a0 + t s) s>."""
    nodes = zip(NODES, WEIGHTS, strict=True)
    parts = [w * (1 - node) * bending(known.value + 0.5 * (1 + node) * step, step, known.top) for node, w in nodes]
    integral: Array = 0.25 * np.add.reduce(parts, axis=0)
    return integral


def bending(a: Array, step: Array, top: NDArray[np.bool_]) -> Array:
    """sum s_k^2 psi1(a_k) - (sum s)^2 psi1(A): the spread of r = s / a, and what psi1 exceeds 1 / a by."""
    whole, rest, away, relative = total(a), total_of_others(a, top), total_of_others(step, top), step / a
    drift = relative * (rest / whole) - away / whole
    small = total(np.where(top, 0.0, relative * relative * scaled_trigamma_minus_inverse(a)))
    first, first_rest, first_step, first_away = (only(x, top) for x in (a, rest, step, away))
    fall = only(relative, top) ** 2 * scaled_fall(first, first_rest)
    rise = first_away / whole * ((2 * first_step + first_away) / whole) * scaled_trigamma_minus_inverse(whole)
    return total(a * drift * drift) + small + fall - rise


def log_curve_fall(k: Array, rest: Array) -> Array:
    """gamma_log_second_derivative(k) - gamma_log_second_derivative(k + rest), proportional to a small rest."""
    shift = np.where(k < 1, 1.0, 0.0)
    start, end = k + shift, k + rest + shift
    bend = k * (k * trigamma_minus_inverse_difference(start, rest)) - rest * (
        (2 * k + rest) * trigamma_minus_inverse(end)
    )
    tilt = rest * log_minus_digamma(end) - k * log_minus_digamma_difference(start, rest)
    growth = k * np.log1p(rest / k / end) - rest * np.log1p(1 / (k + rest)) + rest / start / end
    large = np.minimum(k, rest) >= 1
    direct = gamma_log_second_derivative(k) - gamma_log_second_derivative(k + rest)
    return np.where(large, direct, bend + tilt + np.where(k < 1, growth, 0.0))


def scaled_fall(k: Array, rest: Array) -> Array:
    """k^2 times the fall of psi1(t) - 1 / t from k to k + rest; of small k no matter what their size."""
    large = np.maximum(k, 1e-100)
    return large * (large * trigamma_minus_inverse_difference(large, rest * (large / k)))
