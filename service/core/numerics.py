"""Stable elementwise formulas in float64, for arrays of any shape."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

HALF_LOG_TAU = 0.9189385332046727418  # log(2 pi) / 2


def product(a: Array, b: Array) -> Array:
    """a b, with 0 times infinity = 0."""
    result: Array = np.multiply(a, b)
    return np.where((a == 0) | (b == 0), 0.0, result) if np.isnan(result).any() else result


def inner(a: Array, b: Array) -> Array:
    """Sum of a b over the first axis, with 0 times infinity = 0."""
    result: Array = np.add.reduce(a * b, axis=0)
    return np.add.reduce(product(a, b), axis=0) if np.isnan(result).any() else result


def phi(u: Array) -> Array:
    """u - log1p(u) for u >= -1, by the series of atanh for small u."""
    u = np.asarray(u, dtype=np.float64)
    small = np.abs(u) < 0.2
    v = np.where(small, u, 0.0)
    s = v / (2 + v)
    w = s * s
    series = np.zeros_like(w)
    for k in range(23, 1, -2):
        series = (series + 2 / k) * w
    near = s * (v - series)  # u - 2 atanh(s) = s u - 2 (s^3/3 + s^5/5 + ...)
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.where(np.isposinf(u), np.inf, u - np.log1p(u))
    return np.where(small, near, far)


def expm1_excess(d: Array) -> Array:
    """expm1(d) - d, never negative, by its series for small d."""
    d = np.asarray(d, dtype=np.float64)
    small = np.abs(d) < 0.5
    v = np.where(small, d, 0.0)
    series = np.ones_like(v)
    for k in range(16, 2, -1):
        series = 1 + series * v / k
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.where(np.isposinf(d), np.inf, np.expm1(d) - d)
    return np.where(small, 0.5 * v * v * series, far)


def softplus(z: Array) -> Array:
    """log(1 + e^z)."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def sigmoid(z: Array) -> Array:
    """1 / (1 + e^-z)."""
    return np.asarray(special.expit(z))


def log_sigmoid(z: Array) -> Array:
    """log(1 / (1 + e^-z))."""
    return -softplus(-z)


def softplus_slope(r: Array) -> Array:
    """d log softplus(r) / dr."""
    return sigmoid(r) / softplus(r)


def softplus_curve(r: Array) -> Array:
    """d2 log softplus(r) / dr2 = -d1 phi(e^r) / ((1 + e^r) softplus(r)), divided through by e^r for large r."""
    slope, value = softplus_slope(r), softplus(r)
    e = np.exp(np.minimum(r, 40.0))
    large = sigmoid(np.asarray(r)) * (1 - value * np.exp(-np.maximum(r, 0.0)))
    return -slope * np.where(r > 40, large, phi(e) / (1 + e)) / value


def sample_mean(x: Array) -> Array:
    """Mean over the first axis, corrected once."""
    mean: Array = np.add.reduce(x, axis=0) / len(x)
    mean += np.add.reduce(x - mean, axis=0) / len(x)
    return mean


def centered_variance(x: Array, mean: Array) -> Array:
    """Mean square around `mean` over the first axis."""
    variance: Array = np.add.reduce((x - mean) ** 2, axis=0) / len(x)
    return variance
