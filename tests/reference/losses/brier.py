"""Brier score: the sum of (q - p)^2 over classes, or over events that each have one probability."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return mp.fsum((q - p) ** 2 for p, q in row.probabilities)


def floor(row: Row) -> Any:
    return mp.mpf(0)


fisher = second_derivative_at_match(loss)
