"""Entropies and KL divergences of very many entries: what is small is computed with care, and only that.

Entropy sum p log(S / p), where a dominant p takes log1p of what the others leave. KL terms q' - p - p log(q'/p) with
q' = q S / sum q, near a match by p (expm1 d - d), d = log(q'/p), or by p (u - log1p u), u = q'/p - 1: never negative.
"""

import numpy as np

from service.core.families.outcomes import OutcomePrediction, Outcomes, log_ratio, ratio, total
from service.core.numerics import Array, expm1_excess, phi

SMALLEST = 5e-324
CLOSE = 0.1


def log_of(p: Array) -> Array:
    """log p, finite also at 0: it will be multiplied by p."""
    return np.log(np.maximum(p, SMALLEST))


def entropies(p: Array, log_p: Array, mass: Array) -> Array:
    """Entropy of the masses along the first axis."""
    largest = np.max(p, axis=0)
    dominant = largest > 0.5 * mass
    others = np.where(p > 0.5 * mass, 0.0, p) if dominant.any() else p
    rest = total(others)
    leading = np.where(dominant, largest * np.log1p(rest / np.where(dominant, largest, 1.0)), 0.0)
    return leading + rest * log_of(mass) - total(others * log_p)


def kl_terms(target: Outcomes, prediction: OutcomePrediction, log_p: Array) -> Array:
    """What each outcome adds to S KL(p/S || q/sum q)."""
    p, q = target.p, prediction.q
    scale = ratio(target.mass, total(q))
    rescaled = q * scale
    from_shares = target.teacher is None
    d = prediction.log_q - (log_p - np.log(scale)) if from_shares else log_ratio(target, prediction, scale)
    near = np.abs(d) < CLOSE
    terms: Array = rescaled - p
    terms -= p * d
    if near.any():
        close = p[near]
        if from_shares and prediction.logits is None:
            u = ((q - p) - p * (total(q - p) / target.mass))[near] / close * np.broadcast_to(scale, p.shape)[near]
            terms[near] = close * phi(u)
        else:
            terms[near] = close * expm1_excess(d[near])
    return terms if p.all() else np.where(p == 0, rescaled, terms)
