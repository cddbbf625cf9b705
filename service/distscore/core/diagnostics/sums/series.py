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
        self._buffer = RowBuffer(batch.row_count)
        self._names: dict[str, list[str]] = {}  # of the series that the batch has, by tally
        self._summed: list[str] = []  # one name for each distinct array, those with a standard error first
        self._place: dict[str, int] = {}  # of every series in that list
        self._with_error: set[str] = set()

    def observe(self, view: View) -> None:
        """Add the rows of a block to the sums."""
        found = [(tally, tally.series(view)) for tally in self._tallies]
        known = {name: column for _, series in found for name, column in series.items() if column is not None}
        if not self._place:
            for tally, series in found:
                self._names[tally.name] = names = [name for name in series if name in known]
                self._with_error |= {name for name in names if name.startswith(tally.with_error)}
            self._arrange(known)
        count = view.count  # a lone row is there twice
        for enough in self._buffer.put(view.weights[:count], [known[name][:count] for name in self._summed]):
            self._sums.add(*enough)

    def _arrange(self, known: Mapping[str, Array]) -> None:
        """Decide which arrays are summed, and of which there will be standard errors."""
        distinct: dict[int, str] = {}
        for name in sorted(known, key=lambda name: name not in self._with_error):
            distinct.setdefault(id(known[name]), name)
        self._summed = list(distinct.values())
        places = {identity: place for place, identity in enumerate(distinct)}
        self._place = {name: places[id(column)] for name, column in known.items()}
        self._sums = SeriesSums(len(distinct), sum(name in self._with_error for name in self._summed))

    def sums(self) -> dict[str, Sums]:
        """The series of each tally by name, by the name of the tally."""
        for rest in self._buffer.rest():
            self._sums.add(*rest)
        totals = self._sums.totals() if self._place else []
        return {
            tally.name: {name: self._series(name, totals) for name in self._names.get(tally.name, ())}
            for tally in self._tallies
        }

    def _series(self, name: str, totals: list[Series]) -> Series:
        series = totals[self._place[name]]
        return series if name in self._with_error else series._replace(weighted=0, squared=0)
