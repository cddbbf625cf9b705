"""What always predicting the mean target would score, from sums per class.

With P the mean target, its cross-entropy is H(P) = mean H(P_i) + mean KL(P_i || P), and its squared error
sum_k mean p_k^2 - P_k^2. With weights c on the outcomes the mean of c p takes the place of P: it is the best constant.
"""

import math

import numpy as np

from distscore.core.diagnostics.sums.tallies import Summary
from distscore.core.exact.sums import quotient
from distscore.core.special.elementwise import Array

CLOSE = 2.0**-46  # entropies that differ by less of themselves are equal but for rounding


def label_weights(summary: Summary) -> list[int]:
    """The weight of each class or label, in units."""
    size = summary.subject.width
    return list(summary.sums.get("class_weight", [summary.weight] * size))


def mean_aims(summary: Summary) -> Array | None:
    """Mean target mass of each outcome, (classes,) or (2, labels); None where the classes that count vary by row."""
    subject = summary.subject
    if summary.weight <= 0 or (subject.exclusive and subject.settings.get("mask")):
        return None
    weights = np.array(subject.settings.get("class_weights", 1.0))
    target = np.array(summary.class_means)
    if subject.exclusive:
        return np.asarray(weights * target)
    opposite = [
        quotient(whole - total, summary.weight)
        for whole, total in zip(label_weights(summary), summary.sums["class_target"], strict=True)
    ]
    outcomes = np.stack((np.array(subject.settings.get("positive_weight", 1.0)) * target, np.array(opposite)))
    return np.asarray(weights * outcomes)


def cross_entropy(summary: Summary) -> float | None:
    """Of the best constant prediction."""
    aims = mean_aims(summary)
    if aims is None:
        return None
    whole = np.broadcast_to(np.add.reduce(aims, axis=0), aims.shape)
    there = aims > 0
    return math.fsum(aims[there] * (np.log(whole[there]) - np.log(aims[there])))


def kl_divergence(summary: Summary) -> float | None:
    """Mean KL divergence of the targets from the best constant prediction; 0 where all targets are the same."""
    constant = cross_entropy(summary)
    floor = summary.mean("floor" if summary.subject.loss == "cross_entropy" else "entropy")
    if constant is None or floor is None:
        return None
    return constant - floor if constant - floor > CLOSE * constant else 0.0


def squared_error(summary: Summary) -> float | None:
    """Mean squared error of the best constant prediction, summed over classes or labels."""
    if summary.weight <= 0:
        return None
    square = quotient(summary.sums["square"][0], summary.weight)
    weights = [quotient(weight, summary.weight) for weight in label_weights(summary)]
    means = [mean * mean / weight for mean, weight in zip(summary.class_means, weights, strict=True) if weight > 0]
    spread = square - math.fsum(means)
    return spread if spread > CLOSE * square else 0.0


def value(summary: Summary) -> float | None:
    """The loss of the best constant prediction, where sums over classes are enough to know it."""
    subject = summary.subject
    if subject.loss == "cross_entropy":
        return cross_entropy(summary)
    if subject.loss in ("kl_divergence", "deviance"):
        divergence = kl_divergence(summary)
        return divergence if divergence is None or subject.loss == "kl_divergence" else 2 * divergence
    plain = not subject.settings.get("mask") and "class_weights" not in subject.settings
    if subject.loss in ("brier", "mean_squared_error") and plain:
        error = squared_error(summary)
        return error if error is None or subject.loss == "brier" else error / subject.width
    return None
