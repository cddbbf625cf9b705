"""Divergences of outcomes, in t = log(q/p): near a match every formula keeps the digits of t.

t is log1p((q - p)/p) where both sides are probabilities, and the difference of the logits, normalized, where both are
logits.
"""

import numpy as np
from numpy.typing import NDArray

from service.core import numerics
from service.core.families.outcomes import OutcomePrediction, Outcomes, log_ratio
from service.core.numerics import Array
from service.core.supports import SMALLEST_NORMAL

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

    There all df/dq have a constant in common, which a softmax ignores, and which would drown the others; but not where
    outcomes have weights.
    """
    if prediction.logits is None or target.weights is not None:
        return np.zeros_like(t[:1], dtype=bool)
    top = np.argmax(prediction.q, axis=0)[None]
    far: NDArray[np.bool_] = order * np.take_along_axis(t, top, 0) > LOG_2
    return far


def settled(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """q - p, and 0 where probabilities that were computed are equal up to their rounding, whose sign is noise."""
    gap = prediction.excess(target)
    blur: Array | float = prediction.rounding
    if target.teacher is not None:
        if target.teacher.logits is not None and prediction.logits is not None:
            return gap
        blur = np.maximum(blur, target.teacher.rounding)
    p, q = target.p, prediction.q
    size = np.where(q > 0.5, np.maximum(target.complement, prediction.complement), np.maximum(p, q))
    return np.where(np.abs(gap) <= blur * size, 0.0, gap)
