"""Jensen-Shannon divergence: the mean of KL(p, m) and KL(q, m), m = (p + q) / 2."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row
from tests.reference.special import p_log_ratio


def loss(row: Row) -> Any:
    return mp.fsum(p_log_ratio(p, (p + q) / 2) + p_log_ratio(q, (p + q) / 2) for p, q in row.outcomes) / 2


def floor(row: Row) -> Any:
    return mp.mpf(0)


fisher = second_derivative_at_match(loss)
