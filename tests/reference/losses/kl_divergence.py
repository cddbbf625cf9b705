"""KL divergence: cross-entropy minus the entropy of the target; its derivatives are those of cross-entropy."""

from typing import Any

from mpmath import mp

from tests.reference.information import expected_squared_score
from tests.reference.losses import cross_entropy
from tests.reference.rows import Row

loss = cross_entropy.divergence
antiderivative = cross_entropy.loss
fisher = expected_squared_score


def floor(row: Row) -> Any:
    return mp.mpf(0)
