"""Is the number good? Compared with always predicting the mean target: 1 is perfect, 0 is no better, below 0 is worse.

D^2 = 1 - mean KL(P || Q) / mean KL(P || marginal); the Brier skill is the same with squared errors. Votes are a sample,
so that even the true probabilities have a KL of about (K - 1) / 2n: the ceiling is what they would reach.
"""

from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.rows import EntropyTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.votes import VoteTally


class Skill(TypedDict):
    """How much better than always predicting the mean target: 1 is perfect, 0 is no better, below 0 is worse."""

    d_squared: Annotated[Number, "1 - mean KL / mean KL of the mean target; null where all targets are the same."]
    d_squared_ceiling: NotRequired[Annotated[Number, "Counts: what the true probabilities would reach on average."]]
    brier_skill: Annotated[Number, "1 - mean squared error / mean squared error of the mean target."]


class SkillOverMarginal(Diagnostic):
    """What part of the divergence from the mean target the predictions save."""

    name = "skill"
    answer = Skill
    sums = (ClassTally, EntropyTally)
    optional_sums = (VoteTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Skill:
        whole = marginal.kl_divergence(summary)
        squared_error = marginal.mean_of_entries(summary, "squared_error")
        report: Skill = {
            "d_squared": saved(marginal.mean_kl(summary), whole),
            "brier_skill": saved(squared_error, marginal.squared_error(summary)),
        }
        if summary.has(VoteTally.name):
            report["d_squared_ceiling"] = saved(summary.mean("floor_bias"), whole)
        return report


def saved(part: float | None, whole: float | None) -> float | None:
    """1 - part / whole; None where that is undefined."""
    return 1 - part / whole if part is not None and whole else None
