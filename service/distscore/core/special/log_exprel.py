"""A(eta) = log((e^eta - 1) / eta), the log-normalizer of the densities e^(eta y) on [0, 1], and what follows from it.

It is the logarithm of what SciPy calls exprel. A' is the mean and A'' the variance of a continuous Bernoulli
distribution with logit eta (Loaiza-Ganem and Cunningham 2019). Near eta = 0 every closed form cancels: below |eta| = 1
there are series of Bernoulli numbers, beyond it closed forms in e^-|eta|. Relative errors: A and A' 4e-16, A'' 4e-15.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from distscore.core.special.elementwise import Array, itakura_saito, product

TERMS = 2.0 * np.arange(1, 13)  # 2, 4, ..., 24
BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
    854513 / 138,
    -236364091 / 2730,
)
RATIOS = np.array(BERNOULLI) / special.factorial(TERMS)  # B_2n / (2n)!
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
NARROW = 4.0  # differences of eta up to here are integrated; the nearest poles of A'' are 2 pi from the real line
TAIL = 50.0  # from here on A(-a) = -log a, to the last digit


class Proportion(NamedTuple):
    """A number y in [0, 1] as y, 1 - y and y - 1/2, so that none of them is formed by a difference that cancels."""

    value: Array
    complement: Array
    centered: Array

    @property
    def nearest(self) -> Array:
        """min(y, 1 - y), the distance to the nearer end."""
        return np.minimum(self.value, self.complement)


def proportion(value: Array) -> Proportion:
    """The proportion of a number y that was sent as such, so that 1 - y is exact but for one rounding."""
    return Proportion(value, 1 - value, value - 0.5)


def mean(eta: Array) -> Proportion:
    """A'(eta) = 1 - A'(-eta), the mean of the distribution, increasing from 0 to 1."""
    near, v, a = _split(eta)
    odd, low = _series(v, RATIOS) / np.where(v == 0, 1.0, v), _tail_mean(a)
    value = np.where(near, 0.5 + odd, np.where(eta < 0, low, 1 - low))
    complement = np.where(near, 0.5 - odd, np.where(eta < 0, 1 - low, low))
    return Proportion(value, complement, np.where(near, odd, value - 0.5))


def variance(eta: Array) -> Array:
    """A''(eta) > 0, the variance of the distribution: 1/12 at eta = 0, and 1 / eta^2 far out."""
    near, v, a = _split(eta)
    series = _series(v, RATIOS * (TERMS - 1)) / np.where(v == 0, 1.0, v * v)
    decay = np.exp(-a)
    tail = 1 / a / a - decay / (1 - decay) ** 2
    return np.where(near, np.where(np.abs(v) < 1e-9, RATIOS[0], series), tail)  # whose square may be no double


def residual(eta: Array, y: Proportion) -> Array:
    """A'(eta) - y, from the end of [0, 1] that eta is nearer to, or from the middle."""
    at = mean(eta)
    outer = np.where(eta < 0, at.value - y.value, y.complement - at.complement)
    return np.where(np.abs(eta) < 1, at.centered - y.centered, outer)


def cross_entropy_of(eta: Array, y: Proportion) -> Array:
    """Cross-entropy A(eta) - eta y. For positive eta it is A(-eta) + eta (1 - y), in which nothing cancels."""
    near, v, a = _split(eta)
    linear = product(np.abs(eta), np.where(eta < 0, y.value, y.complement))
    outer = np.where(np.isposinf(linear), np.inf, linear + _tail(a))
    return np.where(near, _series(v, RATIOS / TERMS) - v * y.centered, outer)


def inverse_mean(y: Proportion) -> Array:
    """The eta of a given mean A'(eta) = y, infinite at 0 and 1.

    Newton's method on a concave function, from an approximation to 5 % (Cohen's, of the inverse Langevin function).
    """
    w = y.nearest
    tail = w < 1 / TAIL
    inside, z = np.where(tail, 1 / TAIL, w), np.where(tail, 1 - 2 / TAIL, 2 * np.abs(y.centered))
    a = z * (3 - z * z) / (1 + z) / inside
    middle = Proportion(0.5 * (1 + z), inside, 0.5 * z)
    for _ in range(5):
        a = a - residual(a, middle) / variance(a)
    return np.copysign(np.where(tail, 1 / w, a), y.centered)


def least_cross_entropy(y: Proportion, eta: Array) -> Array:
    """The least of A(eta) - eta y, at the eta with A'(eta) = y, which is given; -infinity at y = 0 and y = 1."""
    w = y.nearest
    return np.where(w < 1 / TAIL, 1 + np.log(w), cross_entropy_of(eta, y))


def bregman(eta: Array, eta0: Array, y0: Proportion, difference: Array) -> Array:
    """KL, A(eta) - A(eta0) - d A'(eta0) >= 0, with the difference d = eta - eta0 and y0 = A'(eta0).

    Small d: d^2 times the integral of (1 - t) A''(eta0 + t d), by Gauss's rule. Large |eta|, |eta0|: term by term.
    """
    a, a0 = np.abs(eta), np.abs(eta0)
    near = np.abs(difference) <= NARROW
    smaller = np.where((eta < 0) == (eta0 < 0), np.minimum(a, a0), 0.0)
    tail = np.isfinite(a0) & (smaller > np.where(near, TAIL, 2.0))
    least = least_cross_entropy(y0, eta0)
    far = np.where(np.isneginf(least), np.inf, cross_entropy_of(eta, y0) - least)
    result = np.where(tail, _tail_bregman(a, a0, np.where(eta0 < 0, -difference, difference), smaller), far)
    near &= ~tail
    if near.any():
        start, step = np.where(near, eta0, 0.0), np.where(near, difference, 0.0)
        result = np.where(near, step * step * _integrated(start, step, 1), result)
    return result


def mean_difference(eta: Array, eta0: Array, y0: Proportion, difference: Array) -> Array:
    """A'(eta) - A'(eta0), with the difference d = eta - eta0 and y0 = A'(eta0); small d times the mean of A''."""
    near = np.abs(difference) <= NARROW
    start, step = np.where(near, eta0, 0.0), np.where(near, difference, 0.0)
    return np.where(near, step * _integrated(start, step, 0), residual(eta, y0))


def _split(eta: Array) -> tuple[NDArray[np.bool_], Array, Array]:
    """Where the series hold, their argument (0 elsewhere), and |eta| for the closed forms (1 elsewhere)."""
    near = np.abs(eta) < 1
    return near, np.where(near, eta, 0.0), np.where(near, 1.0, np.abs(eta))


def _series(v: Array, coefficients: Array) -> Array:
    """Sum of c_n v^(2n), n = 1, 2, ..."""
    square = v * v
    series = np.zeros_like(square)
    for coefficient in coefficients[::-1]:
        series = (series + coefficient) * square
    return series


def _tail(a: Array) -> Array:
    """A(-a) for a >= 1."""
    return np.log1p(-np.exp(-a)) - np.log(a)


def _tail_mean(a: Array) -> Array:
    """A'(-a) for a >= 1."""
    return 1 / a + np.exp(-a) / np.expm1(-a)


def _tail_bregman(a: Array, a0: Array, step: Array, smaller: Array) -> Array:
    """Bregman remainder of A(-a) = -log a + log(1 - e^-a), term by term; the second one vanishes beyond TAIL."""
    logs = itakura_saito(a, a0, step / a0)
    decay = np.exp(-a0)
    rest = np.log1p(-np.exp(-a)) - np.log1p(-decay) - step * decay / (1 - decay)
    return np.where(smaller < TAIL, logs + rest, logs)


def _integrated(eta0: Array, difference: Array, power: int) -> Array:
    """The integral over 0 < t < 1 of (1 - t)^power A''(eta0 + t d)."""
    total = np.zeros_like(difference)
    for t, weight in zip(0.5 * (1 + NODES), 0.5 * WEIGHTS, strict=True):
        total += weight * (1 - t) ** power * variance(eta0 + t * difference)
    return total
