"""Sums per class or label: targets, predictions, errors, and what each class adds to loss, gradient and curvature."""

import numpy as np

from service.core.diagnostics.tallies import Tally
from service.core.diagnostics.view import ClassView
from service.core.engine import Batch
from service.core.exact import ExactSums
from service.core.numerics import Array

BITS = 400  # what a class has below 2^-400 does not count, so that a state stays small
NAMES = ("target", "prediction", "squared_error", "gradient", "squared_error_gradient", "curvature", "divergence")


class ClassTally(Tally):
    """Weighted sums of p, q, (q - p)^2, |S q - p|, |q (d - sum q d)|, q (1 - q) and KL terms."""

    def __init__(self, batch: Batch) -> None:
        self.size = size = batch.width
        self._sums = ExactSums(len(NAMES) * size, BITS)
        self._infinite = np.zeros(size, np.int64)
        self._weights = ExactSums(2 * size)
        self._masked = False

    def observe(self, view: ClassView) -> None:
        x = stacked(view.q, len(NAMES))
        x[0], x[1] = view.p, view.q
        np.multiply(view.gap, view.gap, out=x[2])
        np.abs(view.pull, out=x[3])
        np.abs(view.squared_pull, out=x[4])
        x[5], x[6] = view.bend, view.terms
        weights = view.weights if view.kept is None else view.weights * view.kept
        if not np.isfinite(np.add.reduce(x[6], axis=None)):
            infinite = ~np.isfinite(x[6])
            self._infinite += np.add.reduce(infinite & (weights > 0), axis=1)
            x[6][infinite] = 0.0
        if not (weights == 1).all():
            x *= weights
        self._sums.add(x)
        if view.kept is not None:
            self._masked = True
            self._weights.add(np.stack((weights, view.weights * weights)))

    def sums(self) -> dict[str, list[int]]:
        totals = self._sums.totals()
        parts = {f"class_{name}": totals[k * self.size : (k + 1) * self.size] for k, name in enumerate(NAMES)}
        parts["class_infinite"] = self._infinite.tolist()
        if self._masked:
            weights = self._weights.totals()
            parts |= {"class_weight": weights[: self.size], "class_squared_weight": weights[self.size :]}
        return parts


def stacked(like: Array, count: int) -> Array:
    """Several arrays (entries, rows) in one, in the memory layout of `like`."""
    entries, rows = like.shape
    if like.flags.c_contiguous:
        return np.empty((count, entries, rows))
    return np.empty((count, rows, entries)).transpose(0, 2, 1)
