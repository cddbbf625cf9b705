"""How much of the loss no prediction can avoid, and how much this one adds."""

from typing import Any

from service.core.diagnostics.diagnostic import Diagnostic
from service.core.engine import Scored
from service.core.exact import exact_sum, quotient
from service.core.numerics import Array, product


def mean(values: Array | None, weights: Array) -> float | None:
    """Exact weighted mean; None where it is undefined or infinite."""
    if values is None:
        return None
    weighted = product(weights, values)
    finite = bool((abs(weighted) < float("inf")).all())
    return quotient(exact_sum(weighted), exact_sum(weights)) if finite and weights.any() else None


class Decomposition(Diagnostic):
    """loss = floor + divergence, as weighted means."""

    name = "decomposition"
    needs = frozenset({"floors", "divergences"})

    def report(self, scored: Scored) -> dict[str, Any]:
        loss = mean(scored.losses, scored.weights)
        floor = mean(scored.floors, scored.weights)
        divergence = mean(scored.divergences, scored.weights)
        share = None
        if loss is not None and floor is not None:
            share = floor / loss if loss else 0.0
        return {
            "loss": loss,
            "floor": floor,
            "divergence": divergence,
            "floor_share": share,
            **self.corrected(divergence),
        }

    def corrected(self, divergence: float | None) -> dict[str, float | None]:
        """Counts are a sample: their entropy is too low by about (K - 1) / 2n on average, Miller and Madow (1955)."""
        if not self.batch.target_form.counts_votes:
            return {}
        columns = self.batch.targets
        totals = columns["trials"] if "trials" in columns else columns["counts"].sum(axis=1)
        weights = totals if self.batch.sample_weights is None else totals * self.batch.sample_weights
        if self.batch.count_weighting == "rows":
            weights = weights / totals
        bias = (max(2, self.batch.width) - 1) * quotient(exact_sum(weights / totals), exact_sum(weights)) / 2
        return {"floor_bias": bias, "divergence_corrected": None if divergence is None else divergence - bias}
