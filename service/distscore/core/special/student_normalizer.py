"""C(nu) = lgamma(nu/2) - lgamma((nu + 1)/2) + log(nu/2)/2, what a Student's t has beside a gaussian, in x = nu / 2.

It and its derivatives rise by steps to where their asymptotic series hold; nothing cancels for many degrees of freedom.
"""

from collections.abc import Callable

import numpy as np
from numpy.polynomial.polynomial import polyval

from distscore.core.special.elementwise import Array

Term = Callable[[Array, Array], Array]  # of y and r = x / y
FAR = 16  # from here on the asymptotic series in x = nu / 2 are exact to the last digit
# B(2n) (2 - 2^(1-2n)), n = 1, 2, ...: the series of x^2 C''(x), in powers x^(1-2n)
CURVE = (1 / 4, -1 / 16, 3 / 64, -17 / 256, 155 / 1024, -2073 / 4096, 38227 / 16384, -929569 / 65536)
SLOPE = tuple(-c / (2 * n) for n, c in enumerate(CURVE, 1))
LEVEL = tuple(-c / (2 * n - 1) for n, c in enumerate(SLOPE, 1))


def by_shifts(x: Array, step: Term, tail: Term) -> Array:
    """f(x) = tail(x, 1) for large x, else the steps f(y) - f(y + 1) from x on, and the tail after them."""
    small = x < FAR
    end = np.where(small, x + FAR, x)
    result = tail(end, x / end)
    if small.any():
        start = np.where(small, x, 1.0)
        steps: Array = np.add.reduce([step(start + j, start / (start + j)) for j in range(FAR - 1, -1, -1)], axis=0)
        result = result + np.where(small, steps, 0.0)
    return result


def series(coefficients: tuple[float, ...], x: Array) -> Array:
    """Sum of c_n x^(1 - 2n), n = 1, 2, ..."""
    return np.asarray(polyval(1 / x / x, coefficients) / x)


def rise(y: Array) -> Array:
    """Grows with the steps."""
    return (y + 1) * (2 * y + 1)


def normalizer(x: Array) -> Array:
    """C = lgamma(x) - lgamma(x + 1/2) + log(x)/2 for x = nu / 2."""
    return by_shifts(x, lambda y, _: 0.5 * np.log1p(0.25 / y / (y + 1)), lambda y, _: series(LEVEL, y))


def normalizer_slope(x: Array) -> Array:
    """x C'(x)."""
    return by_shifts(x, lambda y, r: -0.5 * r / rise(y), lambda y, r: r * series(SLOPE, y))


def normalizer_curve(x: Array) -> Array:
    """x^2 C''(x)."""
    return by_shifts(
        x, lambda y, r: (r / rise(y)) ** 2 * (3 * y * (y + 1) + 0.5), lambda y, r: r * r * series(CURVE, y)
    )


def normalizer_bend(x: Array) -> Array:
    """x^2 C''(x) + x C'(x), the second derivative in log x, of which the sum would lose everything for small x."""
    return by_shifts(
        x,
        lambda y, r: 0.5 * r / rise(y) * ((6 * r * y * (y + 1) - y * (2 * y + 3) + (r - 1)) / rise(y)),
        lambda y, r: r * (series(SLOPE, y) + r * series(CURVE, y)),
    )


def freedom_information(x: Array) -> Array:
    """Fisher information of log nu: nu^2 [(psi1(x) - psi1(x + 1/2))/4 - (nu + 5) / (2 nu (nu + 1) (nu + 3))]."""
    return by_shifts(
        x,
        lambda y, r: (r / rise(y)) ** 2 * (56 * y * y + 66 * y + 15) * (y + 1) / ((2 * y + 3) * (2 * y + 5)),
        lambda y, r: r * r * ((3.5 + 0.75 / y) / ((2 * y + 1) * (2 * y + 3)) + series((0.0, *CURVE[1:]), y)),
    )
