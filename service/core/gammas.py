"""The gamma function without its large parts: what is left of lgamma and its derivatives beside Stirling's formula."""

import numpy as np
from scipy import special

from service.core.numerics import HALF_LOG_TAU, Array


def stirling_error(k: Array) -> Array:
    """lgamma(k) - (k - 1/2) log k + k - log(2 pi) / 2."""
    return np.asarray(special.gammaln(k) - (k - 0.5) * np.log(k) + k - HALF_LOG_TAU)


def stirling_error_slope(k: Array) -> Array:
    """psi(k) - log k + 1 / (2 k)."""
    return np.asarray(special.psi(k) - np.log(k) + 0.5 / k)


def stirling_error_curve(k: Array) -> Array:
    """psi1(k) - 1 / k - 1 / (2 k^2)."""
    return np.asarray(special.polygamma(1, k) - 1 / k - 0.5 / k**2)


def stirling_bregman(a: Array, b: Array) -> Array:
    """s(a) - s(b) - (a - b) s'(b), s the error of Stirling's formula."""
    return stirling_error(a) - stirling_error(b) - (a - b) * stirling_error_slope(b)


def log_minus_digamma(k: Array) -> Array:
    """log k - psi(k)."""
    return 0.5 / k - stirling_error_slope(k)


def trigamma_excess(k: Array) -> Array:
    """psi1(k) - 1 / k."""
    return np.asarray(0.5 / k**2 + stirling_error_curve(k))


def lgamma_bregman(a: Array, b: Array) -> Array:
    """lgamma(a) - lgamma(b) - (a - b) psi(b), never negative."""
    return np.asarray(special.gammaln(a) - special.gammaln(b) - (a - b) * special.psi(b))


def lgamma_1p(x: Array) -> Array:
    """lgamma(1 + x), x > -1, with its digits near x = 0 and x = 1."""
    return np.asarray(special.gammaln(1 + x))
