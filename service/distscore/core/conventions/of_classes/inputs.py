"""What is taken for the probabilities of a row: slips that still give a number, and smoothed or renormalized ones."""

from dataclasses import replace

import numpy as np

from distscore.core.conventions.convention import Input, Library
from distscore.core.conventions.rows import Pair, Rows
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array, ratio, total

SMOOTHING = (0.01, 0.05, 0.1, 0.2)
OF_LOGITS: dict[Library, str] = {
    "pytorch": "CrossEntropyLoss, BCEWithLogitsLoss",
    "keras": "CategoricalCrossentropy(from_logits=True), BinaryCrossentropy(from_logits=True)",
    "tensorflow": "tf.nn.softmax_cross_entropy_with_logits, tf.nn.sigmoid_cross_entropy_with_logits",
    "jax": "optax.softmax_cross_entropy, optax.sigmoid_binary_cross_entropy",
}
OF_PROBABILITIES: dict[Library, str] = {
    "keras": "CategoricalCrossentropy, BinaryCrossentropy without from_logits=True",
    "tensorflow": "tf.keras.losses without from_logits=True",
}
OF_LOGARITHMS: dict[Library, str] = {"pytorch": "NLLLoss, KLDivLoss"}
SMOOTHED: dict[Library, str] = {
    "pytorch": "CrossEntropyLoss(label_smoothing={e:g})",
    "keras": "CategoricalCrossentropy(label_smoothing={e:g})",
    "tensorflow": "tf.keras.losses.CategoricalCrossentropy(label_smoothing={e:g})",
    "jax": "optax.smooth_labels(labels, {e:g})",
}


def of_classes(batch: Batch) -> bool:
    """Classes, events or labels all of which count."""
    return batch.family.has_classes and batch.options.mask is None


def of_logits(batch: Batch) -> bool:
    """The same, predicted by logits."""
    return of_classes(batch) and "logits" in batch.predictions


def is_not_smoothed(batch: Batch) -> bool:
    """Classes, events or labels that are not smoothed already."""
    return batch.family.has_classes and not batch.options.label_smoothing


def may_not_sum_to_one(batch: Batch) -> bool:
    """Rows of probabilities that are used as sent, whose sums are 1 within a tolerance, or anything."""
    columns = (*batch.target_form.columns, *batch.prediction_form.columns)
    as_sent = batch.options.normalization != "rescale" and any(column.sums_to_one for column in columns)
    return of_classes(batch) and as_sent


def softmax(x: Array, exclusive: bool) -> Array:
    """Over the classes; of events the sigmoid of the first outcome, beside that of its opposite."""
    if not exclusive:
        x = np.stack((x[0], -x[0]))
        return 1 / (1 + np.exp(-x))
    weight: Array = np.exp(x - np.max(x, axis=0))
    return weight / total(weight)


def replaced(rows: Rows, q: Array) -> Pair:
    """Other predictions beside the targets."""
    return Pair(rows.pair.p, q, 1 - q)


def softmax_twice(rows: Rows) -> Pair:
    """softmax(q): probabilities that are taken for logits and normalized once more."""
    return replaced(rows, softmax(rows.pair.q, rows.batch.family.exclusive))


def logits_as_probabilities(rows: Rows) -> Pair:
    """z over its sum; of events z and 1 - z."""
    z = rows.logits
    return replaced(rows, z / total(z) if rows.batch.family.exclusive else np.stack((z[0], 1 - z[0])))


def as_logarithms(rows: Rows, logarithms: Array) -> Pair:
    """Numbers in the place of log q; nothing stands for log(1 - q)."""
    pair = rows.pair
    return Pair(pair.p, pair.q, pair.complement, lambda: logarithms, lambda: np.full_like(logarithms, np.nan))


def with_targets(rows: Rows, p: Array) -> Pair:
    """Other target probabilities, with the weights of outcomes, beside the predictions."""
    return replace(
        rows.pair,
        p=rows.weigh(p),
        to_log=lambda: rows.pair.log,
        to_log_complement=lambda: rows.pair.log_complement,
    )


def swapped(rows: Rows) -> Pair:
    """Targets for predictions, and predictions for targets."""
    p = rows.target.p
    return Pair(rows.weigh(rows.pair.q), p, rows.target.probabilities.complement)


def hard_labels(rows: Rows) -> Pair:
    """All of the target mass at its most probable outcome, the first one among equals."""
    p = rows.target.p
    labels = np.zeros_like(p)
    np.put_along_axis(labels, np.argmax(p, axis=0)[None], total(p)[None], axis=0)
    return with_targets(rows, labels)


def smoothed(rows: Rows, e: float) -> Pair:
    """(1 - e) p + e S / K."""
    p = rows.target.p
    return with_targets(rows, (1 - e) * p + e * total(p) / len(p))


def smoothing(e: float) -> Input:
    """Label smoothing of one size."""
    return Input(
        name=f"label_smoothing_{e:g}",
        says=f"label smoothing of {e:g}",
        formula=rf"p \to (1 - {e:g}) p + {e:g} / K",
        functions={library: each.format(e=e) for library, each in SMOOTHED.items()},
        options={"label_smoothing": e},
        serves=is_not_smoothed,
        pair=lambda rows: smoothed(rows, e),
    )


def renormalized(rows: Rows) -> Pair:
    """Both sides over their sums."""
    p, q = (ratio(each, total(each)) for each in (rows.target.p, rows.pair.q))
    return Pair(rows.weigh(p), q, 1 - q)


INPUTS = (
    Input(
        name="softmax_twice",
        says="probabilities where logits are expected, so that the softmax or sigmoid is taken once more",
        formula=r"q \to \mathrm{softmax}(q)",
        functions=OF_LOGITS,
        serves=of_classes,
        pair=softmax_twice,
    ),
    Input(
        name="logits_as_probabilities",
        says="logits where probabilities are expected",
        formula=r"q \to z / \textstyle\sum_k z_k",
        functions=OF_PROBABILITIES,
        serves=of_logits,
        pair=logits_as_probabilities,
    ),
    Input(
        name="probabilities_as_log_probabilities",
        says="probabilities where their logarithms are expected",
        formula=r"\log q \to q",
        functions=OF_LOGARITHMS,
        serves=of_classes,
        pair=lambda rows: as_logarithms(rows, rows.pair.q),
    ),
    Input(
        name="logits_as_log_probabilities",
        says="logits where log-probabilities are expected",
        formula=r"\log q \to z",
        functions=OF_LOGARITHMS,
        serves=lambda batch: of_logits(batch) and batch.family.exclusive,
        pair=lambda rows: as_logarithms(rows, rows.logits),
    ),
    Input(
        name="swapped",
        says="targets and predictions in each other's place",
        formula=r"p \leftrightarrow q",
        serves=of_classes,
        pair=swapped,
    ),
    Input(
        name="hard_labels",
        says="the most probable class of each target as its label",
        formula=r"p \to \mathrm{onehot}(\arg\max_k p_k)",
        serves=of_classes,
        pair=hard_labels,
    ),
    *map(smoothing, SMOOTHING),
    Input(
        name="renormalized",
        says="rows of both sides divided by their sums",
        formula=r"p \to p / \textstyle\sum_k p_k, \quad q \to q / \textstyle\sum_k q_k",
        functions={
            "scipy": "scipy.stats.entropy",
            "keras": "CategoricalCrossentropy, which divides predictions",
            "tensorflow": "tf.keras.losses.CategoricalCrossentropy, which divides predictions",
        },
        options={"normalization": "rescale"},
        serves=may_not_sum_to_one,
        pair=renormalized,
    ),
)
