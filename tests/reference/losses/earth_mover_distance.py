"""Earth mover's distance: the sum of |Q - P| over classes, Q and P cumulative."""

from typing import Any

from mpmath import mp

from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return mp.fsum(map(abs, row.cumulative_differences))


def floor(row: Row) -> Any:
    return mp.mpf(0)
