"""What is summed of the losses of rows under a combination of conventions: all that a reduction may need."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array


class Sums(NamedTuple):
    """Sums over rows of a number per row, with the weights that rows may have."""

    weighted: float  # the weights in force
    plain: float  # every row alike
    by_sample: float  # sample weights, whatever the votes
    by_votes: float  # sample weights times votes
    by_label: float  # the weights in force, over the number of labels that count


def weightings(batch: Batch) -> Array:
    """The weights of the rows, (weightings, rows), in the order of `Sums`."""
    ones = np.ones(batch.row_count)
    sample = ones if batch.sample_weights is None else batch.sample_weights
    votes = batch.votes if batch.target_form.counts_votes else ones
    return np.stack((batch.weights, ones, sample, sample * votes, batch.weights / np.maximum(labels_of(batch), 1)))


def labels_of(batch: Batch) -> Array:
    """How many classes or labels of each row count, (rows,)."""
    mask = batch.options.mask
    return np.full(batch.row_count, float(batch.width)) if mask is None else np.asarray(mask.sum(axis=1))


@dataclass(frozen=True)
class Totals:
    """Sums of the losses, beside those of 1, and what else a mean may be divided by."""

    losses: Sums
    ones: Sums
    masses: float  # weighted target mass times class weights
    entries: float  # weighted number of classes or labels that count
    width: int  # classes or labels of a row
    sent_rows: int  # those that do not count among them
    reduction: str  # what was asked for: mean or sum
