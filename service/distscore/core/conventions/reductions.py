"""How the losses of rows become one number: sums, and means over rows, over entries, and over sums of weights."""

import math
from collections.abc import Callable

from distscore.core.conventions.convention import Reduction
from distscore.core.conventions.sums import Totals
from distscore.core.engine.blocks import Batch


def asked(totals: Totals) -> float:
    """The reduction of the request: sum(w l), or sum(w l) / sum(w)."""
    return totals.losses.weighted / (totals.ones.weighted if totals.reduction == "mean" else 1)


def by_class_weights(totals: Totals) -> float:
    """sum(w l) over the weights of the targets' classes; NaN where none of them has any."""
    return totals.losses.weighted / totals.masses if totals.masses else math.nan


def reduces(reduction: str) -> Callable[[Batch], bool]:
    """Batches for which another reduction was asked for."""
    return lambda batch: batch.reduction != reduction


def has_entries(batch: Batch) -> bool:
    """Batches whose rows have several classes or labels."""
    return batch.width > 1


def has_weights(batch: Batch) -> bool:
    """Batches whose rows do not weigh the same."""
    return batch.sample_weights is not None


def has_class_weights(batch: Batch) -> bool:
    """Batches of exclusive classes with weights."""
    return batch.family.exclusive and batch.options.class_weights is not None


def has_excluded_rows(batch: Batch) -> bool:
    """Batches some of whose rows do not count."""
    return batch.sent_row_count > batch.row_count


def has_votes(batch: Batch) -> bool:
    """Batches of votes in which a row weighs as many as it has."""
    return batch.target_form.counts_votes and batch.count_weighting == "votes"


def has_masked_labels(batch: Batch) -> bool:
    """Batches of labels some of which are masked."""
    return batch.options.mask is not None and not batch.family.exclusive


REDUCTIONS = (
    Reduction(
        name="sum",
        says="summed over rows",
        formula=r"\sum_i w_i l_i",
        options={"reduction": "sum"},
        serves=reduces("sum"),
        reduce=lambda totals: totals.losses.weighted,
    ),
    Reduction(
        name="mean_over_rows",
        says="the mean over rows",
        formula=r"\frac{1}{\sum_i w_i} \sum_i w_i l_i",
        options={"reduction": "mean"},
        serves=reduces("mean"),
        reduce=lambda totals: totals.losses.weighted / totals.ones.weighted,
    ),
    Reduction(
        name="mean_over_entries",
        says="the mean over rows and classes or labels",
        formula=r"\frac{1}{K \sum_i w_i} \sum_i w_i l_i",
        functions={
            "pytorch": "reduction='mean' of BCELoss, BCEWithLogitsLoss, KLDivLoss, MSELoss, L1Loss",
            "keras": "BinaryCrossentropy, MeanSquaredError, MeanAbsoluteError",
            "tensorflow": "tf.reduce_mean of tf.nn.sigmoid_cross_entropy_with_logits",
            "scikit-learn": "mean_squared_error, mean_absolute_error",
            "scipy": "numpy.mean of scipy.special.rel_entr",
            "jax": "jnp.mean of optax.sigmoid_binary_cross_entropy",
        },
        serves=has_entries,
        reduce=lambda totals: totals.losses.weighted / totals.ones.weighted / totals.width,
    ),
    Reduction(
        name="sum_of_row_means",
        says="the sum over rows of the means over classes or labels",
        formula=r"\frac{1}{K} \sum_i w_i l_i",
        functions={
            "keras": "reduction='sum' of BinaryCrossentropy, MeanSquaredError, MeanAbsoluteError",
            "tensorflow": "reduction='sum' of tf.keras.losses.BinaryCrossentropy, MeanSquaredError",
        },
        serves=has_entries,
        reduce=lambda totals: totals.losses.weighted / totals.width,
    ),
    Reduction(
        name="mean_over_kept_entries",
        says="the mean over the labels that count, of all rows",
        formula=r"\frac{1}{\sum_i w_i L_i} \sum_i w_i l_i",
        serves=has_masked_labels,
        reduce=lambda totals: totals.losses.weighted / totals.entries,
    ),
    Reduction(
        name="mean_of_row_means",
        says="the mean over rows of the means over the labels that count",
        formula=r"\frac{1}{\sum_i w_i} \sum_i w_i \frac{l_i}{L_i}",
        serves=has_masked_labels,
        reduce=lambda totals: totals.losses.by_label / totals.ones.weighted,
    ),
    Reduction(
        name="divided_by_rows",
        says="the weighted sum divided by the number of rows, not by the sum of the weights",
        formula=r"\frac{1}{n} \sum_i w_i l_i",
        functions={
            "keras": "reduction='sum_over_batch_size' with sample_weight",
            "tensorflow": "tf.keras.losses with sample_weight",
            "pytorch": "torch.mean(weight * loss)",
        },
        serves=has_weights,
        reduce=lambda totals: totals.losses.weighted / totals.ones.plain,
    ),
    Reduction(
        name="divided_by_entries",
        says="the weighted sum divided by the number of rows and of classes or labels",
        formula=r"\frac{1}{n K} \sum_i w_i l_i",
        functions={
            "keras": "BinaryCrossentropy, MeanSquaredError, MeanAbsoluteError with sample_weight",
            "tensorflow": "tf.keras.losses.BinaryCrossentropy, MeanSquaredError with sample_weight",
            "pytorch": "torch.mean(weight * loss), BCELoss(weight=...)",
        },
        serves=lambda batch: has_weights(batch) and has_entries(batch),
        reduce=lambda totals: totals.losses.weighted / totals.ones.plain / totals.width,
    ),
    Reduction(
        name="excluded_rows_counted",
        says="the sum divided by the number of all rows, those that are excluded among them",
        formula=r"\frac{1}{n} \sum_i w_i l_i",
        serves=has_excluded_rows,
        reduce=lambda totals: totals.losses.weighted / totals.sent_rows,
    ),
    Reduction(
        name="sample_weights_left_out",
        says="every row weighs the same",
        formula=r"\frac{1}{n} \sum_i l_i",
        options={"sample_weights": None},
        serves=has_weights,
        reduce=lambda totals: totals.losses.plain / (totals.ones.plain if totals.reduction == "mean" else 1),
    ),
    Reduction(
        name="mean_by_class_weights",
        says="divided by the sum of the weights of the targets' classes",
        formula=r"\frac{\sum_i w_i l_i}{\sum_i w_i \sum_k w_k p_{ik}}",
        functions={"pytorch": "CrossEntropyLoss(weight=...), NLLLoss(weight=...) of labels"},
        serves=has_class_weights,
        reduce=by_class_weights,
    ),
    Reduction(
        name="mean_of_row_shares",
        says="the mean over rows, however many votes each has",
        formula=r"\frac{1}{n} \sum_i l_i",
        options={"count_weighting": "rows"},
        serves=has_votes,
        reduce=lambda totals: totals.losses.by_sample / (totals.ones.by_sample if totals.reduction == "mean" else 1),
    ),
    Reduction(
        name="votes_summed_in_rows",
        says="the mean over rows of the sum over the votes of a row",
        formula=r"\frac{1}{n} \sum_i n_i l_i",
        serves=lambda batch: batch.target_form.counts_votes,
        reduce=lambda totals: totals.losses.by_votes / totals.ones.by_sample,
    ),
)
