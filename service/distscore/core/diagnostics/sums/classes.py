"""Sums per class or label: targets, predictions, errors, and what each class adds to loss, gradient and curvature."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

import numpy as np

from distscore.core.diagnostics.sums.tallies import FINEST, Tally, add
from distscore.core.diagnostics.sums.view import ClassView
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import ExactSums, Workspace
from distscore.core.special.elementwise import Array

COLUMNS = (*("target", "prediction", "squared_error", "gradient", "squared_error_gradient", "curvature", "divergence"),)
TINY = 2.0**-58  # entries below are summed apart, to their last digits, as are those that rounding made negative


class ClassTally(Tally):
    """Weighted sums of p, q, (q - p)^2, |S q - p|, |q (d - sum q d)|, q (1 - q) and KL terms."""

    def __init__(self, batch: Batch) -> None:
        size = batch.width
        workspace = Workspace()
        self._columns = {name: ExactSums(size, workspace) for name in COLUMNS}
        self._infinite = np.zeros(size, np.int64)
        self._weights = ExactSums(size), ExactSums(size)
        self._masked = False

    def observe(self, view: ClassView) -> None:
        divergence = view.terms
        if not np.isfinite(np.add.reduce(divergence, axis=None) * view.kept_weights.max()):
            infinite = ~np.isfinite(divergence * view.kept_weights)
            self._infinite += np.add.reduce(infinite & (view.kept_weights > 0), axis=1)
            divergence = np.where(infinite, 0.0, divergence)
        for sums, column in zip(self._columns.values(), chain(columns(view), [divergence]), strict=True):
            large, tiny = by_size(column)
            add(large, view.weighing, partial(sums.add, signed=False))
            if tiny is not None:
                add(tiny, view.weighing, sums.add, FINEST)
        if view.kept is not None:
            self._masked = True
            for sums, column in zip(self._weights, (view.kept_weights, view.weights * view.kept_weights), strict=True):
                sums.add(column)

    def sums(self) -> dict[str, list[int]]:
        parts = {f"class_{name}": sums.totals() for name, sums in self._columns.items()}
        parts["class_infinite"] = self._infinite.tolist()
        if self._masked:
            weight, squared_weight = self._weights
            parts |= {"class_weight": weight.totals(), "class_squared_weight": squared_weight.totals()}
        return parts


def columns(view: ClassView) -> Iterator[Array]:
    """All but the KL terms, one at a time."""
    yield view.p
    yield view.q
    yield view.gap * view.gap
    yield view.distance if view.pull is view.gap else np.abs(view.pull)
    yield view.squared_pull
    yield view.bend


def by_size(column: Array) -> tuple[Array, Array | None]:
    """Entries that are not tiny, and those that are, if there are any."""
    if column.min() >= TINY:
        return column, None
    tiny = column < TINY
    if np.count_nonzero(tiny) == np.count_nonzero(column == 0):
        return column, None
    return np.where(tiny, 0.0, column), np.where(tiny, column, 0.0)
