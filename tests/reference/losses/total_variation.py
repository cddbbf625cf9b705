"""Total variation: the sum of |p - q| over outcomes, halved."""

from typing import Any

from mpmath import mp

from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return mp.fsum(abs(p - q) for p, q in row.outcomes) / 2


def floor(row: Row) -> Any:
    return mp.mpf(0)
