"""What always predicting the mean target would score, from sums per class.

With P the mean target, its cross-entropy is H(P) = mean H(P_i) + mean KL(P_i || P), and its squared error
sum_k mean p_k^2 - P_k^2. With weights c on the outcomes the mean of c p takes the place of P: it is the best constant.
"""

import math
from collections.abc import Sequence

import numpy as np

from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.summary import Summary, mean_of
from distscore.core.exact.sums import quotient
from distscore.core.exact.weighted_means import FINE, Weights
from distscore.core.special.elementwise import Array

ROUNDING = 2.0**-46  # entropies that differ by less of themselves are equal but for rounding


def mean_targets(summary: Summary) -> list[float]:
    """Weighted sums of the target of each class or label over the total weight."""
    return [quotient(total, summary.weights.total) for total in summary.tallies[ClassTally.name]["target"]]


def mean_target_of_each(summary: Summary) -> list[float]:
    """Mean target of each class or label over the rows where it counts; 0 where there are none."""
    sums = zip(summary.tallies[ClassTally.name]["target"], label_weights(summary), strict=True)
    return [mean_of(total, weights.total) or 0.0 for total, weights in sums]


def prediction(summary: Summary) -> Sequence[float]:
    """The mean target as a prediction: of classes with sum 1, of labels over the rows where each counts."""
    if not summary.subject.family.exclusive:
        return mean_target_of_each(summary)
    means = mean_targets(summary)
    whole = sum(means) or 1.0
    return [mean / whole for mean in means]


def label_weights(summary: Summary) -> list[Weights]:
    """The weights of the rows where each class or label counts."""
    sums = summary.tallies[ClassTally.name]
    if "weight" not in sums:
        return [summary.weights] * summary.subject.width
    return [Weights(w >> FINE, square) for w, square in zip(sums["weight"], sums["squared_weight"], strict=True)]


def mean_of_entries(summary: Summary, name: str) -> float | None:
    """Weighted mean over rows of the sum over classes or labels of what a class tally has summed."""
    return mean_of(sum(summary.tallies[ClassTally.name][name]), summary.weights.total)


def mean_masses(summary: Summary) -> Array | None:
    """Mean target mass of each outcome, (classes,) or (2, labels); None where the classes that count vary by row."""
    subject, whole = summary.subject, summary.weights.total
    if whole <= 0 or (subject.family.exclusive and subject.masked):
        return None
    weights = np.array(subject.class_weights or 1.0)
    target = np.array(mean_targets(summary))
    if subject.family.exclusive:
        return np.asarray(weights * target)
    sums = zip(label_weights(summary), summary.tallies[ClassTally.name]["target"], strict=True)
    opposite = [quotient(weight.total - total, whole) for weight, total in sums]
    return np.asarray(weights * np.stack((np.array(subject.positive_weight) * target, np.array(opposite))))


def best_shares(masses: Array) -> Array | None:
    """Probabilities of the classes, or of the labels, in proportion to mean masses; None where classes have none.

    A label that nowhere counts has the probability 1/2: no other one loses less.
    """
    whole = np.add.reduce(masses, axis=0)
    if masses.ndim == 1:
        return masses / whole if whole > 0 else None
    return np.where(whole > 0, masses[0] / np.where(whole > 0, whole, 1.0), 0.5)


def cross_entropy(summary: Summary) -> float | None:
    """Of the best constant prediction."""
    masses = mean_masses(summary)
    if masses is None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.broadcast_to(np.add.reduce(masses, axis=0), masses.shape)
        there = masses > 0
        return exactly_summed(masses[there] * (np.log(whole[there]) - np.log(masses[there])))


def exactly_summed(terms: Array) -> float | None:
    """The sum of a few numbers, correctly rounded; None where they are beyond the doubles."""
    return math.fsum(terms) if np.isfinite(np.add.reduce(np.abs(terms))) else None


def mean_entropy(summary: Summary) -> float | None:
    """Mean entropy of the targets: the floor of the cross-entropy."""
    return summary.mean("entropy")


def mean_kl(summary: Summary) -> float | None:
    """Mean KL divergence of the predictions from the targets."""
    return summary.mean("kl")


def kl_divergence(summary: Summary) -> float | None:
    """Mean KL divergence of the targets from the best constant prediction; 0 where all targets are the same."""
    constant, floor = cross_entropy(summary), mean_entropy(summary)
    if constant is None or floor is None:
        return None
    return constant - floor if constant - floor > ROUNDING * constant else 0.0


def squared_error(summary: Summary) -> float | None:
    """Mean squared error of the best constant prediction, summed over classes or labels."""
    square, whole = summary.mean("square"), summary.weights.total
    if square is None:
        return None
    weights = [quotient(weight.total, whole) for weight in label_weights(summary)]
    means = [mean * mean / weight for mean, weight in zip(mean_targets(summary), weights, strict=True) if weight > 0]
    sum_of_squares = exactly_summed(np.array(means))
    if sum_of_squares is None:
        return None
    variance = square - sum_of_squares
    return variance if variance > ROUNDING * square else 0.0


def value(summary: Summary) -> float | None:
    """The loss of the best constant prediction, where sums over classes are enough to know it."""
    subject = summary.subject
    loss = subject.loss
    if loss.floor_is_entropy:
        return cross_entropy(summary)
    if loss.kl_multiple:
        divergence = kl_divergence(summary)
        return None if divergence is None else loss.kl_multiple * divergence
    if not loss.squared_error or subject.masked or subject.class_weights:
        return None
    error = squared_error(summary)
    return error if error is None or loss.squared_error == "sum" else error / subject.width
