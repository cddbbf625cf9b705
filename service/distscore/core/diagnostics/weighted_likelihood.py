"""What is the log-likelihood of soft targets? Every row replicated once per outcome, weighted by its target.

The sums agree with a weighted likelihood; the means agree only if they are divided by the total weight and not by the
replicated rows.
"""

from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.sums.rows import CrossEntropyTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.votes import VoteTally
from distscore.core.exact.sums import as_double


class WeightedLikelihood(TypedDict):
    """The cross-entropy as the log-likelihood of replicated rows, weighted by their targets."""

    log_likelihood: Annotated[Number, "Minus the weighted sum of the cross-entropies; null where it is infinite."]
    log_likelihood_with_coefficients: NotRequired[
        Annotated[Number, "Counts: with the logs of multinomial coefficients."]
    ]
    expanded_rows: Annotated[
        int, "Rows after each was replicated: once per class, or twice per label; values stay single."
    ]
    total_weight: Annotated[float, "Sum of the weights of the replicated rows."]
    mean_by_rows: Annotated[
        Number, "Cross-entropy divided by the replicated rows: not comparable between numbers of classes."
    ]
    mean_by_weight: Annotated[Number, "Cross-entropy divided by the total weight: the mean loss."]


class LikelihoodOfReplicatedRows(Diagnostic):
    """Log-likelihood of the targets under the predictions."""

    name = "weighted_likelihood"
    answer = WeightedLikelihood
    sums = (CrossEntropyTally,)
    optional_sums = (VoteTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> WeightedLikelihood:
        total = summary.total("cross_entropy")
        replicated = summary.row_count * summary.subject.outcomes
        report: WeightedLikelihood = {
            "log_likelihood": None if total is None else -total,
            "expanded_rows": replicated,
            "total_weight": as_double(summary.weights.total),
            "mean_by_rows": total / replicated if total is not None and replicated else None,
            "mean_by_weight": summary.mean("cross_entropy"),
        }
        if summary.has(VoteTally.name):
            of_coefficients = summary.total("log_coefficient")
            whole = None if total is None or of_coefficients is None else of_coefficients - total
            report["log_likelihood_with_coefficients"] = whole
        return report
