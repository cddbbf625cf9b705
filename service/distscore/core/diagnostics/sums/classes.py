"""Sums per class or label: targets, predictions, errors, and what each class adds to loss, gradient and curvature."""

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.summary import Sums
from distscore.core.diagnostics.sums.tally import Tally, has_signs
from distscore.core.diagnostics.sums.weighing import FINEST, Weighing, add_weighted, weighings
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import ExactSums, Workspace
from distscore.core.exact.weighted_means import SeriesSums
from distscore.core.special.elementwise import Array

COLUMNS = ("target", "prediction", "squared_error", "gradient", "squared_error_gradient", "variance", "divergence")
OF_ERRORS = ("error", "weighted_error", "squared_weighted_error")
ALSO = {  # sums over rows of weight 0 or 1, where w^2 = w, are parts of two
    "plain_error": ("error", "weighted_error"),
    "plain_squared_error": ("squared_error", "squared_weighted_error"),
}
SMALL = 1 << 10  # entries of a block whose columns are summed all at once
TINY = 2.0**-58  # entries below are summed apart, to their last digits, as are those that rounding made negative


class ClassTally(Tally[ClassView]):
    """Weighted sums of p, q, (q - p)^2, |S q - p|, |q (d - sum q d)|, q (1 - q) and KL terms per class.

    For the standard error of the mean of d = q - p it has the sums of w d, w^2 d and w^2 d^2.
    """

    name = "classes"
    requires = (CLASSES,)
    per_class = True

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        self._workspace = Workspace()
        self._columns: dict[tuple[str, ...], ExactSums] = {}  # of columns that are summed together
        self._infinite = np.zeros(batch.width, np.int64)
        self._weights = (
            SeriesSums(batch.width) if batch.options.mask is not None and not batch.family.exclusive else None
        )

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        signed = ("error", "weighted_error", *COLUMNS[2:])  # rounding may leave less than nothing of what is >= 0
        masked = ("weight" in sums) == ("squared_weight" in sums)
        return masked and has_signs(sums, (*COLUMNS, *OF_ERRORS, "infinite"), signed)

    def observe(self, view: ClassView) -> None:
        self._add(chain(entries(view), [("divergence", self._finite_divergence(view))]), view.weighing, view)
        error, square = view.error, view.error * view.error
        if ((view.weights == 0) | (view.weights == 1)).all():  # w and w^2 are the same
            self._add([("plain_error", error), ("plain_squared_error", square)], view.weighing, view)
        else:
            self._add([("error", error), ("squared_error", square)], view.weighing, view)
            squared = weighings(view.weights * view.kept_weights)
            self._add([("weighted_error", error), ("squared_weighted_error", square)], squared, view)
        if self._weights is not None and view.kept is not None:
            self._weights.add(view.weights, view.kept)

    def _finite_divergence(self, view: ClassView) -> Array:
        """The KL terms, with 0 for those that are infinite, which are counted."""
        divergence = view.terms
        if np.isfinite(np.add.reduce(divergence, axis=None) * view.kept_weights.max()):
            return divergence
        infinite = ~np.isfinite(divergence * view.kept_weights)
        self._infinite += np.add.reduce(infinite & (view.kept_weights > 0), axis=1)
        return np.where(infinite, 0.0, divergence)

    def _add(self, columns: Iterable[tuple[str, Array]], weighing: list[Weighing], view: ClassView) -> None:
        """Add weighted entries of several columns: of a small block all at once, else one column after the other."""
        if view.q.size > SMALL or view.kept is not None:
            for name, column in columns:
                add_entries(column, weighing, self._sums_of((name,)))
            return
        names, arrays = zip(*columns, strict=True)
        add_entries(np.concatenate(arrays), weighing, self._sums_of(names))

    def _sums_of(self, names: tuple[str, ...]) -> ExactSums:
        if names not in self._columns:
            self._columns[names] = ExactSums(len(names) * self.batch.width, self._workspace)
        return self._columns[names]

    def sums(self) -> Sums:
        width = self.batch.width
        parts = {name: [0] * width for name in (*COLUMNS, *OF_ERRORS)}
        for names, sums in self._columns.items():
            totals = sums.totals()
            for at, name in enumerate(names):
                for into in ALSO.get(name, (name,)):
                    more = totals[at * width : (at + 1) * width]
                    parts[into] = [a + b for a, b in zip(parts[into], more, strict=True)]
        parts["infinite"] = self._infinite.tolist()
        if self._weights is not None:
            weights = self._weights.totals()  # of 1 where a label counts: sums of w and of w^2
            parts |= {"weight": [each.first for each in weights], "squared_weight": [each.squared for each in weights]}
        return parts


def entries(view: ClassView) -> Iterator[tuple[str, Array]]:
    """What is summed of each entry whatever the weights are, one at a time; none is negative but by rounding."""
    yield "target", view.p
    yield "prediction", view.q
    yield "gradient", view.absolute_error if view.gradient is view.error else np.abs(view.gradient)
    yield "squared_error_gradient", view.squared_error_gradient
    yield "variance", view.variance


def add_entries(column: Array, weighing: list[Weighing], sums: ExactSums) -> None:
    """Add weighted entries to one sum per class: those that are not tiny, and those that are, if there are any."""
    size = np.abs(column)
    if size.min() < TINY:
        tiny = size < TINY
        if np.count_nonzero(tiny) > np.count_nonzero(column == 0):
            add_weighted(np.where(tiny, column, 0.0), weighing, sums.add, FINEST)
            column = np.where(tiny, 0.0, column)
    add_weighted(column, weighing, sums.add)
