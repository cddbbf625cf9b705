"""Mean absolute error: the mean of |q - p| over classes or events; of values the error of the mean."""

from typing import Any

from mpmath import mp

from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return mp.fsum(abs(q - p) for p, q in row.means) / len(row.means)


def floor(row: Row) -> Any:
    return mp.mpf(0)
