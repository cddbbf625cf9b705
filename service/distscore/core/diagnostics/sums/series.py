"""The sums of all series over rows that tallies ask for, in one pass; what two of them ask for is summed once."""

from collections.abc import Iterable, Mapping
from typing import Any

from distscore.core.diagnostics.sums.summary import Sums
from distscore.core.diagnostics.sums.tally import RowBuffer, SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch
from distscore.core.exact.weighted_means import Series, SeriesSums
from distscore.core.special.elementwise import Array


class RowSeries:
    """The series of several tallies, which have names of their own.

    Series that are the same array, such as the floor of a cross-entropy and the entropy, are summed once and kept under
    both names.
    """

    def __init__(self, batch: Batch, tallies: Iterable[SeriesTally[Any]]) -> None:
        self._tallies = list(tallies)
        self._buffer = RowBuffer(batch.row_count, self._add)
        self._names: dict[str, list[str]] = {}  # of the series that the batch has, by tally
        self._summed: list[str] = []  # one name for each distinct array, those with a standard error first
        self._place: dict[str, int] = {}  # of every series in that list

    def observe(self, view: View) -> None:
        """Add the rows of a block to the sums."""
        found = [(tally, tally.series(view)) for tally in self._tallies]
        known = {name: column for _, series in found for name, column in series.items() if column is not None}
        if not self._place:
            self._names = {tally.name: [name for name in series if name in known] for tally, series in found}
            self._arrange(known)
        count = view.count  # a lone row is there twice
        self._buffer.put(view.weights[:count], [known[name][:count] for name in self._summed])

    def _arrange(self, known: Mapping[str, Array]) -> None:
        """Decide which arrays are summed, and of which there will be standard errors."""
        ordered = sorted(known, key=lambda name: not self._has_error(name))
        first = {id(known[name]): name for name in reversed(ordered)}
        self._summed = [name for name in ordered if first[id(known[name])] == name]
        self._place = {name: self._summed.index(first[id(known[name])]) for name in known}
        self._sums = SeriesSums(len(self._summed), sum(map(self._has_error, self._summed)))

    def _has_error(self, name: str) -> bool:
        return any(name in self._names[tally.name] and name.startswith(tally.with_error) for tally in self._tallies)

    def _add(self, weights: Array, columns: Array) -> None:
        self._sums.add(weights, columns)

    def sums(self) -> dict[str, Sums]:
        """The series of each tally by name, by the name of the tally."""
        self._buffer.flush()
        totals = self._sums.totals() if self._place else []
        return {
            tally.name: {name: self._series(name, totals) for name in self._names.get(tally.name, ())}
            for tally in self._tallies
        }

    def _series(self, name: str, totals: list[Series]) -> Series:
        series = totals[self._place[name]]
        return series if self._has_error(name) else series._replace(weighted=0, squared=0)
