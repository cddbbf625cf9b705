"""The same numbers as a weighted likelihood: every row replicated once per class, weighted by its target.

The sums agree; the means agree only if they are divided by the total weight and not by the replicated rows.
"""

from typing import Any

import numpy as np
from scipy import special

from service.core.diagnostics.decomposition import mean
from service.core.diagnostics.diagnostic import Diagnostic
from service.core.engine import Batch, Block, Scored
from service.core.exact import as_double, exact_sum
from service.core.numerics import product


class WeightedLikelihood(Diagnostic):
    """Log-likelihood of the targets under the predictions."""

    name = "weighted_likelihood"

    def __init__(self, batch: Batch, classes: Any) -> None:
        super().__init__(batch, classes)
        self.cross_entropies = np.empty(batch.row_count)

    @classmethod
    def applies(cls, batch: Batch) -> bool:
        return "cross_entropy" not in batch.target_form.unavailable

    def observe(self, block: Block) -> None:
        entropies = block.prediction.cross_entropy(block.target)
        self.cross_entropies[block.rows] = entropies[: block.count]

    def report(self, scored: Scored) -> dict[str, Any]:
        weighted = product(scored.weights, self.cross_entropies)
        finite = bool(np.isfinite(weighted).all())
        whole = as_double(exact_sum(weighted)) if finite else None
        outcomes = self.batch.width if self.batch.family.name == "categorical" else 2 * self.batch.width
        replicated = self.batch.row_count * (outcomes if self.batch.target_form.is_distribution else 1)
        report: dict[str, Any] = {"log_likelihood": None if whole is None else -whole}
        coefficients = self.coefficients()
        if coefficients is not None:
            known = None if whole is None else coefficients - whole
            report["log_likelihood_with_coefficients"] = known
        return report | {
            "expanded_rows": replicated,
            "total_weight": scored.total_weight,
            "mean_by_rows": None if whole is None else whole / replicated,
            "mean_by_weight": mean(self.cross_entropies, scored.weights),
        }

    def coefficients(self) -> float | None:
        """Sum of the logarithms of the multinomial coefficients, where targets are counts."""
        if not self.batch.target_form.counts_votes:
            return None
        columns = self.batch.targets
        counts = columns.get("counts")
        if counts is None:
            counts = np.stack((columns["successes"], columns["trials"] - columns["successes"]), axis=1)
        if self.batch.options.mask is not None:
            counts = counts * self.batch.options.mask
        logarithms = special.gammaln(counts.sum(axis=1) + 1) - special.gammaln(counts + 1).sum(axis=1)
        weights = self.batch.sample_weights
        return as_double(exact_sum(logarithms if weights is None else weights * logarithms))
