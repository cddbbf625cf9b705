"""Sums over rows: what every diagnostic of the whole batch starts from."""

import numpy as np

from distscore.core.diagnostics.sums.tallies import Column, SeriesTally
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored
from distscore.core.exact.moments import moments
from distscore.core.exact.sums import exact_sum
from distscore.core.special.elementwise import Array, product


def losses(scored: Scored) -> dict[str, list[int]]:
    """Rows, weights and losses, from the same sums as the value of the batch."""
    assert scored.losses is not None
    values, weights = scored.losses, scored.weights
    above, below = (int(np.count_nonzero((values == sign * np.inf) & (weights > 0))) for sign in (1, -1))
    found = moments(values if np.isfinite(values).all() else np.where(np.isfinite(values), values, 0.0), weights)
    return {
        "rows": [len(values)],
        "weight": [found.weight, found.squared_weight],
        "loss": [found.loss, found.squared_loss, above, below],
    }


def row_tally(batch: Batch) -> SeriesTally:
    """Floor and divergence; for class families also entropy, KL divergence, and what a uniform guess would lose."""
    series: dict[str, Column] = {"floor": lambda view: view.floor, "divergence": lambda view: view.divergence}
    if batch.family.has_classes:
        series |= {"uniform": lambda view: view.uniform, "square": lambda view: view.square}
        if batch.loss.name != "cross_entropy":
            series |= {"entropy": lambda view: view.entropy, "kl": lambda view: view.kl}
    return SeriesTally(series)


def likelihood_tally(batch: Batch) -> SeriesTally:
    """The cross-entropy, where it is not the loss."""
    is_known = batch.loss.name == "cross_entropy" or "cross_entropy" in batch.target_form.unavailable
    return SeriesTally({} if is_known else {"cross_entropy": lambda view: view.cross_entropy})


def votes(batch: Batch, weights: Array) -> list[int]:
    """Sum of w (K - 1) / 2n over rows of n votes for K classes that count."""
    columns, mask = batch.targets, batch.options.mask
    if "trials" in columns:
        return [exact_sum(weights / columns["trials"] / 2)]
    counts = columns["counts"] if mask is None else columns["counts"] * mask
    classes = batch.width if mask is None else mask.sum(axis=1)
    return [exact_sum(product(weights, (classes - 1) / counts.sum(axis=1) / 2))]
