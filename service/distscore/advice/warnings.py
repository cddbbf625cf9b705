"""The words of warnings, by their codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from distscore.core.warnings.notice import LISTED, Code, Notice

MESSAGES: Mapping[Code, str] = {
    "arguments_look_swapped": "Every prediction is 0 or 1 and the targets are soft: targets and predictions may be "
    "swapped.",
    "clipped": "Predicted probabilities beyond the clip were moved there; their derivatives are 0.",
    "constant_predictions": "Every row has the same prediction.",
    "counts_weight_rows": "Each row weighs as many votes as it has; count_weighting rows gives every row the same "
    "weight.",
    "inputs_look_rounded": "All of {column} have at most four decimals: rounding moves losses near 0 and 1.",
    "label_smoothing_on_soft_targets": "Label smoothing was asked for targets that are soft already: it moves "
    "them towards uniform once more.",
    "labels_look_one_based": "Every class but the first occurs: labels count from 0. Do these count from 1?",
    "logits_look_like_probabilities": "All logits lie in [0, 1]: if they are probabilities already, send them as "
    "probabilities.",
    "looks_transposed": "Columns of {column} sum to 1, rows do not: transposed?",
    "non_integer_counts": "Counts that are no integers are taken as they are.",
    "not_available": "{column} is left out: {reason}.",
    "percent_scale": "Rows of {column} sum to 100: percent?",
    "predictions_look_like_logits": "Predicted probabilities above 1: if these are logits, send them as logits.",
    "predictions_rescaled": "Rows of {column} that do not sum to 1 were divided by their sum.",
    "predictions_unnormalized": "Rows of {column} that do not sum to 1 were used as sent.",
    "rows_excluded": "Rows with a missing value, or with the label to ignore, were excluded: nothing here counts them.",
    "rows_sum_to_one": "All rows of the targets sum to 1: exclusive classes are the family categorical.",
    "saturated_logits": "Logits so large that a probability rounds to 1: losses and gradients are exact, but the model "
    "is certain.",
    "targets_rescaled": "Rows of {column} that do not sum to 1 were divided by their sum.",
    "targets_unnormalized": "Rows of {column} that do not sum to 1 were used as sent.",
    "weights_move_optimum": "These weights move the optimum: outcomes are predicted best in proportion to their weight "
    "times their target. Of exclusive classes, generalized_kl_divergence and brier take weights and keep it in place.",
    "zero_prediction_with_target_mass": "A prediction of 0 where the target has mass: the loss is infinite. Nothing "
    "was clipped.",
}


UNMET: Mapping[str, str] = {  # what a diagnostic needs and the batch does not have, by the name of the requirement
    "classes": "it is for families of classes, events or labels",
    "concave": "it is for families whose loss may be concave",
    "cross_entropy": "these targets have no cross-entropy",
    "cumulative": "it is for families whose distribution function is known",
    "event": "it is for the family bernoulli",
    "few_classes": "there are too many classes for it",
    "fitted_statistics": "it needs observed values of an exponential family, its parameters predicted or held",
    "logits": "it needs predictions that are logits",
    "optimum": "the optimum of this family is the target itself",
    "statistics": "it is for families whose sufficient statistics have residuals",
    "values": "it needs targets that are observed values",
    "votes": "it needs targets that are votes: counts, or successes of trials",
}


def written(notice: Notice) -> dict[str, Any]:
    """A warning as the answer has it."""
    return {
        "code": notice.code,
        "message": MESSAGES[notice.code].format(column=notice.column, reason=notice.reason),
        "count": notice.count,
        "rows": notice.rows,
        "numbers": dict(notice.numbers),
    }


def in_words(code: str, message: str, count: int = 0, rows: Sequence[int] = ()) -> dict[str, Any]:
    """A warning whose words depend on more than its code."""
    return {"code": code, "message": message, "count": count, "rows": list(rows[:LISTED]), "numbers": {}}
