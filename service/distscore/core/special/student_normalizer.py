"""The normalizer of Student's t beyond that of the gaussian, and its derivatives, for any degrees of freedom nu > 0.

C(nu) = lgamma(nu/2) - lgamma((nu + 1)/2) + log(nu/2)/2 goes to 0 as 1 / (4 nu): its three terms cancel. With x = nu/2
it obeys C(x) - C(x + 1) = log(1 + 1 / (4 x (x + 1))) / 2, so that a sum over x, x + 1, ..., each term by a formula
without a difference, leads to where its asymptotic series holds; that of x^2 C''(x) has the coefficients
B(2n) (2 - 2^(1 - 2n)) (Tricomi and Erdelyi, 1951). Relative errors are below 2e-15.
"""

from collections.abc import Callable

import numpy as np
from numpy.polynomial.polynomial import polyval

from distscore.core.special.elementwise import Array

Term = Callable[[Array, Array], Array]  # of y and x / y, for y = x, x + 1, ...
ASYMPTOTIC_FROM = 16  # x from which eight terms of the asymptotic series give the last digit
SECOND_DERIVATIVE = (1 / 4, -1 / 16, 3 / 64, -17 / 256, 155 / 1024, -2073 / 4096, 38227 / 16384, -929569 / 65536)
DERIVATIVE = tuple(-c / (2 * n) for n, c in enumerate(SECOND_DERIVATIVE, 1))
VALUE = tuple(-c / (2 * n - 1) for n, c in enumerate(DERIVATIVE, 1))


def _by_recurrence(x: Array, step: Term, series: Term) -> Array:
    """The sum of step(y, x / y) over y = x, x + 1, ... below the asymptotic range, and of the series from there on."""
    small = x < ASYMPTOTIC_FROM
    end = np.where(small, x + ASYMPTOTIC_FROM, x)
    result = series(end, x / end)
    if small.any():
        start = np.where(small, x, 1.0)
        backward = [step(start + j, start / (start + j)) for j in range(ASYMPTOTIC_FROM - 1, -1, -1)]
        result = result + np.where(small, np.add.reduce(backward, axis=0), 0.0)
    return result


def _series(coefficients: tuple[float, ...], x: Array) -> Array:
    """Sum of c_n x^(1 - 2n), n = 1, 2, ..."""
    return np.asarray(polyval(1 / x / x, coefficients) / x)


def _denominator(y: Array) -> Array:
    """(y + 1) (2 y + 1), of the derivatives of a step."""
    return (y + 1) * (2 * y + 1)


def normalizer(x: Array) -> Array:
    """C = lgamma(x) - lgamma(x + 1/2) + log(x)/2 > 0, elementwise, for x = nu / 2 > 0."""
    return _by_recurrence(x, lambda y, _: 0.5 * np.log1p(0.25 / y / (y + 1)), lambda y, _: _series(VALUE, y))


def normalizer_derivative(x: Array) -> Array:
    """x C'(x) = dC / dlog nu < 0, between -1/2 for small x and -1 / (8 x) for large x."""
    return _by_recurrence(x, lambda y, r: -0.5 * r / _denominator(y), lambda y, r: r * _series(DERIVATIVE, y))


def normalizer_second_derivative(x: Array) -> Array:
    """x^2 C''(x) = nu^2 d2C / dnu2 > 0."""
    return _by_recurrence(
        x,
        lambda y, r: (r / _denominator(y)) ** 2 * (3 * y * (y + 1) + 0.5),
        lambda y, r: r * r * _series(SECOND_DERIVATIVE, y),
    )


def normalizer_log_second_derivative(x: Array) -> Array:
    """x^2 C''(x) + x C'(x) = d2C / d(log nu)2, of which the two terms cancel for small x."""
    return _by_recurrence(
        x,
        lambda y, r: 0.5 * r / _denominator(y) * ((6 * r * y * (y + 1) - y * (2 * y + 3) + (r - 1)) / _denominator(y)),
        lambda y, r: r * (_series(DERIVATIVE, y) + r * _series(SECOND_DERIVATIVE, y)),
    )


def degrees_of_freedom_information(x: Array) -> Array:
    """Fisher information of log nu: nu^2 [(psi1(x) - psi1(x + 1/2))/4 - (nu + 5) / (2 nu (nu + 1) (nu + 3))] > 0.

    For large nu it is 7 / (2 nu^2), far below each of the terms.
    """
    remainder = (0.0, *SECOND_DERIVATIVE[1:])
    return _by_recurrence(
        x,
        lambda y, r: (r / _denominator(y)) ** 2 * (56 * y * y + 66 * y + 15) * (y + 1) / ((2 * y + 3) * (2 * y + 5)),
        lambda y, r: r * r * ((3.5 + 0.75 / y) / ((2 * y + 1) * (2 * y + 3)) + _series(remainder, y)),
    )
