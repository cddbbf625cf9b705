"""How much of the loss no prediction can avoid, and how much this one adds? loss = floor + divergence.

Counts are a sample: their entropy is too low by about (K - 1) / 2n on average, Miller and Madow (1955).
"""

from typing import Any

from distscore.core.diagnostics.sums.tallies import Summary


def decomposition(summary: Summary) -> dict[str, Any]:
    """Weighted means."""
    loss, floor, divergence = (summary.mean(name) for name in ("loss", "floor", "divergence"))
    share = None
    if loss is not None and floor is not None:
        share = floor / loss if loss else 0.0
    report = {"loss": loss, "floor": floor, "divergence": divergence, "floor_share": share}
    if summary.subject.counts_votes:
        bias = floor_bias(summary)
        known = divergence is not None and bias is not None
        report |= {"floor_bias": bias, "divergence_corrected": divergence - bias if known else None}  # type: ignore[operator]
    return report


def floor_bias(summary: Summary) -> float | None:
    """Mean of (K - 1) / 2n over rows of n votes."""
    return summary.share(summary.sums["votes"][0])
