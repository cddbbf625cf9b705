"""Elementary functions of references: x log x where it is 0, and what is asked for again and again."""

from functools import lru_cache
from typing import Any

from mpmath import mp


def p_log_ratio(p: Any, q: Any) -> Any:
    """p log(p / q): 0 where p is 0, infinite where q alone is."""
    if p == 0:
        return mp.mpf(0)
    return mp.inf if q == 0 else p * mp.log(mp.mpf(p) / q)


def loggamma(x: Any) -> Any:
    """log Gamma(x), remembered."""
    return _loggamma(mp.mpf(x), mp.prec)


@lru_cache(10_000)
def _loggamma(x: Any, precision: int) -> Any:
    return mp.loggamma(x)
