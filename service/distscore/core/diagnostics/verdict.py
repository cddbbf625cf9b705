"""Is it good or bad? Between the best, the best constant and a uniform prediction: where is yours?

Targets that are distributions have an entropy, which a perfect prediction reaches. Observed values, labels and votes
have none: below the loss of a model that knew every observation lies nothing, but the truth itself does not reach it.
"""

from dataclasses import replace
from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Figure, finite
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.rows import CrossEntropyTally, EntropyTally, RowTally
from distscore.core.diagnostics.sums.statistics import StatisticsTally, best_constant_loss
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.what_if import logits_of, tempered
from distscore.core.engine.engine import score
from distscore.core.exact.weighted_means import FINE


class OtherPredictions(TypedDict):
    """What other predictions would lose."""

    perfect: NotRequired[Annotated[Figure, "Targets that are distributions: their entropy, which nothing goes below."]]
    saturated: NotRequired[
        Annotated[
            Figure,
            "Observed targets: the loss of a model that knew every observation, its scale or shape as predicted.",
        ]
    ]
    marginal: NotRequired[Annotated[Figure, "The best prediction that is the same for all rows (maximum likelihood)."]]
    uniform: NotRequired[Annotated[Figure, "Predicting all classes, or both outcomes of each label, alike."]]
    retempered: NotRequired[Annotated[Figure, "Yours at the best temperature, if that was asked for."]]
    gain: NotRequired[Annotated[Figure, "marginal minus yours, paired by row: above 0, yours is better."]]


class Verdict(OtherPredictions):
    """The loss beside those of other predictions, and what that means in words."""

    yours: Annotated[Figure, "The predictions that were sent."]


class Judgment(Diagnostic):
    """The mean loss between those of the best and of the simplest predictions."""

    name = "verdict"
    answer = Verdict
    sums = (RowTally,)
    optional_sums = (ClassTally, EntropyTally, StatisticsTally, CrossEntropyTally)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Verdict:
        others: OtherPredictions = {}
        if "floor" in summary.series:
            others["perfect" if has_distributions(summary) else "saturated"] = summary.figure("floor")
        others |= baselines(summary, rows)
        if summary.has(EntropyTally.name):
            others["uniform"] = summary.figure("uniform")
        if rows is not None and "temperature" in rows.asked:
            best = score(
                replace(tempered(rows.batch, logits_of(rows.batch), rows.best_temperature), reduction="mean"),
                frozenset(),
            )
            others["retempered"] = {
                "value": finite(best.value),
                "standard_error": finite(best.value_standard_error),
            }
        return {**others, "yours": summary.figure("loss")}


def has_distributions(summary: Summary) -> bool:
    """Whether targets are distributions: of classes if one of them is soft, of values if none was observed."""
    soft = summary.series["soft"].first if "soft" in summary.series else 0
    return soft > 0 and (summary.subject.family.has_classes or soft == summary.weights.total << FINE)


def baselines(summary: Summary, rows: ScoredRows | None) -> OtherPredictions:
    """The best constant prediction; sums do not tell standard errors, the rows of a batch do."""
    if rows is not None:
        found = rows.baseline(summary)
        return {} if found is None else {"marginal": found.marginal, "gain": found.gain}
    has_classes = summary.has(ClassTally.name)
    constant, yours = marginal.value(summary) if has_classes else best_constant_loss(summary), summary.mean("loss")
    if constant is None and not has_classes:
        return {}
    gained = None if constant is None or yours is None else constant - yours
    return {
        "marginal": {"value": constant, "standard_error": None},
        "gain": {"value": gained, "standard_error": None},
    }
