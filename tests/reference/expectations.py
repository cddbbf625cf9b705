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
    return _gamma_shape(log_means_ratio, mp.prec)


@cache
def _gamma_shape(log_means_ratio: Any, precision: int) -> Any:
    k = _gamma_start(float(log_means_ratio))
    return root(lambda k: mp.log(k) - mp.digamma(k) - log_means_ratio, lambda k: 1 / k - mp.psi(1, k), k)


@cache
def _gamma_start(r: float) -> Any:
    with mpmath.workdps(40):
        return _bisected(lambda k: mp.log(k) - mp.digamma(k) - r, mp.mpf(0.4) / r, mp.mpf(1.1) / r)


def _bisected(function: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Where a decreasing function of a positive number is 0, to 3 digits."""
    while high / low > 1 + 1e-3:
        middle = mp.sqrt(low * high)
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return mp.sqrt(low * high)


def belongs_to_a_dirichlet(chi: Sequence[Any]) -> bool:
    """Whether sum exp(chi_k) < 1, by more than what rounding leaves of an equality of the logarithms of its parts."""
    *others, largest = sorted(chi)
    log_others, log_rest = mp.log(mp.fsum(map(mp.exp, others))), mp.log(-mp.expm1(largest))
    return bool(log_rest - log_others > mp.mpf(1e-14) * (1 + abs(log_others)))


def concentrations(chi: Sequence[Any]) -> list[Any]:
    """The a with psi(a_k) - psi(sum a) = chi_k."""
    return _concentrations(tuple(chi), mp.prec)


@cache
def _concentrations(chi: tuple[Any, ...], precision: int) -> list[Any]:
    """By Newton's method for all of them from a close start."""
    total = _total(tuple(map(float, chi)))
    with mpmath.workdps(_digits(chi)):
        a = [_inverse_digamma(mp.digamma(total) + x) for x in chi]
    for _ in range(60):
        whole = mp.fsum(a)
        errors = [mp.digamma(each) - mp.digamma(whole) - x for each, x in zip(a, chi, strict=True)]
        inverses = [
            1 / mp.psi(1, each) for each in a
        ]  # of the matrix diag(psi1(a)) - psi1(A), which has rank-one parts
        shift = mp.fsum(e * i for e, i in zip(errors, inverses, strict=True))
        shift *= mp.psi(1, whole) / (1 - mp.psi(1, whole) * mp.fsum(inverses))
        steps = [(e + shift) * i for e, i in zip(errors, inverses, strict=True)]
        a = [each - step for each, step in zip(a, steps, strict=True)]
        if all(abs(step) <= abs(each) * mp.mpf(2) ** (-mp.prec // 2 - 5) for each, step in zip(a, steps, strict=True)):
            break
    return a


def _digits(chi: Sequence[Any]) -> int:
    """Of a start: a sum of entries that is as large as 1/chi is less one of them."""
    return 40 - int(mp.log10(min(1, -max(chi))))


@cache
def _total(chi: tuple[float, ...]) -> Any:
    """sum a, by bisection: the entries that go with a sum are together more than it below the solution, less above."""
    with mpmath.workdps(_digits(chi)):
        return _bisected(
            lambda whole: mp.fsum(_inverse_digamma(mp.digamma(whole) + x) for x in chi) - whole,
            mp.mpf(10) ** -120,
            mp.mpf(10) ** 120,
        )


def _inverse_digamma(s: Any) -> Any:
    """The t with psi(t) = s, from Minka's approximation."""
    start = mp.exp(s) + 0.5 if s >= -2 else -1 / (s + mp.euler)
    return root(lambda t: mp.digamma(t) - s, lambda t: mp.psi(1, t), start)
