"""Sums per class or label: targets, predictions, errors, and what each class adds to loss, gradient and curvature."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np

from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.summary import Sums
from distscore.core.diagnostics.sums.tally import BlockTally, has_signs
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
TINY = 2.0**-56  # entries below are summed apart, to their last digits, as are those that rounding made negative


class Entries(NamedTuple):
    """A column of sums: numbers of each class or label in each row, and their absolute values."""

    name: str
    values: Array
    size: Array

    @classmethod
    def positive(cls, name: str, values: Array) -> "Entries":
        """Numbers that are not negative, but for rounding."""
        return cls(name, values, values)


class ClassTally(BlockTally[ClassView]):
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
        always = chain(positive_entries(view), self._divergences(view))
        if ((view.weights == 0) | (view.weights == 1)).all():  # w and w^2 are the same
            self._add(chain(always, errors(view, "plain_error", "plain_squared_error")), view.weighing, view)
        else:
            self._add(chain(always, errors(view, "error", "squared_error")), view.weighing, view)
            squared = weighings(view.weights * view.kept_weights)
            self._add(errors(view, "weighted_error", "squared_weighted_error"), squared, view)
        if self._weights is not None and view.kept is not None:
            self._weights.add(view.weights, view.kept)

    def _divergences(self, view: ClassView) -> Iterator[Entries]:
        yield Entries.positive("divergence", self._finite_divergence(view))

    def _finite_divergence(self, view: ClassView) -> Array:
        """The KL terms, with 0 for those that are infinite, which are counted."""
        divergence = view.terms
        if np.isfinite(np.add.reduce(divergence, axis=None) * view.kept_weights.max()):
            return divergence
        infinite = ~np.isfinite(divergence * view.kept_weights)
        self._infinite += np.add.reduce(infinite & (view.kept_weights > 0), axis=1)
        return np.where(infinite, 0.0, divergence)

    def _add(self, columns: Iterable[Entries], weighing: list[Weighing], view: ClassView) -> None:
        """Add weighted entries of several columns: of a small block all at once, else one column after the other."""
        if view.q.size > SMALL or view.kept is not None:
            for each in columns:
                add_entries(each.values, each.size, weighing, self._sums_of((each.name,)))
            return
        names, values, sizes = zip(*columns, strict=True)
        add_entries(np.concatenate(values), np.concatenate(sizes), weighing, self._sums_of(names))

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


def positive_entries(view: ClassView) -> Iterator[Entries]:
    """What is summed of each entry whatever the weights are; none is negative but by rounding.

    One column is made after the other, so that the memory of the last one is still in the cache.
    """
    yield Entries.positive("target", view.p)
    yield Entries.positive("prediction", view.q)
    yield Entries.positive("gradient", view.absolute_gradient)
    yield Entries.positive("squared_error_gradient", view.squared_error_gradient)
    yield Entries.positive("variance", view.variance)


def errors(view: ClassView, name: str, name_of_square: str) -> Iterator[Entries]:
    """The errors q - p and their squares, under the names that their sums have."""
    yield Entries(name, view.error, view.absolute_error)
    yield Entries.positive(name_of_square, view.error * view.error)


def add_entries(column: Array, size: Array, weighing: list[Weighing], sums: ExactSums) -> None:
    """Add weighted entries to one sum per class: those that are not tiny, and those that are, if there are any."""
    if size.min() < TINY:
        tiny = (size < TINY) & (column != 0)
        if tiny.any():
            places = np.unravel_index(
                np.flatnonzero(tiny.ravel("K")), tiny.shape, "C" if tiny.flags.c_contiguous else "F"
            )
            of_tiny = [each.at(places) for each in weighing]
            add_weighted(column[places], of_tiny, partial(sums.add_groups, places[0]), FINEST)
            column = column.copy("K")
            column[places] = 0
    add_weighted(column, weighing, sums.add, largest=float(size.max()))
