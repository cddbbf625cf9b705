"""Entropies and KL divergences of very many entries: what is small is computed with care, and only that.

Entropy sum p log(S / p), where a dominant p takes log1p of what the others leave. KL terms q' - p - p log(q'/p) with
q' = q S / sum q, near a match by p (expm1 d - d), d = log(q'/p), or by p (u - log1p u), u = q'/p - 1: never negative.
Their sum is stationary in the scale S / sum q: one that is 1 but for rounding is taken as 1.
"""

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.core.families.outcomes import OutcomePrediction, Outcomes, log_ratio, total
from service.core.numerics import Array, phi, ratio

SMALLEST = 5e-324
CLOSE = 1 / 32
ROUNDING = 2.0**-49
Positions = NDArray[np.intp]


def flat(x: Array) -> Array:
    """Entries as they lie in memory."""
    return x.ravel("K")


class Peak:
    """The largest entry of each row, the first one among equals; x is (classes, rows) and contiguous."""

    def __init__(self, x: Array) -> None:
        self.x = x
        classes, rows = x.shape
        if not x.flags.c_contiguous:
            self.at: Positions = np.argmax(x, axis=0) + classes * np.arange(rows)
            return
        self.at = np.flatnonzero(x == np.max(x, axis=0))
        if len(self.at) == rows:
            found, self.at = self.at, np.empty_like(self.at)
            self.at[found % rows] = found
        else:
            self.at = np.argmax(x, axis=0) * rows + np.arange(rows)

    @cached_property
    def height(self) -> Array:
        """How large it is."""
        return flat(self.x)[self.at]

    @cached_property
    def rest(self) -> Array:
        """The sum of the others."""
        others = self.x.copy("K")
        flat(others)[self.at] = 0
        return total(others)


def log_of(p: Array) -> Array:
    """log p, finite also at 0: it will be multiplied by p."""
    return np.log(p if p.all() else np.maximum(p, SMALLEST))


def entropies(p: Array, log_p: Array, mass: Array, peak: Peak) -> Array:
    """Entropy of the masses of each row."""
    parts, top = p * log_p, peak.height
    plain = mass * log_of(mass) - total(parts)
    dominant = top > 0.5 * mass
    if not dominant.any():
        return plain
    others = total(parts) - flat(parts)[peak.at]
    careful = peak.rest * log_of(mass) - others + top * np.log1p(peak.rest / np.maximum(top, SMALLEST))
    return np.where(dominant, careful, plain)


def event_entropies(p: Array, log_p: Array, mass: Array) -> Array:
    """Entropy of the masses of two outcomes: the rarer first."""
    rare, common = np.minimum(p[0], p[1]), np.maximum(p[0], p[1])
    log_rare = np.minimum(log_p[0], log_p[1])
    entropy: Array = rare * (log_of(mass) - log_rare)
    entropy += common * np.log1p(rare / np.maximum(common, SMALLEST))
    return entropy


def near_excess(d: Array) -> Array:
    """expm1(d) - d for |d| <= 1/32."""
    series = np.full_like(d, 1 / math.factorial(9))
    for k in range(8, 1, -1):
        series *= d
        series += 1 / math.factorial(k)
    return d * d * series


def kl_terms(target: Outcomes, prediction: OutcomePrediction, log_p: Array, whole: Array) -> tuple[Array, Array]:
    """What each outcome adds to S KL(p/S || q/sum q), and the sums over outcomes; `whole` is sum q."""
    p, q = target.p, prediction.q
    scale = ratio(target.mass, whole)
    differs = np.abs(scale - 1) > ROUNDING
    rounded = np.where(differs, scale, 1.0)
    if target.teacher is not None:
        d = log_ratio(target, prediction, scale)
    else:
        d = prediction.log_q - log_p
        if differs.any():
            d += np.log(rounded)
    rescaled = q * rounded if differs.any() else q
    terms = rescaled - p
    terms -= p * d
    near = np.abs(d) < CLOSE
    if near.any():
        terms[near] = near_terms(target, prediction, d, scale, near)
    sums = total(terms)
    if np.isnan(sums).any():
        terms = np.where(p == 0, rescaled, terms)
        sums = total(terms)
    return terms, sums


def near_terms(
    target: Outcomes, prediction: OutcomePrediction, d: Array, scale: Array, near: NDArray[np.bool_]
) -> Array:
    """Those near a match."""
    p = target.p[near]
    if target.teacher is not None or prediction.logits is not None:
        return p * near_excess(d[near])
    gap = prediction.q - target.p
    shift, factor = (np.broadcast_to(row, near.shape)[near] for row in (total(gap) / target.mass, scale))
    u: Array = (gap[near] / p - shift) * factor
    return p * phi(u)
