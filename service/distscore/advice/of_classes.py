"""Targets over classes or labels: probabilities, votes, labels, successes. What the data cannot decide is said."""

from dataclasses import replace

import numpy as np
from scipy import special

from distscore.advice.reading import CROSS_ENTROPY, Assessment, Fact, Reading
from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array, ratio, sigmoid

CLOSE = 1e-5  # to 1, of a sum that is one
ROUNDED = 0.02  # of a sum that rounding moved

READ_KL = Reading(
    "categorical", "kl_divergence", "The same gradient as cross-entropy, and 0 means perfect: the number to read."
)
KL_OF_VOTES = Reading(
    "categorical",
    "kl_divergence",
    "The same gradient as cross-entropy; what a row loses above the entropy of its votes.",
    "Votes are a sample: even the probabilities behind them have a divergence from the shares.",
)
BRIER = Reading(
    "categorical",
    "brier",
    "Bounded and proper: a second opinion that rare classes cannot dominate.",
    "Through softmax its gradient has an extra factor q: rare classes learn slowly. Report it, train on cross-entropy.",
)
RANKS = Reading(
    "categorical",
    "ranked_probability_score",
    "Classes are in order: being off by one costs less than by three.",
    "Cross-entropy ignores the order of the classes.",
)
COMPOSITION = Reading(
    "dirichlet",
    CROSS_ENTROPY,
    "If a row is one measured composition, not a probability, and its variation is to be predicted too.",
    "Whether rows are probabilities or measured shares is not in the data: you know it.",
)
SOFT = Reading(
    "categorical",
    CROSS_ENTROPY,
    "Cross-entropy is exact for soft targets and convex in the logits; its gradient is prediction minus target.",
    "It is not zero at the optimum but the targets' entropy: read the divergence, which is.",
)
ONE_HOT = Reading(
    "categorical",
    CROSS_ENTROPY,
    "Labels are distributions with one certain class: the ordinary cross-entropy.",
    "Its floor is 0 only for a model that knew every label; how low a good model gets is not in the labels.",
)
SIGMOIDS = Reading(
    "multilabel",
    CROSS_ENTROPY,
    "If each logit is of an event of its own: the sum of binary cross-entropies.",
    "Whether logits are of one softmax or of a sigmoid each is not in the data: you know it.",
)
VOTES = Reading(
    "categorical",
    CROSS_ENTROPY,
    "Each row weighs its votes: the sum is the multinomial log-likelihood but for its coefficients.",
    "Votes are a sample of what people think: the floor that they show is too low, see decomposition.floor_bias.",
)
EVENTS = Reading(
    "bernoulli",
    CROSS_ENTROPY,
    "k of n is binomial: each row weighs n, as in R's glm; twice the weighted divergence is its deviance.",
    "Trials are a sample: the floor that they show is too low, see decomposition.floor_bias.",
)
EXCLUSIVE_MEANINGS = ("fractions", "votes", "ranks")


def of_rows(p: Array, meaning: str | None) -> Assessment:
    """Rows of probabilities or fractions of classes or labels, or of amounts that become them, (rows, width)."""
    sums = np.add.reduce(p, axis=1)
    away = float(np.abs(sums - 1).max())
    hard = float(np.mean((p == 0) | (p == 1)))
    facts = [Fact("largest distance of a row's sum from 1", away), Fact("share of entries that are 0 or 1", hard)]
    percent = float(np.abs(sums - 100).max()) < 100 * ROUNDED
    if meaning == "multilabel" or not (away <= ROUNDED or percent or meaning in EXCLUSIVE_MEANINGS):
        return _labels(p, facts, away)
    kind, first = "soft_categorical", SOFT
    if hard == 1:
        kind, first = "one_hot", ONE_HOT
    elif smoothing := _smoothing(p):
        kind = "smoothed_one_hot"
        facts.append(Fact("smoothing: the entry that all but one class of a row share, times K", smoothing))
    share = ratio(p, sums[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.add.reduce(np.where(share > 0, share * np.log(share), 0.0), axis=1)
    facts.append(Fact("mean entropy of a row, the floor of the cross-entropy, in nats", float(entropy.mean())))
    facts.append(Fact("smallest mean share of a class", float(share.mean(axis=0).min())))
    readings = [first, BRIER] if hard == 1 else [first, READ_KL, BRIER]
    if p.min() > 0 and away <= ROUNDED:
        readings.append(COMPOSITION)
    return Assessment(kind, facts, [RANKS, *readings] if meaning == "ranks" else readings)


def of_logits(z: Array, meaning: str | None) -> Assessment:
    """Rows of logits of classes, by softmax, or of labels, by sigmoid, (rows, width)."""
    if meaning == "multilabel":
        return of_rows(sigmoid(z), meaning)
    exclusive = of_rows(np.asarray(special.softmax(z, axis=1)), meaning)
    if meaning is not None:
        return exclusive
    readings = [reading for reading in exclusive.readings if FAMILIES[reading.family].has_classes]
    return replace(exclusive, readings=[*readings, SIGMOIDS])


def _labels(p: Array, facts: list[Fact], away: float) -> Assessment:
    """Rows whose entries are events of their own."""
    facts.append(Fact("mean number of labels per row", float(np.add.reduce(p, axis=1).mean())))
    why = "Rows do not sum to 1, so that each label is an event of its own: the sum of binary cross-entropies."
    caveat = "If only one label of a row can hold, the rows are shares: say so by the meaning fractions."
    if away <= ROUNDED:
        why = "Each label is an event of its own, as you said: the sum of binary cross-entropies."
        caveat = "The rows sum to 1: if only one label can hold at a time, use categorical."
    readings = [Reading("multilabel", CROSS_ENTROPY, why, caveat)]
    if np.any((p != 0) & (p != 1)):
        readings.append(Reading("multilabel", "kl_divergence", "The same gradient, and 0 means perfect."))
    return Assessment("multilabel", facts, readings)


def _smoothing(p: Array) -> float | None:
    """The e of targets that are (1 - e) onehot + e / K in every row."""
    width = p.shape[1]
    if width < 2 or (width == 2 and len(p) <= 2):  # any two numbers look smoothed
        return None
    ordered = np.sort(p, axis=1)
    low = ordered[0, 0]
    same = np.abs(ordered[:, :-1] - low).max() <= 1e-6
    return float(low * width) if same and low > 0 else None


def of_votes(counts: Array, meaning: str | None) -> Assessment:
    """Rows of votes, (rows, classes)."""
    readings = [RANKS, VOTES, KL_OF_VOTES] if meaning == "ranks" else [VOTES, KL_OF_VOTES]
    return Assessment("counts", _extremes(np.add.reduce(counts, axis=1), "votes"), readings)


def of_events(successes: Array, trials: Array) -> Assessment:
    """k successes of n trials per row, (rows,) each."""
    share = Fact("share of successes", float(successes.sum() / trials.sum()))
    return Assessment("counts", [share, *_extremes(trials, "trials")], [EVENTS])


def _extremes(totals: Array, of: str) -> list[Fact]:
    return [Fact(f"fewest {of} of a row", float(totals.min())), Fact(f"most {of} of a row", float(totals.max()))]


def of_labels(labels: Array, meaning: str | None) -> Assessment:
    """Class indices, (rows,), the sparse way to write one-hot rows."""
    _, counts = np.unique(labels, return_counts=True)
    facts = [
        Fact("classes that occur", float(len(counts))),
        Fact("share of the rarest class that occurs", float(counts.min() / counts.sum())),
    ]
    return Assessment("one_hot", facts, [RANKS, ONE_HOT, BRIER] if meaning == "ranks" else [ONE_HOT, BRIER])
