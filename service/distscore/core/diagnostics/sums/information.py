"""Entropies and KL divergences of very many entries: what is small is computed with care, and only that.

Entropy sum p log(S / p), where a dominant p takes log1p of what the others leave. KL terms q' - p - p log(q'/p) with
q' = q S / sum q, near a match by p (expm1 d - d), d = log(q'/p), or by p (u - log1p u), u = q'/p - 1: never negative.
Their sum is stationary in the scale S / sum q: one that is 1 but for rounding is taken as 1.
"""

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes, log_ratio
from distscore.core.special.elementwise import Array, phi, ratio, total

SMALLEST = 5e-324
CLOSE = 1 / 32
ALIKE = 2.0**-7
ROUNDING = 2.0**-47
Positions = NDArray[np.intp]


def flat(x: Array) -> Array:
    """Entries as they lie in memory."""
    return x.ravel("K")


class Peak:
    """The largest entry of each row, the first one among equals; x is (classes, rows) and contiguous."""

    def __init__(self, x: Array) -> None:
        self.x = x
        self.height: Array = np.maximum.reduce(x, axis=0)
        classes, rows = x.shape
        if x.flags.c_contiguous:
            self.at: Positions = _first(x == self.height) * rows + np.arange(rows)
        else:
            self.at = np.argmax(x, axis=0) + classes * np.arange(rows)

    @cached_property
    def rest(self) -> Array:
        """The sum of the others."""
        others = self.x.copy("K")
        flat(others)[self.at] = 0
        return total(others)


def _first(hit: NDArray[np.bool_]) -> Positions:
    """The first class of each row that is hit, of few classes: their sum where there is only one, without branches."""
    ones = hit.view(np.int8)
    if len(hit) < 128 and (np.add.reduce(ones, axis=0, dtype=np.int8) == 1).all():
        classes = ones * np.arange(len(hit), dtype=np.int8)[:, None]
        return np.asarray(np.add.reduce(classes, axis=0, dtype=np.int8)).astype(np.intp)
    return np.asarray(np.argmax(hit, axis=0))


def log_of(p: Array) -> Array:
    """log p, finite also at 0: it will be multiplied by p."""
    return np.log(p if p.all() else np.maximum(p, SMALLEST))


def entropies(parts: Array, mass: Array, peak: Peak) -> Array:
    """Entropy of the masses of each row, from parts p log p and the largest p."""
    whole, log_mass, top = total(parts), log_of(mass), peak.height
    entropy: Array = mass * log_mass - whole
    rows = np.flatnonzero(top > 0.5 * mass)
    top, rest, others = top[rows], peak.rest[rows], whole[rows] - flat(parts)[peak.at[rows]]
    entropy[rows] = top * np.log1p(rest / top) + rest * log_mass[rows] - others
    return entropy


def event_entropies(p: Array, parts: Array, mass: Array) -> Array:
    """Entropy of the masses of two outcomes, from parts p log p: the rarer one takes its logarithm."""
    rare, common = np.minimum(p[0], p[1]), np.maximum(p[0], p[1])
    entropy: Array = rare * log_of(mass) - np.where(p[0] < p[1], parts[0], parts[1])
    entropy += common * np.log1p(rare / np.maximum(common, SMALLEST))
    return entropy


def near_excess(d: Array) -> Array:
    """expm1(d) - d for |d| <= 1/32."""
    series = np.full_like(d, 1 / math.factorial(9))
    for k in range(8, 1, -1):
        series *= d
        series += 1 / math.factorial(k)
    return d * d * series


def kl_terms(target: Outcomes, prediction: OutcomePrediction, parts: Array, whole: Array) -> tuple[Array, Array]:
    """What each outcome adds to S KL(p/S || q/sum q), and the sums over outcomes, from p log p and sum q."""
    p, q, log_q = target.p, prediction.q, prediction.log_q
    scale = ratio(target.mass, whole)
    differs = np.abs(scale - 1) > ROUNDING
    if differs.any():
        rounded = np.where(differs, scale, 1.0)
        q, log_q = q * rounded, log_q + np.log(rounded)
    terms: Array = q - p
    terms -= p * log_q
    terms += parts
    sums = total(terms)
    if np.isnan(sums).any():
        terms = np.where(p == 0, q, terms)
        sums = total(terms)
    alike = sums < ALIKE * target.mass
    if alike.any():
        terms[:, alike] = near_terms(target, prediction, terms[:, alike], scale, alike)
        sums = total(terms)
    return terms, sums


def near_terms(
    target: Outcomes, prediction: OutcomePrediction, terms: Array, scale: Array, alike: NDArray[np.bool_]
) -> Array:
    """Terms of rows that almost match, (outcomes, rows), with the digits of those near a match."""
    p = target.p[:, alike]
    known = np.where(p > 0, p, 1.0)
    if target.teacher is None and prediction.logits is None:
        gap = prediction.q - target.p
        u = (gap[:, alike] / known - (total(gap) / target.mass)[alike]) * scale[alike]
        near = np.abs(u) < CLOSE
        excess = phi(np.where(near, u, 0.0))
    else:
        if target.teacher is None:
            d = prediction.log_q[:, alike] - np.log(known) + np.log(scale[alike])
        else:
            d = log_ratio(target, prediction, scale)[:, alike]
        near = np.abs(d) < CLOSE
        excess = near_excess(np.where(near, d, 0.0))
    return np.where(near & (p > 0), p * excess, terms)
