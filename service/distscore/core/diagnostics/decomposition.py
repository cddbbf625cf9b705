"""How much of the loss no prediction can avoid, and how much this one adds? loss = floor + divergence.

Where predictions do not sum to 1 there is a third part, the normalization term. Votes are a sample: how much too low
their entropy is lies, but for noise, between two estimates (see `sums.votes`).
"""

from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.sums.rows import RowTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.votes import VoteTally


class Range(TypedDict):
    """Two estimates of the same number, the smaller one first."""

    lower: Annotated[Number, "The smaller estimate; null where a row has fewer than two whole votes."]
    upper: Annotated[Number, "The larger estimate."]


class Decomposition(TypedDict):
    """Weighted means over rows: loss = floor + divergence + normalization_term."""

    loss: Annotated[Number, "The mean loss."]
    floor: Annotated[Number, "The mean of the least losses; null where the loss has no floor."]
    divergence: Annotated[Number, "The mean loss above the floor, never negative."]
    normalization_term: NotRequired[
        Annotated[Number, "What predictions that do not sum to 1 add: the mean of -S log(sum q); absent where it is 0."]
    ]
    floor_share: Annotated[Number, "floor / loss; 0 where both are 0."]
    floor_bias: NotRequired[
        Annotated[Range, "Counts: how much too low the entropy of votes is, by the jackknife and by Grassberger."]
    ]
    divergence_corrected: NotRequired[Annotated[Range, "Counts: the divergence less that bias."]]


class FloorAndDivergence(Diagnostic):
    """The mean loss in its parts."""

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
        term = summary.mean("normalization_term")
        if term:
            report["normalization_term"] = term
        if summary.has(VoteTally.name):
            bias = floor_bias(summary)
            report["floor_bias"] = bias
            report["divergence_corrected"] = {
                "lower": difference(divergence, bias["upper"]),
                "upper": difference(divergence, bias["lower"]),
            }
        return report


def floor_bias(summary: Summary) -> Range:
    """How much too low the floor of votes is; undefined where the divergence is not one from the entropy of votes."""
    subject = summary.subject
    changed = subject.class_weights or set(subject.positive_weight) != {1.0} or subject.settings["label_smoothing"]
    estimates = [summary.mean(name) for name in ("jackknife", "grassberger")]
    known = [each * subject.loss.kl_multiple for each in estimates if each is not None]
    if changed or not subject.loss.kl_multiple or len(known) < 2:
        return {"lower": None, "upper": None}
    return {"lower": min(known), "upper": max(known)}


def difference(a: float | None, b: float | None) -> float | None:
    """a - b, where both are known."""
    return None if a is None or b is None else a - b
