"""All that was asked about one batch: who observes it while it is scored, and what is answered at the end."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.constant import marginal as marginal_figure
from distscore.core.diagnostics.registry import OF_ROWS, UNASKED, reports, tallies_of
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.tallies import Summary
from distscore.core.diagnostics.temperature import Temperature
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored


class Diagnosis:
    """The diagnostics of these names that the batch has, and its summary."""

    def __init__(self, batch: Batch, names: Collection[str], classes: Sequence[str], for_state: bool = False) -> None:
        self.batch, self.names, self.classes = batch, names, classes
        shown = classes or [str(k) for k in range(batch.width)]
        chosen = [OF_ROWS[name] for name in names if name in OF_ROWS]
        self.of_rows = [diagnostic(batch, shown) for diagnostic in chosen if diagnostic.applies(batch)]
        needs = {name for diagnostic in self.of_rows for name in diagnostic.needs}
        tallies = tallies_of([*names, *UNASKED] if for_state else names)
        self.recorder = Recorder(batch, needs | tallies)
        self.observers = [self.recorder] if names or for_state else []

    def summary(self, scored: Scored) -> Summary:
        """Sums over the rows."""
        return self.recorder.summary(scored, self.classes)

    def report(self, scored: Scored, summary: Summary) -> dict[str, Any]:
        """The members of `diagnostics`."""
        scored.divergences = self.recorder.divergences
        if "verdict" in self.names:
            summary = replace(summary, figures=self._figures(summary))
        of_rows = {diagnostic.name: diagnostic.report(scored) for diagnostic in self.of_rows}
        return {**reports(summary, self.names), **of_rows}

    def _figures(self, summary: Summary) -> dict[str, Any]:
        """Of the verdict, those that take another look at the rows."""
        figures: dict[str, Any] = {}
        if summary.has("class_target") and summary.weight > 0:
            known = marginal.value(summary)  # as a merged report has it, which cannot know the standard error
            figure = marginal_figure(self.batch, summary)
            figures["marginal"] = figure if known is None else {**figure, "value": known}
        for diagnostic in self.of_rows:
            if isinstance(diagnostic, Temperature):
                figures["retempered"] = diagnostic.retempered()
        return figures
