"""What is the log-likelihood of soft targets? Every row replicated once per class, weighted by its target.

The sums agree with a weighted likelihood; the means agree only if they are divided by the total weight and not by the
replicated rows.
"""

from typing import Any

import numpy as np
from scipy import special

from distscore.core.diagnostics.sums.tallies import Summary
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import as_double, exact_sum


def coefficients(batch: Batch) -> list[int]:
    """Sum of the logarithms of the multinomial coefficients, where targets are counts."""
    columns = batch.targets
    counts = columns.get("counts")
    if counts is None:
        counts = np.stack((columns["successes"], columns["trials"] - columns["successes"]), axis=1)
    if batch.options.mask is not None:
        counts = counts * batch.options.mask
    logarithms = special.gammaln(counts.sum(axis=1) + 1) - special.gammaln(counts + 1).sum(axis=1)
    weights = batch.sample_weights
    return [exact_sum(logarithms if weights is None else weights * logarithms)]


def weighted_likelihood(summary: Summary) -> dict[str, Any]:
    """Log-likelihood of the targets under the predictions."""
    subject = summary.subject
    name = "loss" if subject.loss == "cross_entropy" else "cross_entropy"
    total, _, above, below = summary.sums[name]
    finite = not above and not below
    outcomes = subject.width if subject.exclusive else 2 * subject.width
    replicated = summary.row_count * (outcomes if subject.is_distribution and subject.has_entries else 1)
    report: dict[str, Any] = {"log_likelihood": -as_double(total) if finite else None}
    if subject.counts_votes:
        known = as_double(summary.sums["coefficients"][0] - total)
        report["log_likelihood_with_coefficients"] = known if finite else None
    return report | {
        "expanded_rows": replicated,
        "total_weight": as_double(summary.weight),
        "mean_by_rows": as_double(total) / replicated if finite and replicated else None,
        "mean_by_weight": summary.mean(name),
    }
