"""What would fix it cheaply? The one factor by which all predicted logits should be divided."""

from dataclasses import replace
from typing import Annotated, TypedDict

from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.requirements import LOGITS
from distscore.core.diagnostics.what_if import HOTTEST, logits_of, tempered
from distscore.core.engine.engine import score
from distscore.core.losses.cross_entropy import CrossEntropy


class Tempering(TypedDict):
    """The temperature that suits the predicted logits best, by the cross-entropy, relative to the one in force."""

    best: Annotated[
        float, "The temperature in [0.001, 1000] by which the logits are best divided; above 1: overconfident."
    ]
    at_bound: Annotated[bool, "Whether it lies at an end of that range, so that the true optimum may be beyond."]
    divergence_saved: Annotated[Number, "By how much the mean cross-entropy would fall; null where it is infinite."]


class BestTemperature(RowDiagnostic):
    """The best temperature of predicted logits."""

    name = "temperature"
    answer = Tempering
    on_request = True
    requires = (LOGITS,)

    def report_rows(self, rows: ScoredRows) -> Tempering:
        best = rows.best_temperature
        plain, logits = replace(rows.batch, loss=CrossEntropy(), reduction="mean"), logits_of(rows.batch)
        before, after = (score(tempered(plain, logits, t), frozenset()).value for t in (1.0, best))
        assert before is not None
        assert after is not None
        saved = finite(before - after)
        return {
            "best": best,
            "at_bound": not 1 / HOTTEST < best < HOTTEST,
            "divergence_saved": None if saved is None else max(0.0, saved),
        }
