"""Squared Hellinger distance: the sum of (sqrt p - sqrt q)^2 over outcomes, halved."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return mp.fsum((mp.sqrt(p) - mp.sqrt(q)) ** 2 for p, q in row.outcomes) / 2


def floor(row: Row) -> Any:
    return mp.mpf(0)


fisher = second_derivative_at_match(loss)
