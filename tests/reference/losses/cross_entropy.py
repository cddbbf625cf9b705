"""Cross-entropy: minus the expected log density, which each family defines."""

from typing import Any

from mpmath import mp

from distscore.core.families import FAMILIES
from tests.reference.information import expected_squared_score
from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return row.reference.cross_entropy(*row.sides)


def floor(row: Row) -> Any:
    return row.reference.floor(*row.sides)


def divergence(row: Row) -> Any:
    own = row.reference.divergence
    return own(*row.sides) if own else loss(row) - floor(row)


def normalization_term(row: Row) -> Any:
    """-S log(sum q), S = sum p, of the probabilities of exclusive classes."""
    if not FAMILIES[row.family].exclusive:
        return mp.mpf(0)
    p, q = zip(*row.probabilities, strict=True)
    return -mp.fsum(p) * mp.log(mp.fsum(q))


fisher = expected_squared_score
