"""What each combination of conventions makes of a batch: one pass over its rows, then arithmetic on a few sums.

The rows are gone through once, as the engine hands them over; a block has so many losses of rows as there are
combinations of an input, a guard and a loss. Reductions and scales cost nothing.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from distscore.core.conventions.convention import Convention, Guard, Input, Library, LossConvention, PairLoss, libraries
from distscore.core.conventions.of_classes.guards import GUARDS
from distscore.core.conventions.of_classes.inputs import INPUTS
from distscore.core.conventions.of_classes.losses import PAIR_LOSSES
from distscore.core.conventions.reductions import REDUCTIONS, asked
from distscore.core.conventions.registry import ROW_LOSSES
from distscore.core.conventions.rows import Pair, Rows
from distscore.core.conventions.scales import SCALES
from distscore.core.conventions.sums import Sums, Totals, labels_of, weightings
from distscore.core.engine.blocks import Batch, Block
from distscore.core.special.elementwise import Array, total

MOST = 3  # conventions in a combination
MOST_OF_ROWS = 2  # of them such that cost another loss of every row; 1 in large batches
LARGE = 1_000_000  # classes of all rows

Combination = tuple[Convention, ...]


class Candidate(NamedTuple):
    """A combination of conventions, and the number that it gives."""

    combination: Combination
    value: float


class Search:
    """Observes the blocks of a batch, and sums the losses of rows under combinations of input, guard and loss."""

    def __init__(self, batch: Batch, library: Library | None = None) -> None:
        """With a library, combinations that it does not have are left out."""
        self.batch, self.library = batch, library
        self.most_of_rows = MOST_OF_ROWS if batch.row_count * batch.width <= LARGE else 1
        self.weightings = weightings(batch)
        self.sums: dict[Combination, Array] = {}
        self.masses: dict[Input | None, Array] = {}
        self.ones = Sums(*self.weightings.sum(axis=1).tolist())
        self.entries = float(batch.weights @ labels_of(batch))
        self.row_losses = [loss for loss in ROW_LOSSES if loss.is_for(batch) and self.is_possible((loss,))]
        self.pair_losses = [loss for loss in PAIR_LOSSES if loss.is_for(batch)]
        self.inputs = [None, *(each for each in INPUTS if each.is_for(batch))] if self.pair_losses else []
        self.guards = [None, *(each for each in GUARDS if each.is_for(batch))]

    def is_possible(self, combination: Combination) -> bool:
        """Whether one library has all of some conventions, and not too many are combined."""
        if len(combination) > MOST:
            return False
        having = libraries(combination)
        return having is None or (bool(having) if self.library is None else self.library in having)

    def observe(self, block: Block) -> None:
        """Add the losses of the rows of a block, and the weights of their targets' classes, to the sums."""
        rows, weights = Rows(block, self.batch), self.weightings[:, block.rows]

        def add(sums: dict[Any, Array], key: Any, numbers: Array) -> None:
            """Add numbers of rows under each weighting."""
            sums[key] = sums.get(key, 0.0) + weights @ np.asarray(numbers)[: block.count]

        add(self.sums, (), self.batch.loss.value(block.target, block.prediction))
        for row_loss in self.row_losses:
            add(self.sums, (row_loss,), row_loss.loss(rows))
        for source in self.inputs:
            pair = rows.pair if source is None else source.pair(rows)
            add(self.masses, source, rows.by_row(total(pair.p)))
            for combination, losses in self.losses_of_pair(rows, pair, source):
                add(self.sums, combination, losses)

    def losses_of_pair(self, rows: Rows, pair: Pair, source: Input | None) -> Iterator[tuple[Combination, Array]]:
        """The losses of one input, (rows,) each; a guard that leaves all probabilities costs nothing."""
        plain: dict[PairLoss, Array] = {}
        for guard in self.guards:
            guarded = None if guard is None or guard.leaves(pair) else guard.of(pair, self.batch.family.exclusive)
            for loss in self.pair_losses:
                combination = self.combination(source, guard, loss)
                if combination and self.is_possible(combination) and len(combination) <= self.most_of_rows:
                    if guarded is not None:
                        yield combination, rows.by_row(loss.loss(guarded))
                        continue
                    if loss not in plain:
                        plain[loss] = rows.by_row(loss.loss(pair))
                    yield combination, plain[loss]

    def combination(self, source: Input | None, guard: Guard | None, loss: PairLoss) -> Combination:
        """Those of the three that differ from what was asked for."""
        other_loss = None if loss.same_as is type(self.batch.loss) else loss
        return tuple(each for each in (source, guard, other_loss) if each is not None)

    def units_of(self, combination: Combination) -> str:
        """Of the losses of rows."""
        return next((each.units for each in combination if isinstance(each, LossConvention)), self.batch.loss.units)

    def candidates(self, value: float) -> list[Candidate]:
        """All finite numbers, once all rows were seen; `value` is the score as it was asked for, which needs none."""
        found = [Candidate((), value), *self._of_combinations()]
        return [each for each in found if math.isfinite(each.value)]

    def _of_combinations(self) -> Iterator[Candidate]:
        """The numbers of all combinations of one convention or more."""
        reductions = [None, *(each for each in REDUCTIONS if each.is_for(self.batch))]
        for of_rows in self.sums:
            totals = self.totals(of_rows)
            scales = [scale for scale in SCALES if not scale.of_nats or self.units_of(of_rows) == "nats"]
            for reduction in reductions:
                combination = of_rows if reduction is None else (*of_rows, reduction)
                if self.is_possible(combination):
                    value = asked(totals) if reduction is None else reduction.reduce(totals)
                    yield from [Candidate(combination, value)] if combination else []
                    if len(combination) < MOST:
                        yield from (Candidate((*combination, scale), scale.of(value)) for scale in scales)

    def totals(self, of_rows: Combination) -> Totals:
        """What reductions need of the losses of rows under some conventions."""
        batch, source = self.batch, next((each for each in of_rows if isinstance(each, Input)), None)
        return Totals(
            losses=Sums(*self.sums[of_rows].tolist()),
            ones=self.ones,
            masses=float(self.masses[source][0]) if source in self.masses else 0.0,
            entries=self.entries,
            width=batch.width,
            sent_rows=batch.sent_row_count,
            reduction=batch.reduction,
        )
