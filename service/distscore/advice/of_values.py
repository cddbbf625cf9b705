"""Targets that are numbers, events, intensities, counts, amounts or real values, and those that are distributions."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from distscore.advice.reading import CROSS_ENTROPY, Assessment, Fact, Reading, densities
from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.core.theory.distributions import ValueKind

TARGET_KINDS: dict[ValueKind, str] = {
    "classes": "soft_categorical",
    "labels": "multilabel",
    "event": "unit_interval_values",
    "unit_interval": "unit_interval_values",
    "composition": "unit_interval_values",
    "count": "counts",
    "positive": "positive_values",
    "real": "real_values",
}
IN_UNIT_INTERVAL = ("probabilities", "fractions", "intensities")

UNDECIDED = "Whether a number in [0, 1] is a probability or a measured intensity is not in the data: you know it."
EVENT = Reading(
    "bernoulli",
    CROSS_ENTROPY,
    "If a value is the probability or the share of an event: exact, least at q = y.",
)
HAPPENED = Reading(
    "bernoulli",
    CROSS_ENTROPY,
    "Every value is 0 or 1: an event that happened, or not.",
    "If they count something that was 0 or 1 by chance, say so by the meaning counts.",
)


def of_values(y: Array, meaning: str | None) -> Assessment:
    """Observed numbers, of any shape."""
    y = y.ravel()
    kind = kind_of(y, meaning)
    facts = [
        Fact("smallest value", float(y.min())),
        Fact("largest value", float(y.max())),
        Fact("mean", float(y.mean())),
        Fact("variance", float(y.var())),
        *_facts(y, kind),
    ]
    if kind == "event":
        readings = [HAPPENED]
    elif kind == "unit_interval":
        readings = _unit_interval(y, meaning)
    else:
        readings = list(densities(kind, y)) or list(densities("real", y))
    return Assessment(TARGET_KINDS[kind], facts, readings)


def kind_of(y: Array, meaning: str | None) -> ValueKind:
    """What kind of value numbers are, by what was said of them, else by where they lie and whether all are whole."""
    if meaning in IN_UNIT_INTERVAL:
        return "unit_interval"
    if meaning in ("counts", "amounts"):
        return "count" if meaning == "counts" else "positive"
    if y.min() < 0:
        return "real"
    if not np.all(y == np.floor(y)):
        return "unit_interval" if y.max() <= 1 else "positive"
    return "event" if y.min() == 0 and y.max() == 1 else "count"


def _facts(y: Array, kind: ValueKind) -> list[Fact]:
    """What tells the families of a kind apart."""
    mean, variance = float(y.mean()), float(y.var())
    if kind == "unit_interval":
        return [Fact("share of values that are exactly 0 or 1", float(np.mean((y == 0) | (y == 1))))]
    if kind == "count":
        return [Fact("variance / mean, 1 for a poisson", variance / mean if mean else 0.0)]
    if kind == "positive" and y.min() > 0:
        skewness = Fact("skewness of the logarithms, 0 for a log-normal", _standardized_moment(np.log(y), 3))
        return [Fact("standard deviation / mean", variance**0.5 / mean), skewness]
    if kind == "positive":
        return [Fact("share of values that are 0", float(np.mean(y == 0)))]
    return [Fact("kurtosis, 3 for a gaussian", _standardized_moment(y, 4))] if kind == "real" else []


def _unit_interval(y: Array, meaning: str | None) -> list[Reading]:
    """An event's probability or an observed intensity: two questions to the data, and the data do not choose."""
    readings = [EVENT, *densities("unit_interval", y)]
    if meaning is None:
        return [replace(reading, caveat=UNDECIDED) for reading in readings]
    return [*readings[1:], EVENT] if meaning == "intensities" else readings


def _standardized_moment(y: Array, power: int) -> float:
    """Mean of ((y - mean) / standard deviation)^power, 0 where all values are alike."""
    deviation = y.std()
    return float(np.mean(((y - y.mean()) / deviation) ** power)) if deviation > 0 else 0.0


def of_distributions(families: Sequence[str], are_expectations: bool) -> Assessment:
    """Targets that are distributions: by their parameters, or by expectations of statistics."""
    loss, why = "kl_divergence", "The target is a distribution of this family: the divergence is 0 only at the match."
    if are_expectations:
        loss, why = CROSS_ENTROPY, "Expectation parameters are all that the cross-entropy of this family needs to know."
    readings = [Reading(family, loss, why) for family in families]
    return Assessment(TARGET_KINDS[FAMILIES[families[0]].kind], [], readings)
