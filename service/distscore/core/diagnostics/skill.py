"""Is the number good? Compared with always predicting the mean target: 1 is perfect, 0 is no better, below 0 is worse.

D^2 = 1 - mean KL(P || Q) / mean KL(P || marginal); the Brier skill is the same with squared errors. Votes are a sample,
so that even the true probabilities have a KL of about (K - 1) / 2n: the ceiling is what they would reach.
"""

from typing import Any

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.decomposition import floor_bias
from distscore.core.diagnostics.sums.tallies import Summary


def skill(summary: Summary) -> dict[str, Any]:
    """None where all targets are the same, or a loss is infinite."""
    whole = marginal.kl_divergence(summary)
    kl = summary.mean("divergence" if summary.subject.loss == "cross_entropy" else "kl")
    report = {"d_squared": _saved(kl, whole)}
    if summary.subject.counts_votes:
        report["d_squared_ceiling"] = _saved(floor_bias(summary), whole)
    squared_error = summary.share(sum(summary.sums["class_squared_error"]))
    return report | {"brier_skill": _saved(squared_error, marginal.squared_error(summary))}


def _saved(part: float | None, whole: float | None) -> float | None:
    return 1 - part / whole if part is not None and whole else None
