"""Entropy of target masses and KL divergence of a prediction from them, per row and per outcome.

With the masses p of a row and their sum S, the predictions q and their sum Q, and q' = q S / Q,

    entropy  sum p log(S / p),    S KL(p / S || q / Q) = sum (q' - p - p log(q' / p)).

Where a sum of logarithms would cancel, each part is one that is never negative: a p that outweighs the others of its
row takes log1p of their sum over p, and the terms of rows that almost match are p (u - log1p(u)), u = q' / p - 1. The
divergence is stationary in the scale S / Q, so that one which is 1 but for rounding is taken as 1.
"""

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import SMALLEST, Outcomes
from distscore.core.families.classes.probabilities import Probabilities
from distscore.core.families.classes.top import Top, of_rows
from distscore.core.special.elementwise import Array, phi, ratio, total

ROUNDING = 2.0**-47
ALIKE = 2.0**-6  # rows whose divergence is less than this part of their mass cancel
CLOSE = 0.4  # where phi has its series


def entropies(target: Outcomes) -> Array:
    """sum p log(S / p) of the target masses p over their outcomes, (rows,) or (labels, rows), in nats."""
    factor = mass_ratio(target.mass, np.ones_like(target.mass))
    if (factor != 1).any():
        return factor * entropies(Outcomes(Probabilities(target.p / factor)))
    log_mass = np.log(np.maximum(target.mass, SMALLEST))
    return (_of_two if len(target.p) == 2 else _of_classes)(target, log_mass)


def _of_two(target: Outcomes, log_mass: Array) -> Array:
    """The entropies of two outcomes."""
    (p, opposite), (part, opposite_part) = target.p, target.p_log_p
    rare, common = np.minimum(p, opposite), np.maximum(p, opposite)
    entropy: Array = rare * log_mass - np.where(p < opposite, part, opposite_part)
    entropy += common * np.log1p(rare / np.maximum(common, SMALLEST))
    return entropy


def _of_classes(target: Outcomes, log_mass: Array) -> Array:
    """The entropies of (K, rows)."""
    top, mass = target.top, target.mass
    entropy: Array = mass * log_mass - total(target.p_log_p)
    rows = np.flatnonzero(top.value > 0.5 * mass)
    if len(rows):
        rows = np.repeat(rows, 2) if len(rows) == 1 else rows
        p, parts = of_rows(target.p, rows), of_rows(target.p_log_p, rows)
        within = Top(p, top.index[rows])
        largest, rest = within.value, within.rest_in_place(p)
        entropy[rows] = largest * np.log1p(rest / largest) + rest * log_mass[rows] - within.rest_in_place(parts)
    return entropy


def kl_terms(target: Outcomes, predicted: Probabilities, difference: Array | None = None) -> Array:
    """q' - p - p log(q' / p) for each outcome, in the shape of p; their sum over outcomes is S KL(p / S || q / Q).

    `difference` is q - p as `Probabilities.difference` has it, if it is known already.
    """
    p, q, log_q, whole = target.p, predicted.values, predicted.log, total(predicted.values)
    factor = mass_ratio(target.mass, whole)
    if (factor != 1).any():
        return factor * kl_terms(Outcomes(Probabilities(p / factor)), predicted)
    scale = ratio(target.mass, whole)
    differs = (np.abs(scale - 1) > ROUNDING) & np.isfinite(scale)
    if differs.any():
        scale = np.where(differs, scale, 1.0)
        q, log_q = q * scale, log_q + np.log(scale)
    terms: Array = q - p
    terms -= p * log_q
    terms += target.p_log_p
    sums = total(terms)
    if np.isnan(sums).any():
        terms = np.where(p == 0, q, terms)
        sums = total(terms)
    alike = sums < ALIKE * target.mass
    if alike.any():
        difference = predicted.difference(target.probabilities) if difference is None else difference
        terms[:, alike] = _near_a_match(target, predicted, terms, alike, whole, difference)
    return terms


def _near_a_match(
    target: Outcomes,
    predicted: Probabilities,
    terms: Array,
    alike: NDArray[np.bool_],
    whole: Array,
    difference: Array,
) -> Array:
    """The terms of rows that almost match, (outcomes, rows), those of entries that do by p phi(u)."""
    p = target.p[:, alike]
    u = difference[:, alike] / np.where(p > 0, p, 1.0)
    if not (predicted.sums_to_one and target.probabilities.sums_to_one):
        u = (u * target.mass[alike] - total(difference)[alike]) / whole[alike]
    near = (np.abs(u) < CLOSE) & (p > 0)
    return np.where(near, p * phi(np.where(near, u, 0.0)), terms[:, alike])


def mass_ratio(mass: Array, whole: Array) -> Array:
    """S / Q where the one is more than twice the other, else 1: masses divided by it compare with the predictions."""
    if not ((mass > 2 * whole) | (whole > 2 * mass)).any():
        return np.ones_like(mass)
    found = ratio(mass, whole)
    apart = ((found > 2) | (found < 0.5)) & (found > 0) & np.isfinite(found)
    return np.where(apart, found, 1.0)
