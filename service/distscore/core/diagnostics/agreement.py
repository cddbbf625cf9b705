"""Do predictions and targets agree on the ranking, the shape and the sharpness of each row?

Top 1: the most probable class of the prediction is that of the target; top 3: it is among the three most probable.
Total variation is sum |q - p| / 2, the entropy error H(Q) - H(P). For labels, means over rows and labels.
"""

from collections.abc import Sequence
from typing import Annotated, NotRequired, TypedDict

import numpy as np

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.summary import Summary, Sums, mean_of
from distscore.core.diagnostics.sums.tally import BufferedTally, has_signs
from distscore.core.diagnostics.sums.weighing import add_weighted, weighings
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import ExactSums
from distscore.core.families.classes.top import flat
from distscore.core.special.elementwise import Array, total

NAMES = ("top1", "top3", "total_variation", "entropy_error", "absolute_entropy_error")


class AgreementTally(BufferedTally[ClassView]):
    """Weighted sums of each measure."""

    name = "agreement"
    requires = (CLASSES,)

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        self._weight, self._sums = ExactSums(1), ExactSums(len(NAMES))

    def columns(self, view: ClassView) -> Sequence[Array]:
        error = view.prediction_entropy - view.target_entropy
        if view.exclusive:
            variation = total(view.absolute_error) / 2
            return view.weights, view.hit, among_three(view), variation, error, np.abs(error)
        same = ((view.p >= 0.5) == (view.q >= 0.5)).astype(np.float64)
        columns = view.kept_weights, same, same, view.absolute_error, error, np.abs(error)
        return [view.in_line(column) for column in columns]

    def add(self, weights: Array, columns: Array) -> None:
        weighing = weighings(weights)
        self._weight.add(weights[None] if weighing[0].weights is not None else np.array([[float(len(weights))]]))
        add_weighted(columns, weighing, self._sums.add)

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        return has_signs(sums, ("weight", *NAMES), signed=["entropy_error"])

    def sums(self) -> Sums:
        self.flush()
        sums = zip(("weight", *NAMES), self._weight.totals() + self._sums.totals(), strict=True)
        return {name: [found] for name, found in sums}


def among_three(view: ClassView) -> Array:
    """1 where fewer than three classes are predicted above the target's most probable one, (rows,)."""
    q = view.prediction.q
    if len(q) <= 3:
        return np.ones(q.shape[1])
    above = np.add.reduce(q > flat(q)[view.top_p.at], axis=0, dtype=np.int8 if len(q) < 128 else np.intp)
    return np.asarray(above < 3, dtype=np.float64)


class Agreement(TypedDict):
    """How often, and how closely, predictions and targets agree: weighted means over rows, or over rows and labels."""

    top1: Annotated[Number, "Share of rows where the most probable class of target and prediction is the same."]
    top3: NotRequired[Annotated[Number, "Where the target's is among the three most probable predicted; for K > 3."]]
    total_variation: Annotated[Number, "Mean of sum |q - p| / 2."]
    entropy_error: Annotated[Number, "Mean of H(prediction) - H(target) in nats: below 0, too certain."]
    absolute_entropy_error: Annotated[Number, "Mean of its absolute value."]


class AgreementOfRows(Diagnostic):
    """Ranking, distance and sharpness of predictions beside targets."""

    name = "agreement"
    answer = Agreement
    sums = (AgreementTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Agreement:
        sums, subject = summary.tallies[AgreementTally.name], summary.subject
        whole = sums["weight"][0]
        mean = {name: mean_of(sums[name][0], whole) for name in NAMES}
        report: Agreement = {
            "top1": mean["top1"],
            "total_variation": mean["total_variation"],
            "entropy_error": mean["entropy_error"],
            "absolute_entropy_error": mean["absolute_entropy_error"],
        }
        if subject.family.exclusive and subject.width > 3:
            report["top3"] = mean["top3"]
        return report
