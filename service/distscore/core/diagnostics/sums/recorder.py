"""From the blocks of a batch to its summary: whoever observes a score, and which tallies a report needs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from distscore.core.diagnostics.agreement import AgreementTally
from distscore.core.diagnostics.calibration import CalibrationTally
from distscore.core.diagnostics.classwise import ClasswiseTally, with_first_bins
from distscore.core.diagnostics.coverage import coverage_tally
from distscore.core.diagnostics.residuals import residual_tally
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.rows import likelihood_tally, losses, row_tally, votes
from distscore.core.diagnostics.sums.tallies import FEW, Subject, Summary, Tally
from distscore.core.diagnostics.sums.view import ClassView, View
from distscore.core.diagnostics.weighted_likelihood import coefficients
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import Scored
from distscore.core.special.elementwise import Array

TALLIES: Mapping[str, Callable[[Batch], Tally]] = {
    "rows": row_tally,
    "likelihood": likelihood_tally,
    "classes": ClassTally,
    "calibration": lambda _: CalibrationTally(),
    "agreement": lambda _: AgreementTally(),
    "classwise": ClasswiseTally,
    "residuals": residual_tally,
    "coverage": coverage_tally,
}
LONGEST = 100  # characters of a class name in reports, so that a state stays small
OF_ENTRIES = frozenset({"classes", "calibration", "agreement", "classwise"})


class Recorder:
    """Observes the blocks of a batch."""

    def __init__(self, batch: Batch, wanted: Collection[str]) -> None:
        self.batch = batch
        if "few_classwise" in wanted and batch.width <= FEW:
            wanted = {*wanted, "classwise"}
        if "classwise" in wanted:
            wanted = {*wanted, "classes"}
        self.divergences = np.empty(batch.row_count) if "divergences" in wanted else None
        self.has_entries = batch.family.has_classes
        self.tallies = [
            tally(batch)
            for name, tally in TALLIES.items()
            if name in wanted and (self.has_entries or name not in OF_ENTRIES)
        ]

    def observe(self, block: Block) -> None:
        """Look at some rows."""
        view = (ClassView if self.has_entries else View)(block, self.batch)
        for tally in self.tallies:
            tally.observe(view)
        if self.divergences is not None:
            divergence = view.divergence
            self.divergences = None if divergence is None else _write(self.divergences, block, divergence)

    def summary(self, scored: Scored, classes: Sequence[str] = ()) -> Summary:
        """The sums of the whole batch, once it was scored."""
        sums = {**losses(scored), "sent_rows": [self.batch.sent_row_count]}
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for tally in self.tallies:
                sums |= tally.sums()
        if "class_bins" in sums:
            sums["class_bins"] = with_first_bins(sums)
        if self.batch.target_form.counts_votes:
            sums["votes"], sums["coefficients"] = votes(self.batch, scored.weights), coefficients(self.batch)
        return Summary(subject_of(self.batch, classes), sums)


def _write(rows: Array, block: Block, values: Array) -> Array:
    rows[block.rows] = values[: block.count]
    return rows


def subject_of(batch: Batch, classes: Sequence[str]) -> Subject:
    """What the summary of a batch is about."""
    options = batch.options
    settings: dict[str, Any] = {
        **batch.constants,
        **batch.loss.settings,
        "temperature": options.temperature,
        "label_smoothing": options.label_smoothing,
        "positive_weight": np.asarray(options.positive_weight).tolist(),
        "normalization": options.normalization,
        "clip": options.clip,
        "mask": options.mask is not None,
        "count_weighting": batch.count_weighting,
    }
    if options.class_weights is not None:
        settings["class_weights"] = options.class_weights.tolist()
    return Subject(
        family=batch.family.name,
        loss=batch.loss.name,
        reduction=batch.reduction,
        units=batch.loss.units,
        width=batch.width,
        is_distribution=batch.target_form.is_distribution,
        counts_votes=batch.target_form.counts_votes,
        settings=settings,
        classes=tuple(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…" for name in classes),
    )
