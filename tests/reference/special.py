"""Functions of references: p log(p / q) where a side is 0, and what is asked for again and again."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from mpmath import mp


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers that keeps its values, at each working precision."""

    @lru_cache(10_000)
    def value(precision: int, *arguments: Any) -> Any:
        return function(*arguments)

    @wraps(function)
    def recall(*arguments: Any) -> Any:
        return value(mp.prec, *arguments)

    return recall


def p_log_ratio(p: Any, q: Any) -> Any:
    """p log(p / q): 0 where p is 0, infinite where q alone is."""
    if p == 0:
        return mp.mpf(0)
    return mp.inf if q == 0 else p * mp.log(mp.mpf(p) / q)


loggamma = remembered(mp.loggamma)
