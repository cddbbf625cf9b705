"""The members of families with given expectations, by root finding in mpmath."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import mpmath
from mpmath import mp


def root(function: Callable[[Any], Any], derivative: Callable[[Any], Any], start: Any) -> Any:
    """Where a function is 0, to the working precision, by Newton's method from a close start."""
    x = start
    for _ in range(60):
        step = function(x) / derivative(x)
        x -= step
        if abs(step) <= abs(x) * mp.mpf(2) ** (-mp.prec // 2 - 5):
            break
    return x


def gamma_shape(log_means_ratio: Any) -> Any:
    """The k with log k - psi(k) = log E[y] - E[log y] > 0, between 1/2 and 1 times the inverse of that."""
    k = mp.mpf(_gamma_shape(mpmath.nstr(log_means_ratio, 40)))
    return root(lambda k: mp.log(k) - mp.digamma(k) - log_means_ratio, lambda k: 1 / k - mp.psi(1, k), k)


@cache
def _gamma_shape(log_means_ratio: str) -> Any:
    with mpmath.workdps(60):
        r = mp.mpf(log_means_ratio)
        return _bisected(lambda k: mp.log(k) - mp.digamma(k) - r, 0.4 / r, 1.1 / r)


def _bisected(function: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Where a decreasing function of a positive number is 0, to 15 digits."""
    while high / low > 1 + mp.mpf(10) ** -15:
        middle = mp.sqrt(low * high)
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return mp.sqrt(low * high)


def concentrations(chi: Sequence[Any]) -> list[Any]:
    """The a with psi(a_k) - psi(sum a) = chi_k."""
    total = _total(tuple(mpmath.nstr(x, 40) for x in chi))

    def entries(whole: Any) -> list[Any]:
        return [_inverse_digamma(mp.digamma(whole) + x) for x in chi]

    def rest(whole: Any) -> Any:
        return mp.fsum(entries(whole)) - whole

    def derivative(whole: Any) -> Any:
        return mp.psi(1, whole) * mp.fsum(1 / mp.psi(1, a) for a in entries(whole)) - 1

    return entries(root(rest, derivative, total))


@cache
def _total(chi: tuple[str, ...]) -> Any:
    """sum a, by bisection: the entries that go with a sum are together more than it below the solution, less above."""
    with mpmath.workdps(60):
        numbers = list(map(mp.mpf, chi))
        return _bisected(
            lambda whole: mp.fsum(_inverse_digamma(mp.digamma(whole) + x) for x in numbers) - whole,
            mp.mpf(10) ** -20,
            mp.mpf(10) ** 20,
        )


def _inverse_digamma(s: Any) -> Any:
    """The t with psi(t) = s, from Minka's approximation."""
    start = mp.exp(s) + 0.5 if s >= -2 else -1 / (s + mp.euler)
    return root(lambda t: mp.digamma(t) - s, lambda t: mp.psi(1, t), start)
