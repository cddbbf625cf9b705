"""Stable elementwise formulas in float64, for arrays of any shape."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

HALF_LOG_TAU = 0.9189385332046727418  # log(2 pi) / 2
SMALL = 1e-300  # quotients below it or above its inverse are taken by logarithms
EPSILON = 2.0**-52
SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)


def product(a: Array | float, b: Array | float) -> Array:
    """a b elementwise, with 0 times infinity = 0: what has no mass does not count, whatever it would cost."""
    result: Array = np.multiply(a, b)
    return np.where((a == 0) | (b == 0), 0.0, result) if np.isnan(result).any() else result


def ratio(x: Array, y: Array) -> Array:
    """x / y elementwise, with 0 / 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(x == 0, 0.0, x / y)


def total(x: Array) -> Array:
    """Sum over the first axis.

    NumPy's order of summation depends on the memory layout: the engine fixes the layout by the length of the axis
    alone, so that the sum of a row has the same bits whatever the other rows are.
    """
    return np.asarray(np.add.reduce(x, axis=0))


def total_of_others(x: Array, dominant: NDArray[np.bool_]) -> Array:
    """For each entry the sum of the other entries along the first axis.

    It is the total minus the entry, but for entries marked `dominant` (larger than the rest, or infinite), where that
    difference cancels, the others are added up.
    """
    return np.where(dominant, total(np.where(dominant, 0.0, x)), total(x) - x)


def inner(a: Array, b: Array) -> Array:
    """Scalar product: the sum of a b over the first axis, with 0 times infinity = 0."""
    result: Array = np.add.reduce(a * b, axis=0)
    return np.add.reduce(product(a, b), axis=0) if np.isnan(np.add.reduce(result, axis=None)) else result


def atanh_ratio_minus_one(square: Array) -> Array:
    """atanh(v) / v - 1 = v^2/3 + v^4/5 + ... as a function of v^2 <= 1/16, by its series."""
    total = np.zeros_like(square)
    for k in range(29, 1, -2):
        total += 1 / k
        total *= square
    return total


def phi(u: Array) -> Array:
    """phi(u) = u - log1p(u) >= 0 for u >= -1, about u^2 / 2 for small u, where the difference would cancel.

    While |v| <= 1/4 for v = u / (2 + u) it is taken by the series of log1p(u) = 2 atanh(v). Relative error 4e-16.
    """
    u = np.asarray(u, dtype=np.float64)
    small = (u >= -0.4) & (u <= 2 / 3)
    w = np.where(small, u, 0.0)
    v = w / (2 + w)
    near = v * (w - 2 * atanh_ratio_minus_one(v * v))
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.where(np.isposinf(u), np.inf, u - np.log1p(u))
    return np.where(small, near, far)


def half_minus_phi_ratio(u: Array) -> Array:
    """1/2 - phi(u) / u^2 = u/3 - u^2/4 + ..., for -0.4 <= u <= 2/3: the third-order remainder of log1p, over u^2."""
    v = u / (2 + u)
    tiny = np.abs(v) < 1e-8
    square = np.where(tiny, 1.0, v * v)
    third = np.where(tiny, 1 / 3, atanh_ratio_minus_one(np.minimum(square, 1 / 16)) / square)
    return v * (0.5 + 0.5 * (1 - v) ** 2 * third)


def log_ratio(top: Array, bottom: Array) -> Array:
    """log(t / b) of positive t and b, as log t - log b only where the quotient leaves the doubles."""
    ratio = top / bottom
    representable = (ratio > SMALL) & (ratio < 1 / SMALL)
    if np.all(representable):
        return np.log(ratio)
    return np.where(representable, np.log(ratio), np.log(top) - np.log(bottom))


def log_ratio_near_one(top: Array, bottom: Array, difference: Array) -> Array:
    """log r for r = t / b > 0, by log1p of the relative difference r - 1 = (t - b) / b where that is small."""
    near = np.abs(difference) < 0.5
    return np.where(near, np.log1p(np.where(near, difference, 0.0)), log_ratio(top, bottom))


def itakura_saito(top: Array, bottom: Array, difference: Array) -> Array:
    """Itakura-Saito divergence r - 1 - log r >= 0 for r = t / b > 0, given the relative difference r - 1 = (t - b) / b.

    It is half the gamma deviance at shape 1, and what two scales add to many KL divergences. Nothing cancels near 1.
    """
    near = difference > -0.5
    return np.where(near, phi(np.where(near, difference, 0.0)), difference - log_ratio(top, bottom))


def _phi2_series(x: Array) -> Array:
    """(expm1(x) - x) / x^2 = 1/2 + x/6 + x^2/24 + ..., for |x| <= 1."""
    total = np.ones_like(x)
    for k in range(19, 2, -1):
        total *= x / k
        total += 1
    return 0.5 * total


def expm1_remainder(d: Array) -> Array:
    """expm1(d) - d >= 0, about d^2 / 2 for small d, where the difference would cancel: there by its series."""
    d = np.asarray(d, dtype=np.float64)
    small = np.abs(d) <= 1
    v = np.where(small, d, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.where(np.isposinf(d), np.inf, np.expm1(d) - d)
    return np.where(small, v * v * _phi2_series(v), far)


def phi2(x: Array) -> Array:
    """(expm1(x) - x) / x^2 > 0, increasing from 0 at -infinity through 1/2 at 0.

    It is the phi_2 of exponential integrators (Hochbruck and Ostermann 2010).
    """
    x = np.asarray(x, dtype=np.float64)
    small = np.abs(x) <= 1
    far = np.where(small, 1.0, x)
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = np.where(np.isinf(far), np.maximum(far, 0), (np.expm1(far) - far) / far / far)
    return np.where(small, _phi2_series(np.where(small, x, 0.0)), ratio)


def softplus(z: Array) -> Array:
    """log(1 + e^z) elementwise, without overflow for large z."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def sigmoid(z: Array) -> Array:
    """1 / (1 + e^-z) elementwise; sigmoid(-z) is its complement, which 1 - sigmoid(z) would cancel."""
    return np.asarray(special.expit(z))


def log_sigmoid(z: Array) -> Array:
    """log(1 / (1 + e^-z)) = -softplus(-z) elementwise."""
    return -softplus(-z)


def log_softplus_derivative(r: Array) -> Array:
    """First derivative of log softplus(r): sigmoid(r) / softplus(r), which is 1 to the last digit below r = -40."""
    r = np.maximum(r, -40.0)
    return sigmoid(r) / softplus(r)


def log_softplus_second_over_first(r: Array) -> Array:
    """Second derivative of log softplus(r) over the first: -phi(e^r) / ((1 + e^r) softplus(r)), in (-1, 0).

    It is sigmoid(-r) - sigmoid(r) / softplus(r), a difference that cancels for negative r. Beyond |r| = 40 it is
    -e^r / 2 and minus the first derivative, to the last digit.
    """
    middle = np.clip(r, -40.0, 40.0)
    e = np.exp(middle)
    near = -phi(e) / (1 + e) / softplus(middle)
    far = np.where(r > 40, -log_softplus_derivative(r), -0.5 * np.exp(np.minimum(r, 0.0)))
    return np.where(np.abs(r) > 40, far, near)


def sample_mean(x: Array) -> Array:
    """Mean over the first axis, corrected once for rounding; infinite where a draw is infinite."""
    if len(x) == 1:
        return np.asarray(x[0])
    mean = total(x / len(x))
    correction = total((x - mean) / len(x))
    return mean + np.where(np.isfinite(mean), correction, 0.0)


def mean_square_deviation(x: Array, mean: Array | float) -> Array:
    """Mean of (x - mean)^2 over the first axis, centered before it is squared."""
    variance: Array = np.add.reduce((x - mean) ** 2, axis=0) / len(x)
    return variance
