"""Is it good or bad? Between a perfect prediction, the mean target and a uniform guess: where is yours?"""

from dataclasses import replace
from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Figure, finite
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.rows import EntropyTally, RowTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.what_if import always, logits_of, tempered
from distscore.core.engine.engine import Scored, score


class OtherPredictions(TypedDict):
    """What other predictions would lose."""

    perfect: NotRequired[Annotated[Figure, "The floor: what no prediction goes below."]]
    marginal: NotRequired[Annotated[Figure, "Always predicting the mean target."]]
    uniform: NotRequired[Annotated[Figure, "Predicting all classes, or both outcomes of each label, alike."]]
    retempered: NotRequired[Annotated[Figure, "Yours at the best temperature, if that was asked for."]]


class Verdict(OtherPredictions):
    """The loss beside those of other predictions, and what that means in words."""

    yours: Annotated[Figure, "The predictions that were sent."]


class Judgment(Diagnostic):
    """The mean loss between those of the best and of the simplest predictions."""

    name = "verdict"
    answer = Verdict
    sums = (RowTally,)
    optional_sums = (ClassTally, EntropyTally)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Verdict:
        others: OtherPredictions = {}
        if "floor" in summary.series:
            others["perfect"] = summary.figure("floor")
        if summary.has(ClassTally.name):
            others["marginal"] = marginal_figure(summary, rows)
            others["uniform"] = summary.figure("uniform")
        if rows is not None and "temperature" in rows.asked:
            best = tempered(rows.batch, logits_of(rows.batch), rows.best_temperature)
            others["retempered"] = figure_of(score(replace(best, reduction="mean"), frozenset()))
        return {**others, "yours": summary.figure("loss")}


def marginal_figure(summary: Summary, rows: ScoredRows | None) -> Figure:
    """The loss of always predicting the mean target; sums do not tell its standard error, the rows of a batch do."""
    known = marginal.value(summary)
    if rows is None or summary.weights.total <= 0:
        return {"value": known, "standard_error": None}
    figure = figure_of(score(replace(always(rows.batch, marginal.prediction(summary)), reduction="mean"), frozenset()))
    return figure if known is None else {**figure, "value": known}  # the value that a merged report has


def figure_of(scored: Scored) -> Figure:
    """The value of a scored batch as a figure."""
    return {"value": finite(scored.value), "standard_error": finite(scored.value_standard_error)}
