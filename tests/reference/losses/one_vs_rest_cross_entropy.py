"""One-versus-rest cross-entropy: the sum over classes of the binary cross-entropy of each against all others."""

from typing import Any

from mpmath import mp

from tests.reference.information import second_derivative_at_match
from tests.reference.rows import Row
from tests.reference.special import p_log_ratio


def loss(row: Row) -> Any:
    return mp.fsum(_event(p, q) for p, q in row.probabilities)


def floor(row: Row) -> Any:
    return mp.fsum(_event(p, p) for p, _ in row.probabilities)


def divergence(row: Row) -> Any:
    return mp.fsum(p_log_ratio(p, q) + p_log_ratio(1 - p, 1 - q) for p, q in row.probabilities)


def _event(p: Any, q: Any) -> Any:
    """-p log q - (1 - p) log(1 - q)."""
    pairs = ((p, q), (1 - p, 1 - q))
    return mp.fsum(p_log_ratio(a, b) - p_log_ratio(a, mp.mpf(1)) for a, b in pairs)


fisher = second_derivative_at_match(loss)
