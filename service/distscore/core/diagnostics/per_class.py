"""How much attention does each class get, and is it predicted too often? One record per class or label.

Shares are parts of the sums over classes: of the KL divergence, of |S q - p|, the gradient of the cross-entropy in the
logits, and of |q (d - sum q d)|, d = q - p, that of the squared error; curvature is the mean of q (1 - q).
"""

from typing import Any

from distscore.core.diagnostics.marginal import label_weights
from distscore.core.diagnostics.sums.tallies import FEW, Summary, bins_of, standard_error
from distscore.core.exact.sums import quotient

LISTED = 200


def per_class(summary: Summary) -> list[dict[str, Any]]:
    """The classes of the largest share in the divergence first; at most 200."""
    infinite, divergence = summary.sums["class_infinite"], summary.sums["class_divergence"]
    order = sorted(range(len(divergence)), key=lambda k: (infinite[k] == 0, -divergence[k], k))
    totals = {name: sum(summary.sums[f"class_{name}"]) for name in ("gradient", "squared_error_gradient")}
    totals["divergence"] = 0 if any(infinite) else sum(divergence)  # beside infinity, nothing else is a part
    weights = label_weights(summary)
    squared_weights = summary.sums.get("class_squared_weight", [summary.sums["weight"][1]] * len(weights))
    return [_record(summary, k, weights[k], squared_weights[k], totals) for k in order[:LISTED]]


def omitted(summary: Summary) -> int:
    """How many classes are not listed."""
    return max(0, len(summary.sums["class_target"]) - LISTED)


def _record(summary: Summary, k: int, weight: int, squared_weight: int, totals: dict[str, int]) -> dict[str, Any]:
    sums = {name.removeprefix("class_"): column[k] for name, column in summary.sums.items() if _is_column(name)}
    excess = sums["prediction"] - sums["target"]
    record: dict[str, Any] = {
        "index": k,
        "name": summary.subject.name_of(k),
        "target_mean": _ratio(sums["target"], weight),
        "prediction_mean": _ratio(sums["prediction"], weight),
        "bias": _ratio(excess, weight),
        "bias_standard_error": standard_error(excess, sums["squared_error"], weight, squared_weight),
        "divergence_share": None if sums["infinite"] else _part(sums["divergence"], totals["divergence"]),
        "gradient_share": _part(sums["gradient"], totals["gradient"]),
        "mean_squared_error_gradient_share": _part(sums["squared_error_gradient"], totals["squared_error_gradient"]),
        "curvature": _ratio(sums["curvature"], weight),
        "relative_error": _ratio(excess, sums["target"]),
    }
    if "class_bins" in summary.sums and len(summary.sums["class_target"]) <= FEW:
        record["calibration_error"] = _ratio(sum(map(abs, bins_of(summary.sums["class_bins"], k))), weight)
    return record


def _is_column(name: str) -> bool:
    return name.startswith("class_") and name != "class_bins"


def _ratio(total: int, weight: int) -> float | None:
    return quotient(total, weight) if weight > 0 else None


def _part(part: int, whole: int) -> float:
    return quotient(part, whole) if whole > 0 else 0.0
