"""Divergences of outcomes, in t = log(q/p): near a match every formula keeps the digits of t.

t is log1p((q - p)/p) where both sides are probabilities, and the difference of the logits, normalized, where both are
logits.
"""

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes, log_ratio
from distscore.core.special import elementwise as numerics
from distscore.core.special.elementwise import EPSILON, SMALLEST_NORMAL, Array

LOG_2 = 0.6931471805599453094


def log_quotient(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """t = log(q/p), 0 where both are 0."""
    p, q = target.p, prediction.q
    if target.teacher is not None:
        t = log_ratio(target, prediction, np.ones(()))
    else:
        u = prediction.excess(target) / p
        far = np.where(q < SMALLEST_NORMAL, prediction.log_q - np.log(p), numerics.log_ratio(q, p))
        t = np.where(np.abs(u) < 0.5, np.log1p(u), far)
    return np.where(np.isnan(t), 0.0, t)


def is_far(t: Array, order: float, target: Outcomes, prediction: OutcomePrediction) -> NDArray[np.bool_]:
    """Rows whose most probable class is far above its target, order t > log 2.

    There all df/dq have a constant in common, which a q of sum 1 ignores, and which would drown the others; but not
    where outcomes have weights.
    """
    if not prediction.sums_to_one or target.weights is not None:
        return np.zeros_like(t[:1], dtype=bool)
    top = np.argmax(prediction.q, axis=0)[None]
    far: NDArray[np.bool_] = order * np.take_along_axis(t, top, 0) > LOG_2
    return far


def rounding(prediction: OutcomePrediction) -> Array | float:
    """How far q may be off, relative to its size, if it was not sent: exp takes digits, as many as log q has."""
    return EPSILON * (4 + np.minimum(np.abs(prediction.log_q), 700.0)) if prediction.computed else 0.0


def doubt(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """How far q - p may be off where probabilities were computed: a difference that is smaller has no sign."""
    blur = rounding(prediction)
    if target.teacher is not None:
        exact = target.teacher.logits is not None and prediction.logits is not None
        blur = 0.0 if exact else np.maximum(blur, rounding(target.teacher))
    p, q = target.p, prediction.q
    return blur * np.where(q > 0.5, np.maximum(target.complement, prediction.complement), np.maximum(p, q))
