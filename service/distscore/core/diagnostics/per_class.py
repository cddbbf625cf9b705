"""How much attention does each class get, and is it predicted too often? One record per class or label.

Shares are parts of the sums over classes: of the KL divergence, of |S q - p|, the gradient of the cross-entropy in the
logits, and of |q (d - sum q d)|, d = q - p, that of the squared error; curvature is the mean of q (1 - q).
"""

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics.classwise import FewClasswiseTally, calibration_errors
from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.marginal import label_weights
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import FEW
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.summary import Summary, mean_of, share_of
from distscore.core.exact.weighted_means import FINE, Series, Weights, standard_error_of_rounded

LISTED = 200


class ClassRecord(TypedDict):
    """What a class or label has to do with the loss."""

    index: Annotated[int, "Position of the class or label, from 0."]
    name: Annotated[str, "Its name in `classes`; its position where none were given."]
    target_mean: Annotated[Number, "Mean target probability."]
    prediction_mean: Annotated[Number, "Mean predicted probability."]
    bias: Annotated[Number, "Mean of prediction minus target."]
    bias_standard_error: Annotated[
        Number,
        "Standard error of the bias; null where fewer than two rows count, or where errors differ by less than 1e-7 of "
        "themselves, which rounding hides.",
    ]
    divergence_share: Annotated[Number, "Share of the KL divergence; null where this class makes it infinite."]
    gradient_share: Annotated[Number, "Share of |S q - p|, the gradient of the cross-entropy in the logits."]
    mean_squared_error_gradient_share: Annotated[Number, "The same of the squared error through a softmax or sigmoid."]
    curvature: Annotated[Number, "Mean of q (1 - q), the second derivative of the cross-entropy in the logit."]
    relative_error: Annotated[Number, "Bias over mean target; null where the mean target is 0."]
    calibration_error: NotRequired[
        Annotated[Number, "Expected calibration error of its own probability; at most 64 classes."]
    ]


class PerClass(Diagnostic):
    """The classes of the largest share in the divergence first; at most 200."""

    name = "per_class"
    answer = list[ClassRecord]
    description = (
        "What each class or label has to do with the loss: the largest shares of the divergence first, 200 at most."
    )
    sums = (ClassTally,)
    optional_sums = (FewClasswiseTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> list[ClassRecord]:
        sums = summary.tallies[ClassTally.name]
        infinite, divergence = sums["infinite"], sums["divergence"]
        order = sorted(range(len(divergence)), key=lambda k: (infinite[k] == 0, -divergence[k], k))
        wholes = {name: sum(sums[name]) for name in ("divergence", "gradient", "squared_error_gradient")}
        if any(infinite):  # beside infinity, nothing else is a part
            wholes["divergence"] = 0
        weights = label_weights(summary)
        records = [record(summary, k, weights[k], wholes) for k in order[:LISTED]]
        if summary.has(FewClasswiseTally.name) and summary.subject.width <= FEW:
            errors = calibration_errors(summary)
            for each in records:
                each["calibration_error"] = errors[each["index"]]
        return records


def record(summary: Summary, k: int, weights: Weights, wholes: Mapping[str, int]) -> ClassRecord:
    """The record of class k; `wholes` are the sums over classes of what it has shares of."""
    sums = {name: column[k] for name, column in summary.tallies[ClassTally.name].items()}
    errors = Series(sums["error"] << FINE, sums["weighted_error"] << FINE, sums["squared_weighted_error"] << FINE)
    return {
        "index": k,
        "name": summary.subject.name_of(k),
        "target_mean": mean_of(sums["target"], weights.total),
        "prediction_mean": mean_of(sums["prediction"], weights.total),
        "bias": mean_of(sums["error"], weights.total),
        "bias_standard_error": standard_error_of_rounded(errors, weights),
        "divergence_share": None if sums["infinite"] else share_of(sums["divergence"], wholes["divergence"]),
        "gradient_share": share_of(sums["gradient"], wholes["gradient"]),
        "mean_squared_error_gradient_share": share_of(sums["squared_error_gradient"], wholes["squared_error_gradient"]),
        "curvature": mean_of(sums["variance"], weights.total),
        "relative_error": mean_of(sums["error"], sums["target"]),
    }


class PerClassOmitted(Diagnostic):
    """How many classes `per_class` leaves out."""

    name = "per_class_omitted"
    answer = int
    description = "How many classes `per_class` leaves out, beyond the first 200."
    sums = (ClassTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> int:
        return max(0, summary.subject.width - LISTED)
