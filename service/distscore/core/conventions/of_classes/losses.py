"""Which loss the rows of probabilities have: formulas as others write them, for any input and guard."""

import numpy as np
from scipy import special

from distscore.core.conventions.convention import Library, PairLoss, RowLoss
from distscore.core.conventions.of_classes.inputs import of_classes, of_logits
from distscore.core.conventions.rows import Pair, Rows
from distscore.core.engine.blocks import Batch
from distscore.core.losses.classes.one_vs_rest import OneVsRestCrossEntropy
from distscore.core.losses.cross_entropy import CrossEntropy, KLDivergence
from distscore.core.special.elementwise import Array, inner, total

KERAS_EPSILON = 1e-7
OF_SIGMOIDS: dict[Library, str] = {
    "pytorch": "BCEWithLogitsLoss",
    "keras": "BinaryCrossentropy(from_logits=True)",
    "tensorflow": "tf.nn.sigmoid_cross_entropy_with_logits",
    "jax": "optax.sigmoid_binary_cross_entropy",
}
AFTER_SOFTMAX: dict[Library, str] = {
    "pytorch": "BCELoss after a softmax",
    "keras": "BinaryCrossentropy after a softmax",
    "tensorflow": "tf.keras.losses.BinaryCrossentropy after a softmax",
}


def has_plain_outcomes(batch: Batch) -> bool:
    """Classes, events or labels whose outcomes do not have weights of their own."""
    options = batch.options
    return batch.family.has_classes and options.class_weights is None and bool(np.all(options.positive_weight == 1))


def is_exclusive(batch: Batch) -> bool:
    """Exclusive classes without weights all of which count."""
    return of_classes(batch) and has_plain_outcomes(batch) and batch.family.exclusive


def cross_entropy(pair: Pair) -> Array:
    """-sum p log q over classes: what libraries call cross-entropy, of soft or hard targets."""
    return -inner(pair.p, pair.log)


def kl_divergence(pair: Pair) -> Array:
    """sum p log p - sum p log q."""
    entropy: Array = -total(special.xlogy(pair.p, pair.p))
    return cross_entropy(pair) - entropy


def one_vs_rest(pair: Pair) -> Array:
    """-sum p log q - sum (1 - p) log(1 - q)."""
    return cross_entropy(pair) - inner(1 - pair.p, pair.log_complement)


def keras_kl_divergence(rows: Rows) -> Array:
    """sum p log(p / q) with both clipped to [1e-7, 1]."""
    p, q = (np.clip(each, KERAS_EPSILON, 1.0) for each in (rows.pair.p, rows.pair.q))
    return rows.by_row(inner(p, np.log(p / q)))


def sigmoid_of_each(rows: Rows) -> Array:
    """sum log(1 + e^z) - p z over classes."""
    return rows.by_row(total(np.logaddexp(0.0, rows.logits) - rows.pair.p * rows.logits))


def with_coefficients(rows: Rows) -> Array:
    """Minus the logarithm of the multinomial probability of the votes of a row, per vote."""
    counts = rows.batch.target_form.outcome_votes(rows.block.targets, rows.block.options)
    votes = total(counts)
    coefficients = special.gammaln(votes + 1) - total(special.gammaln(counts + 1))
    loss: Array = rows.prediction.cross_entropy(rows.target) - coefficients / votes
    return loss


PAIR_LOSSES = (
    PairLoss(
        name="cross_entropy",
        says="the cross-entropy",
        formula=r"-\sum_k p_k \log q_k",
        options={"loss": "cross_entropy", "loss_parameters": None},
        serves=lambda batch: batch.family.has_classes,
        loss=cross_entropy,
        same_as=CrossEntropy,
    ),
    PairLoss(
        name="kl_divergence",
        says="the Kullback-Leibler divergence, which is the cross-entropy less the entropy of the targets",
        formula=r"\sum_k p_k \log \frac{p_k}{q_k}",
        options={"loss": "kl_divergence", "loss_parameters": None},
        serves=has_plain_outcomes,
        loss=kl_divergence,
        same_as=KLDivergence,
    ),
    PairLoss(
        name="one_vs_rest_cross_entropy",
        says="the binary cross-entropy of every class, summed",
        formula=r"-\sum_k p_k \log q_k - \sum_k (1 - p_k) \log(1 - q_k)",
        functions=AFTER_SOFTMAX,
        options={"loss": "one_vs_rest_cross_entropy", "loss_parameters": None},
        serves=is_exclusive,
        loss=one_vs_rest,
        same_as=OneVsRestCrossEntropy,
    ),
)
OWN_LOSSES = (
    RowLoss(
        name="sigmoid_of_each_class",
        says="the binary cross-entropy of the sigmoid of every logit, summed over classes",
        formula=r"\sum_k \log(1 + e^{z_k}) - p_k z_k",
        functions=OF_SIGMOIDS,
        serves=lambda batch: is_exclusive(batch) and of_logits(batch),
        loss=sigmoid_of_each,
    ),
    RowLoss(
        name="keras_kl_divergence",
        says="the Kullback-Leibler divergence of targets and predictions clipped to [1e-7, 1]",
        formula=r"\sum_k p_k \log \frac{p_k}{q_k}, \quad p, q \to \max(\cdot, 10^{-7})",
        functions={"keras": "KLDivergence", "tensorflow": "tf.keras.losses.KLDivergence"},
        serves=lambda batch: of_classes(batch) and has_plain_outcomes(batch),
        loss=keras_kl_divergence,
    ),
    RowLoss(
        name="with_multinomial_coefficients",
        says="minus the log-likelihood of the votes with their multinomial coefficients",
        formula=r"-\log \frac{n!}{\prod_k c_k!} - \sum_k c_k \log q_k",
        functions={"scipy": "scipy.stats.multinomial.logpmf, binom.logpmf", "r": "dmultinom, dbinom, logLik of a glm"},
        serves=lambda batch: batch.target_form.counts_votes and has_plain_outcomes(batch),
        loss=with_coefficients,
    ),
)
