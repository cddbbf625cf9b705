"""How much of the loss no prediction can avoid, and how much this one adds? loss = floor + divergence.

Counts are a sample: their entropy is too low by about (K - 1) / 2n on average (Miller and Madow 1955).
"""

from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.sums.rows import RowTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.votes import VoteTally


class Decomposition(TypedDict):
    """Weighted means over rows: loss = floor + divergence."""

    loss: Annotated[Number, "The mean loss."]
    floor: Annotated[Number, "The mean of the least losses; null where the loss has no floor."]
    divergence: Annotated[Number, "The mean loss above the floor, never negative."]
    floor_share: Annotated[Number, "floor / loss; 0 where both are 0."]
    floor_bias: NotRequired[Annotated[Number, "Counts: how much too low the floor is on average, (K - 1) / 2n."]]
    divergence_corrected: NotRequired[Annotated[Number, "Counts: the divergence less that bias."]]


class FloorAndDivergence(Diagnostic):
    """The mean loss in two parts."""

    name = "decomposition"
    answer = Decomposition
    sums = (RowTally,)
    optional_sums = (VoteTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Decomposition:
        loss, floor, divergence = (summary.mean(name) for name in ("loss", "floor", "divergence"))
        share = None
        if loss is not None and floor is not None:
            share = floor / loss if loss else 0.0
        report: Decomposition = {"loss": loss, "floor": floor, "divergence": divergence, "floor_share": share}
        if summary.has(VoteTally.name):
            bias = summary.mean("floor_bias")
            corrected = None if divergence is None or bias is None else divergence - bias
            report |= {"floor_bias": bias, "divergence_corrected": corrected}
        return report
