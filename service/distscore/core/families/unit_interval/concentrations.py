"""Concentrations a_k > 0 of sum A, the parameters of a Dirichlet distribution, without what cancels among them.

The log-normalizer is g = sum lgamma(a_k) - lgamma(A). In the means m_k = a_k / A, with d(t) = log t - psi(t) and
E(a) = lgamma(1 + a) - a log a + a, it is (Stirling's formula for every class but the largest, class 1)

    g = sum a_k log m_k + sum_{k > 1} [E(a_k) - log a_k] + the integral of d from a_1 to A.

The largest class is the `dominant` one: its lgamma and that of A are large and nearly alike, so that only the integral
between them is left, and what it leaves to the others, 1 - m_1, is added up from these.
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
from distscore.core.special.elementwise import SMALL, SMALLEST_NORMAL, Array, phi, total, total_of_others
from distscore.core.special.gamma_function import (
    digamma_difference,
    gamma_log_second_derivative,
    log_minus_digamma,
    scaled_log_minus_digamma,
    scaled_trigamma_minus_inverse,
    trigamma_difference,
)


class Concentrations:
    """Concentrations (classes, rows), with their precision A (rows,), their means m = a / A and 1 - m.

    The means may be given with digits that the concentrations do not have.
    """

    def __init__(self, value: Array, precision: Array | None = None, mean: Array | None = None) -> None:
        self.value = value
        self.precision = total(value) if precision is None else precision
        self.dominant = largest(value)
        self.others = total_of_others(value, self.dominant)
        self.mean = value / self.precision if mean is None else mean
        self.complement = self.others / self.precision if mean is None else total_of_others(mean, self.dominant)

    @cached_property
    def log_mean(self) -> Array:
        """log m, also of numbers too small to divide."""
        small = np.log(self.value) - np.log(self.precision)
        divided = np.where(self.mean >= SMALLEST_NORMAL, np.log(self.mean), small)
        return np.where(self.dominant, np.log1p(-np.where(self.dominant, self.complement, 0.0)), divided)

    @cached_property
    def log_value(self) -> Array:
        """log a, also of numbers too small to have their digits."""
        return np.where(self.value >= SMALLEST_NORMAL, np.log(self.value), self.log_mean + np.log(self.precision))

    @cached_property
    def log_means_ratio(self) -> Array:
        """log E[y_k] - E[log y_k] = log m_k - psi(a_k) + psi(A) >= 0."""
        of_dominant = log_minus_digamma_difference(self.of_dominant(self.value), self.of_dominant(self.others))
        return np.where(self.dominant, of_dominant, log_minus_digamma(self.value) - log_minus_digamma(self.precision))

    @cached_property
    def log_information(self) -> Array:
        """The Fisher information in log a_k, a_k^2 (psi1(a_k) - psi1(A)), by psi1(a) = 1 / a^2 + psi1(1 + a)."""
        of_shifted = self.value * (self.value * trigamma_difference(1 + self.value, self.others))
        return self.complement * (1 + self.mean) + of_shifted

    @cached_property
    def normalizer_remainder(self) -> Array:
        """sum_{k > 1} E(a_k) + the integral of d from a_1 to A, (rows,)."""
        small = total(np.where(self.dominant, 0.0, log_factorial_remainder(self.value)))
        return small + log_minus_digamma_integral(self.of_dominant(self.value), self.of_dominant(self.others))

    def log_second_derivative(self, log_difference: Array, chi: Array) -> Array:
        """Second derivative of the cross-entropy in log a_k, for E[log y_k] = chi_k and log m_k - chi_k.

        By chi itself for small a_k, and for the dominant class, where log m_k cancels with all the rest.
        """
        a, m, rest = self.value, self.mean, self.complement
        low = np.minimum(a, 1.0)
        of_shifted = low * trigamma_difference(1 + low, self.others) - digamma_difference(1 + low, self.others)
        below = rest * m + low * of_shifted - a * chi
        of_precision = scaled_log_minus_digamma(self.precision) - m * scaled_trigamma_minus_inverse(self.precision)
        above = a * log_difference + a * rest + gamma_log_second_derivative(a) + m * of_precision
        first, away, part = map(self.of_dominant, (np.maximum(a, 1.0), self.others, rest))
        second = first * trigamma_minus_inverse_difference(first, away)
        of_dominant = first * (second - log_minus_digamma_difference(first, away) - phi(-part))
        return np.where(a < 1, below, np.where(self.dominant, of_dominant - a * chi, above))

    def log_center_ratio(self, center: Array, log_center: Array) -> Array:
        """log(c_k / a_k) of a center c, but log c_1 for the dominant class."""
        value, log_value = np.where(self.dominant, 1.0, self.value), np.where(self.dominant, 0.0, self.log_value)
        return log_quotient(center, value, log_center, log_value)

    def compare_means(self, center: Array, log_center: Array, difference: Array) -> tuple[Array, Array]:
        """m log(m / c) - m + c >= 0 and log(m / c) for every class, with difference = c - m."""
        relative = difference / self.mean
        near = np.abs(relative) < 0.5
        relative = np.where(near, relative, 0.0)
        far = log_quotient(self.mean, center, self.log_mean, log_center)
        divergence = np.where(near, self.mean * phi(relative), difference + self.mean * far)
        return divergence, np.where(near, -np.log1p(relative), far)

    def mean_difference(self, other: "Concentrations") -> Array:
        """The mean of the other minus this one, by the differences of their concentrations where they are close."""
        step = self.value - other.value
        away = total_of_others(step, other.dominant)
        close = (np.abs(step) < self.value) & (np.abs(away) < self.others)
        near = other.mean * (away / self.precision) - other.complement * (step / self.precision)
        return np.where(close, near, other.mean * self.complement - self.mean * other.complement)

    def of_dominant(self, x: Array) -> Array:
        """The entry of the dominant class of each row, (rows,)."""
        return select(x, self.dominant)


def largest(x: Array) -> NDArray[np.bool_]:
    """Where the largest entry of each row is, the first of several, (classes, rows)."""
    found = np.zeros_like(x, dtype=np.bool_)
    np.put_along_axis(found, np.argmax(x, axis=0)[None], True, axis=0)
    return found


def select(x: Array, chosen: NDArray[np.bool_]) -> Array:
    """The one entry of each row that is chosen, (rows,)."""
    return total(np.where(chosen, x, 0.0))


def log_quotient(top: Array, bottom: Array, log_top: Array, log_bottom: Array) -> Array:
    """log(t / b), by the difference of their logarithms where one of the three numbers is no normal double."""
    quotient = top / bottom
    normal = (quotient > SMALL) & (quotient < 1 / SMALL) & (top > SMALL) & (bottom > SMALL)
    return np.where(normal, np.log(quotient), log_top - log_bottom)
