"""Is the number good? Compared with the best constant prediction: 1 is perfect, 0 is no better, below 0 is worse.

D^2 = 1 - (loss - floor) / (marginal - floor) of the cross-entropy, for classes and for values of which one parameter is
predicted, whose floor is the saturated model; the Brier skill of classes is the same with squared errors. Votes are a
sample, so that even the true probabilities have a squared error against them: the ceiling is what these would reach.
"""

from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.rows import CrossEntropyTally, EntropyTally, RowTally
from distscore.core.diagnostics.sums.statistics import StatisticsTally, least_cross_entropy, predicts_one_parameter
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.votes import VoteTally


class Skill(TypedDict):
    """How much better than the best constant prediction: 1 is perfect, 0 is no better, below 0 is worse."""

    d_squared: Annotated[
        Number,
        "1 - (cross-entropy - floor) / (that of the best constant prediction - floor), for classes and for values of "
        "which one parameter is predicted and the others are held; null elsewhere, and where all targets are the same.",
    ]
    brier_skill: NotRequired[
        Annotated[Number, "Classes: 1 - mean squared error / mean squared error of the mean target."]
    ]
    brier_skill_ceiling: NotRequired[
        Annotated[Number, "Counts: what the probabilities behind the votes would reach, unbiased however few they are."]
    ]


class SkillOverMarginal(Diagnostic):
    """What part of the divergence from the mean target the predictions save."""

    name = "skill"
    answer = Skill
    sums = (RowTally,)
    optional_sums = (ClassTally, EntropyTally, StatisticsTally, VoteTally, CrossEntropyTally)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Skill:
        if not summary.has(EntropyTally.name):
            return {"d_squared": d_squared(summary)}
        squared_error, of_marginal = marginal.mean_of_entries(summary, "squared_error"), marginal.squared_error(summary)
        report: Skill = {
            "d_squared": d_squared(summary),
            "brier_skill": saved(squared_error, of_marginal),
        }
        if summary.has(VoteTally.name):
            report["brier_skill_ceiling"] = saved(summary.mean("sampling_error"), of_marginal)
        return report


def d_squared(summary: Summary) -> float | None:
    """D^2 of the cross-entropy, whatever the loss of classes is; None where it is undefined."""
    if not summary.has(EntropyTally.name):
        return of_values(summary)
    kl, term = summary.mean("kl"), summary.mean("normalization_term") or 0.0
    return saved(None if kl is None else kl + term, marginal.kl_divergence(summary))


def of_values(summary: Summary) -> float | None:
    """D^2 of observed values of a family with one parameter, the others held."""
    if not predicts_one_parameter(summary.subject):
        return None
    constant, mine = least_cross_entropy(summary), summary.mean("cross_entropy")
    divergence, multiple = summary.mean("divergence"), summary.subject.loss.kl_multiple
    if constant is None or mine is None or divergence is None or not multiple:
        return None
    part = divergence / multiple
    whole = constant - mine + part
    return saved(part, whole if whole > marginal.ROUNDING * abs(constant) else 0.0)


def saved(part: float | None, whole: float | None) -> float | None:
    """1 - part / whole; None where that is undefined."""
    return 1 - part / whole if part is not None and whole else None
