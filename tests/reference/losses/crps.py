"""Continuous ranked probability score: the integral of (F(x) - 1[x >= y])^2, which each family has in closed form."""

from typing import Any

from mpmath import mp

from tests.reference.rows import Row


def loss(row: Row) -> Any:
    return row.reference.crps(*row.sides)


def floor(row: Row) -> Any:
    return mp.mpf(0)
