"""Sums per class or label: targets, predictions, errors, and what each class adds to loss, gradient and curvature."""

import numpy as np

from service.core.blocks import Batch
from service.core.diagnostics.tallies import FINEST, Tally, weighted
from service.core.diagnostics.view import ClassView
from service.core.exact import ExactSums, Workspace

# What is summed, and to which multiple of 2^-bits an entry is taken before it is weighted.
BITS = {
    "target": FINEST,
    "prediction": FINEST,
    "squared_error": 112,
    "gradient": 74,
    "squared_error_gradient": 74,
    "curvature": 74,
    "divergence": 112,
}


class ClassTally(Tally):
    """Weighted sums of p, q, (q - p)^2, |S q - p|, |q (d - sum q d)|, q (1 - q) and KL terms."""

    def __init__(self, batch: Batch) -> None:
        size = batch.width
        workspace = Workspace()
        self._columns = {name: ExactSums(size, workspace) for name in BITS}
        self._infinite = np.zeros(size, np.int64)
        self._weights = ExactSums(size), ExactSums(size)
        self._masked = False

    def observe(self, view: ClassView) -> None:
        weights = view.weights if view.kept is None else view.weights * view.kept
        divergence = view.terms
        if not np.isfinite(np.add.reduce(divergence, axis=None)):
            infinite = ~np.isfinite(divergence)
            self._infinite += np.add.reduce(infinite & (weights > 0), axis=1)
            divergence = np.where(infinite, 0.0, divergence)
        columns = (view.p, view.q, view.gap * view.gap, np.abs(view.pull), np.abs(view.squared_pull), view.bend)
        for (name, bits), column in zip(BITS.items(), (*columns, divergence), strict=True):
            self._columns[name].add(*weighted(column, weights, bits))
        if view.kept is not None:
            self._masked = True
            for sums, column in zip(self._weights, (weights, view.weights * weights), strict=True):
                sums.add(column)

    def sums(self) -> dict[str, list[int]]:
        parts = {f"class_{name}": sums.totals() for name, sums in self._columns.items()}
        parts["class_infinite"] = self._infinite.tolist()
        if self._masked:
            weight, squared_weight = self._weights
            parts |= {"class_weight": weight.totals(), "class_squared_weight": squared_weight.totals()}
        return parts
