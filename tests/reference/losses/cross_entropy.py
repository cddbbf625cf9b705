"""Cross-entropy: minus the expected log density, which each family defines."""

from typing import Any

from tests.reference.information import expected_squared_score
from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return row.reference.cross_entropy(*row.sides)


def floor(row: Row) -> Any:
    return row.reference.floor(*row.sides)


def divergence(row: Row) -> Any:
    own = row.reference.divergence
    return own(*row.sides) if own else loss(row) - floor(row)


fisher = expected_squared_score
