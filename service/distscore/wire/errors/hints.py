"""What wrong numbers remind of, and what to do then: a hint, followed, leads to a request that is accepted."""

import numpy as np
from numpy.typing import NDArray

from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.core.theory.supports import Support

Numbers = NDArray[np.float64]

IGNORED = frozenset({-100.0, -1.0, 255.0})  # what libraries write for a label that does not count
NEAR_100 = 0.5  # to which rows of percent sum to 100
ROUNDED = 0.05  # of a sum of 1, what rounding explains
ZEROS = "a row of zeros, as where nobody voted? give it weight 0, or a mask that keeps nothing of it"
OBSERVED = "a single observation? give it weight 0, or ask for cross_entropy"
LOGITS = "looks like logits: send them as logits"
OF_LOGARITHMS = "logits, or logarithms of amounts? send them as logits, or ask for normalization rescale"
RAW_OUTPUTS = "a network's raw outputs? send them as logits; amounts? ask for normalization rescale, or send scores"
AMOUNTS = "amounts? ask for normalization rescale; votes? send counts, where a row weighs its sum"
INDEPENDENT = "labels that do not exclude one another? use the family multilabel; shares? ask for normalization rescale"


def outside(column: Column, values: Numbers, domain: Support, predicted: bool) -> str | None:
    """For a column that was sent with numbers outside its domain."""
    if predicted and len(column.activations) > 1:
        return f"a network's raw output? ask for an activation: {', '.join(column.activations[1:])}"
    if domain.high == 1 and values.max() > 1 and values.min() >= 0:
        return _too_large(values)
    if column.name == "probabilities" and values.min() < 0:
        return LOGITS
    return None if predicted else _on_edge(values, domain)


def _too_large(values: Numbers) -> str | None:
    """For numbers that should be at most 1."""
    if values.max() <= 2:
        return None
    if values.max() <= 100:
        return "percent? divide by 100"
    return "8-bit intensities? divide by 255" if values.max() <= 255 else None


def _on_edge(values: Numbers, domain: Support) -> str | None:
    """For observed values on an open edge of the domain: the first family of the same kind that takes them."""
    kinds = {family.kind for family in FAMILIES.values() if domain in _observed(family)}
    for family in FAMILIES.values():
        if family.kind in kinds and any(each.contains(values).all() for each in _observed(family)):
            edge = "exact zeros" if domain.high > 1 else "exact zeros or ones"
            return f"{edge}? the family {family.name} takes them"
    return None


def _observed(family: Family) -> list[Support]:
    """The domains of the values of a family that are observed one by one."""
    return [column.support for form in family.targets for column in form.columns if column.name == "values"]


def labels(values: Numbers, classes: int) -> str:
    """For labels that are none of 0, 1, ..., classes - 1."""
    beyond = np.unique(values[(values < 0) | (values >= classes)])
    if values.min() == 1 and values.max() == classes:
        return "labels count from 0: subtract 1"
    ignored = [label for label in beyond.tolist() if label in IGNORED]
    if ignored:
        return f"rows to leave out? ask for ignore_label {ignored[0]:g}"
    if beyond[0] < 0:
        return "rows to leave out? give them weight 0, or one label of their own as ignore_label"
    return f"labels up to {beyond[-1]:g} need {beyond[-1] + 1:g} classes; the predictions have {classes}"


def sums(values: Numbers, deviation: Numbers, predicted: bool, tolerance: float) -> str:
    """For rows of probabilities that do not sum to 1; `deviation` is sum - 1 of each."""
    if np.abs(deviation - 99).max() < NEAR_100:
        return "rows sum to 100: percent? divide by 100"
    if len(values) > 1 and np.abs(np.add.reduce(values, axis=0) - 1).max() < tolerance:
        return "columns sum to 1: transposed?"
    if np.abs(deviation).max() < ROUNDED:
        return "rounded? ask for normalization rescale"
    if values.max() > 1:
        return RAW_OUTPUTS if predicted else AMOUNTS
    return INDEPENDENT


def log_sums(logarithms: Numbers) -> str:
    """For rows of log-probabilities whose exponentials do not sum to 1."""
    looks_plain = logarithms.min() >= 0 and logarithms.max() <= 1
    return "looks like probabilities: send them as probabilities" if looks_plain else OF_LOGARITHMS


def negative(probabilities: Numbers) -> str | None:
    """For probabilities of exclusive classes below 0."""
    return LOGITS if np.abs(probabilities).max() > 1 else None
