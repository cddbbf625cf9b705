"""From the blocks of a batch to its summary: an observer of the engine that hands them to tallies."""

from collections.abc import Iterable, Sequence

import numpy as np

from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.subject import subject_of
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import AnyTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import Scored
from distscore.core.special.elementwise import Array


class Recorder:
    """Observes the blocks of a batch."""

    def __init__(self, batch: Batch, tallies: Iterable[type[AnyTally]], keep_divergences: bool = False) -> None:
        """Tallies whose requirements the batch meets."""
        self.batch = batch
        self.divergences = np.empty(batch.row_count) if keep_divergences else None
        self._view = ClassView if batch.family.has_classes else View
        self._tallies = [tally(batch) for tally in tallies]

    def observe(self, block: Block) -> None:
        """Hand the rows of a block to every tally."""
        view = self._view(block, self.batch)
        for tally in self._tallies:
            tally.observe(view)
        if self.divergences is not None:
            self.divergences = self._written(self.divergences, block, view.divergence)

    def _written(self, rows: Array, block: Block, divergence: Array | None) -> Array | None:
        if divergence is None:
            return None
        rows[block.rows] = divergence[: block.count]
        return rows

    def summary(self, scored: Scored, classes: Sequence[str] = ()) -> Summary:
        """The sums of the whole batch, once it was scored."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            loss = scored.loss_sums
            tallies = {tally.name: tally.sums() for tally in self._tallies}
        batch = self.batch
        counts = batch.row_count, batch.sent_row_count
        return Summary(subject_of(batch, classes), *counts, scored.weight_sums, loss, tallies)
