"""Generalized KL divergence: the sum of p log(p / q) - p + q over classes."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row
from tests.reference.special import p_log_ratio


def loss(row: Row) -> Any:
    return mp.fsum(p_log_ratio(p, q) - p + q for p, q in row.outcomes)


def floor(row: Row) -> Any:
    return mp.mpf(0)


fisher = second_derivative_at_match(loss)
