"""From the blocks of a batch to its summary: an observer of the engine that hands them to tallies."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.series import RowSeries
from distscore.core.diagnostics.sums.subject import subject_of
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import AnyTally, BlockTally, SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import Scored


class ViewObserver(Protocol):
    """Whoever wants to see the blocks of a batch as tallies see them."""

    def observe(self, view: View) -> None:
        """See the rows of a block."""


class Recorder:
    """Observes the blocks of a batch."""

    def __init__(self, batch: Batch, tallies: Iterable[type[AnyTally]], observers: Iterable[ViewObserver] = ()) -> None:
        """Tallies whose requirements the batch meets, and whoever else looks at the blocks."""
        self.batch = batch
        self._view = ClassView if batch.family.has_classes else View
        every = [tally(batch) for tally in tallies]
        self._tallies = [tally for tally in every if isinstance(tally, BlockTally)]
        self._series = RowSeries(batch, [tally for tally in every if isinstance(tally, SeriesTally)])
        self._observers: list[ViewObserver] = [*self._tallies, self._series, *observers]

    def observe(self, block: Block) -> None:
        """Hand the rows of a block to every tally and observer."""
        view = self._view(block, self.batch)
        for observer in self._observers:
            observer.observe(view)

    def summary(self, scored: Scored, classes: Sequence[str] = ()) -> Summary:
        """The sums of the whole batch, once it was scored."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            loss = scored.loss_sums
            tallies = {**self._series.sums(), **{tally.name: tally.sums() for tally in self._tallies}}
        batch = self.batch
        counts = batch.row_count, batch.sent_row_count
        return Summary(subject_of(batch, classes), *counts, scored.weight_sums, loss, tallies)
