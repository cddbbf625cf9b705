"""Negative binomials of one dispersion a, an exponential family of their mean m, with the size r = 1/a held.

T(y) = y, h = lgamma(r + y) - lgamma(r) - log y!, eta = log(m / (m + r)), g = r log(1 + m/r), chi = E[y].

Over many rows g - <chi, eta> - E[h] cancels like the entropy of a Poisson does. With B(y) = (y + r) log(1 + y/r) - y
and K(y) = y log y - B(y), minus h is (log y! - y log y + y) + (integral of log t - psi(t) from r to r + y) + K(y)
- y (1 + log r), and the least loss is the mean of the first two and of K, minus K(E[y]): K has what rounding cuts off.
"""

from typing import ClassVar

import numpy as np

from distscore.core.exact.logarithms import logarithm, times_logarithm
from distscore.core.exact.products import Factor, mean_of_parts, sum_of, sum_of_all
from distscore.core.special.count_sums import log_factorial_remainder, log_minus_digamma_integral
from distscore.core.special.elementwise import Array, phi
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import NEGATIVE, NONNEGATIVE

LARGE = 1e13  # sizes from which on B(y), about y^2 / (2 r), is small beside y


class KnownSize(ExponentialFamily):
    """The counts of one size r, which differ by their mean."""

    expectations: ClassVar = {"y": NONNEGATIVE}
    natural: ClassVar = {"log_success_probability": NEGATIVE}

    def __init__(self, size: float) -> None:
        self.size = np.array([size])
        self.log_size, self.log_size_cut_off = logarithm(self.size)

    def log_normalizer(self, eta: Array) -> Array:
        return np.asarray(-self.size * np.log(-np.expm1(eta[0])))

    def mean(self, eta: Array) -> Array:
        return np.asarray(self.size / np.expm1(-eta))

    def variance(self, eta: Array) -> Array:
        mean = self.mean(eta)
        return np.asarray(mean + mean * (mean / self.size))

    def quadratic_form(self, eta: Array, step: Array) -> Array:
        return np.asarray(self.variance(eta)[0] * step[0] * step[0])

    def sufficient_statistics(self, values: Array) -> Array:
        return values[None]

    def carrier(self, values: Array) -> Array:
        return self.mean_carrier(values[None])[0]

    def mean_carrier(self, draws: Array) -> tuple[Array, Array]:
        convex, linear = self.convex_part(draws), self.linear_part(draws)
        parts = (*convex, *linear, self.least_loss_parts(draws))
        return mean_of_parts(*sum_of_all(*(-part for part in parts)))

    def mean_statistics(self, draws: Array) -> tuple[Array, Array]:
        mean, error = mean_of_parts(draws)
        return mean[None], error[None]

    def natural_parameters(self, chi: Array) -> Array:
        return np.asarray(-np.log1p(self.size / chi))

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        """Minus E[h], less K(m) - m (1 + log r) for m = E[y]."""
        (of_mean, of_carrier), (m,) = (0.0, 0.0) if error is None else error, chi
        convex, linear = self.convex_part(m), self.linear_part(m)
        whole, rest = sum_of_all(-np.asarray(carrier), -convex[0], -linear[0])
        slope = np.log1p(self.size / m)
        return np.asarray(whole + (rest - convex[1] - linear[1] - of_carrier + of_mean * slope))

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        return np.asarray(np.sign(chi[0]))

    def least_loss_parts(self, y: Array) -> Array:
        """The loss of counts at their best mean: two parts that are not negative."""
        return log_factorial_remainder(y) + log_minus_digamma_integral(self.size, y)

    def convex_part(self, y: Array) -> tuple[Array, Array]:
        """K(y), rounded, and what rounding cut off it."""
        r, (power, cut_off) = self.size, times_logarithm(y, y)
        if r[0] >= LARGE:
            t = y / r
            return sum_of_all(power, r * (phi(t) - t * np.log1p(t)), cut_off)
        whole, of_whole = sum_of(y, r)
        log_whole, log_cut_off = logarithm(whole)
        log_ratio, ratio_cut_off = sum_of_all(
            log_whole, -self.log_size, log_cut_off - self.log_size_cut_off + of_whole / whole
        )
        high, low = Factor(whole).times(Factor(log_ratio))
        return sum_of_all(power, -high, y, cut_off - low - whole * ratio_cut_off - of_whole * log_ratio)

    def linear_part(self, y: Array) -> tuple[Array, Array]:
        """-y (1 + log r), rounded, and what rounding cut off it."""
        high, low = Factor(y).times(Factor(self.log_size))
        return sum_of_all(-high, -y, -(low + y * self.log_size_cut_off))
