"""All that was asked about one batch: what is summed while it is scored, and what is answered at the end."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.registry import DIAGNOSTICS
from distscore.core.diagnostics.requirements import Requirement, met_by
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import AnyTally
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored


class Diagnosis:
    """The diagnostics of these names that the batch has, and its summary."""

    def __init__(self, batch: Batch, names: Collection[str], classes: Sequence[str], for_state: bool = False) -> None:
        """`classes` are the names of classes or labels, if they have any; a state sums more than was asked for."""
        self.batch, self.classes = batch, classes
        met = met_by(batch)
        self.diagnostics = [DIAGNOSTICS[name] for name in names if met.issuperset(DIAGNOSTICS[name].needs)]
        tallies = available(self.diagnostics, met) | (kept_tallies(met) if for_state else {})
        observers = {diagnostic.name: diagnostic.observer(batch) for diagnostic in self.diagnostics}
        self._observers = {name: observer for name, observer in observers.items() if observer is not None}
        self.recorder = Recorder(batch, tallies.values(), self._observers.values())
        self.observers = [self.recorder] if names or for_state else []

    def summary(self, scored: Scored) -> Summary:
        """The exact sums over the rows of the batch, once it was scored."""
        return self.recorder.summary(scored, self.classes)

    def report(self, scored: Scored, summary: Summary) -> dict[str, Any]:
        """The members of `diagnostics` that were asked for and that the batch has, by name."""
        shown = self.classes or [str(k) for k in range(self.batch.width)]
        asked = frozenset(diagnostic.name for diagnostic in self.diagnostics)
        rows = ScoredRows(self.batch, scored, shown, asked, self._observers)
        return {diagnostic.name: diagnostic.report(summary, rows) for diagnostic in self.diagnostics}


def available(diagnostics: Iterable[Diagnostic], met: frozenset[Requirement]) -> dict[str, type[AnyTally]]:
    """What is to be summed for some diagnostics, by name, as far as a batch that meets these requirements has it."""
    tallies = [tally for diagnostic in diagnostics for tally in diagnostic.tallies]
    return {tally.name: tally for tally in tallies if met.issuperset(tally.requires)}


def kept_tallies(met: frozenset[Requirement]) -> dict[str, type[AnyTally]]:
    """What a state keeps: the sums of the diagnostics that merge and that are computed unasked, by name."""
    return available((each for each in DIAGNOSTICS.values() if each.merges and not each.on_request), met)


def reports(summary: Summary) -> dict[str, Any]:
    """The members of `diagnostics` of a summary, of one batch or of several merged, that are computed unasked."""
    return {
        name: diagnostic.report(summary, None)
        for name, diagnostic in DIAGNOSTICS.items()
        if diagnostic.merges and not diagnostic.on_request and diagnostic.exists_in(summary)
    }
