"""Is the number good? Compared with always predicting the mean target: 1 is perfect, 0 is no better, below 0 is worse.

D^2 = 1 - (loss - floor) / (marginal - floor) of the cross-entropy; the Brier skill is the same with squared errors.
Votes are a sample, so that even the true probabilities have a squared error against them: the ceiling is what these
would reach.
"""

from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.rows import EntropyTally, RowTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.votes import VoteTally


class Skill(TypedDict):
    """How much better than always predicting the mean target: 1 is perfect, 0 is no better, below 0 is worse."""

    d_squared: Annotated[
        Number, "1 - (cross-entropy - floor) / (that of the mean target - floor); null where all targets are the same."
    ]
    brier_skill: Annotated[Number, "1 - mean squared error / mean squared error of the mean target."]
    brier_skill_ceiling: NotRequired[
        Annotated[Number, "Counts: what the probabilities behind the votes would reach, unbiased however few they are."]
    ]


class SkillOverMarginal(Diagnostic):
    """What part of the divergence from the mean target the predictions save."""

    name = "skill"
    answer = Skill
    sums = (RowTally, ClassTally, EntropyTally)
    optional_sums = (VoteTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Skill:
        kl, term = summary.mean("kl"), summary.mean("normalization_term") or 0.0
        squared_error, of_marginal = marginal.mean_of_entries(summary, "squared_error"), marginal.squared_error(summary)
        report: Skill = {
            "d_squared": saved(None if kl is None else kl + term, marginal.kl_divergence(summary)),
            "brier_skill": saved(squared_error, of_marginal),
        }
        if summary.has(VoteTally.name):
            report["brier_skill_ceiling"] = saved(summary.mean("sampling_error"), of_marginal)
        return report


def saved(part: float | None, whole: float | None) -> float | None:
    """1 - part / whole; None where that is undefined."""
    return 1 - part / whole if part is not None and whole else None
