"""Ranked probability score: the sum of (Q - P)^2 over classes, Q and P cumulative."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return mp.fsum(difference**2 for difference in row.cumulative_differences)


def floor(row: Row) -> Any:
    return mp.mpf(0)


fisher = second_derivative_at_match(loss)
