"""Deviance: twice what cross-entropy has above its least over the mean; of a distribution twice the KL divergence."""

from typing import Any

from mpmath import mp

from tests.reference.information import expected_squared_score
from tests.reference.losses import cross_entropy
from tests.reference.rows import Place, Row


def loss(row: Row) -> Any:
    return 2 * cross_entropy.divergence(row)


def floor(row: Row) -> Any:
    return mp.mpf(0)


def antiderivative(row: Row) -> Any:
    return 2 * (cross_entropy.loss(row) - cross_entropy.floor(row))


def fisher(row: Row, place: Place) -> Any:
    return 2 * expected_squared_score(row, place)
