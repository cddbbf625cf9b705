"""Alpha divergence: the sum of (p^a q^(1-a) - a p - (1-a) q) / (a (a - 1)) over outcomes; its limits at a = 0 and 1."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row
from tests.reference.special import p_log_ratio

PARAMETERS = tuple({"alpha": alpha} for alpha in (0.5, 0.0, 1.0, 2.0, -1.0, 0.3, 50.0))


def loss(row: Row) -> Any:
    alpha = mp.mpf(row.parameters["alpha"])
    return mp.fsum(_term(p, q, alpha) for p, q in row.outcomes)


def _term(p: Any, q: Any, a: Any) -> Any:
    if a == 0:
        return p_log_ratio(q, p) - q + p
    if a == 1:
        return p_log_ratio(p, q) - p + q
    return (_power(p, q, a) - a * p - (1 - a) * q) / (a * (a - 1))


def _power(p: Any, q: Any, a: Any) -> Any:
    """p^a q^(1-a): 0 where both are 0; where one is, 0 or infinite by the sign of its exponent."""
    if p and q:
        return p**a * q ** (1 - a)
    return mp.inf if (p == 0 < q and a < 0) or (q == 0 < p and a > 1) else mp.mpf(0)


def floor(row: Row) -> Any:
    return mp.mpf(0)


fisher = second_derivative_at_match(loss)
