"""Sums per class or label: targets, predictions, errors, and what each class adds to loss, gradient and curvature."""

from collections.abc import Iterator
from functools import partial

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
PLAIN = ("plain_error", "plain_squared_error")  # of rows of weight 0 or 1, where w^2 = w
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
        size = batch.width
        workspace = Workspace()
        self._columns = {name: ExactSums(size, workspace) for name in (*COLUMNS, *OF_ERRORS, *PLAIN)}
        self._infinite = np.zeros(size, np.int64)
        self._weights = SeriesSums(size) if batch.options.mask is not None and not batch.family.exclusive else None

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        signed = ("error", "weighted_error", *COLUMNS[2:])  # rounding may leave less than nothing of what is >= 0
        masked = ("weight" in sums) == ("squared_weight" in sums)
        return masked and has_signs(sums, (*COLUMNS, *OF_ERRORS, "infinite"), signed)

    def observe(self, view: ClassView) -> None:
        divergence = view.terms
        if not np.isfinite(np.add.reduce(divergence, axis=None) * view.kept_weights.max()):
            infinite = ~np.isfinite(divergence * view.kept_weights)
            self._infinite += np.add.reduce(infinite & (view.kept_weights > 0), axis=1)
            divergence = np.where(infinite, 0.0, divergence)
        for name, column in entries(view):
            self._add(name, column, view.weighing)
        self._add("divergence", divergence, view.weighing)
        self._add_errors(view)
        if self._weights is not None and view.kept is not None:
            self._weights.add(view.weights, view.kept)

    def _add(self, name: str, column: Array, weighing: list[Weighing], size: Array | None = None) -> None:
        """Add weighted entries; `size` are their absolute values, where entries may be negative."""
        large, tiny = by_size(column, column if size is None else size)
        add_weighted(large, weighing, partial(self._columns[name].add, signed=size is not None))
        if tiny is not None:
            add_weighted(tiny, weighing, self._columns[name].add, FINEST)

    def _add_errors(self, view: ClassView) -> None:
        """d and d^2, weighted by w and by w^2; that is the same for weights of 0 and 1."""
        error, square = view.error, view.error * view.error
        if ((view.weights == 0) | (view.weights == 1)).all():
            self._add("plain_error", error, view.weighing, view.absolute_error)
            self._add("plain_squared_error", square, view.weighing)
            return
        self._add("error", error, view.weighing, view.absolute_error)
        self._add("squared_error", square, view.weighing)
        weighing = weighings(view.weights * view.kept_weights)
        self._add("weighted_error", error, weighing, view.absolute_error)
        self._add("squared_weighted_error", square, weighing)

    def sums(self) -> Sums:
        parts = {name: sums.totals() for name, sums in self._columns.items()}
        error, square = (parts.pop(name) for name in PLAIN)
        for names, plain in (
            (("error", "weighted_error"), error),
            (("squared_error", "squared_weighted_error"), square),
        ):
            parts |= {name: [a + b for a, b in zip(parts[name], plain, strict=True)] for name in names}
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


def by_size(column: Array, size: Array) -> tuple[Array, Array | None]:
    """Entries that are not tiny, and those that are, if there are any."""
    if size.min() >= TINY:
        return column, None
    tiny = size < TINY
    if np.count_nonzero(tiny) == np.count_nonzero(column == 0):
        return column, None
    return np.where(tiny, 0.0, column), np.where(tiny, column, 0.0)
