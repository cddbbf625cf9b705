"""Focal loss: the sum of -p (1 - q)^gamma log q over outcomes."""

from typing import Any

from mpmath import mp

from tests.reference.rows import Row

PARAMETERS = tuple({"gamma": gamma} for gamma in (2.0, 0.0, 1.0, 3.5))


def loss(row: Row) -> Any:
    gamma = mp.mpf(row.parameters["gamma"])
    return mp.fsum(_term(p, q, gamma) for p, q in row.outcomes)


def _term(p: Any, q: Any, gamma: Any) -> Any:
    if p == 0:
        return mp.mpf(0)
    return mp.inf if q == 0 else -p * (1 - q) ** gamma * mp.log(q)


def floor(row: Row) -> Any:
    return None
