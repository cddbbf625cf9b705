"""Divergences of outcomes, in t = log(q/p): near a match every formula keeps the digits of t.

t is log1p((q - p)/p) where both sides are probabilities, and the difference of the logits, normalized, where both are
logits. Through a softmax a constant added to all df/dq changes nothing: the derivative of the most probable class is
taken off before anything is multiplied by q, or it would drown the others in saturated rows.
"""

from dataclasses import replace

import numpy as np

from service.core import numerics
from service.core.families.outcomes import OutcomePrediction, Outcomes, log_ratio
from service.core.losses.outcome_loss import OutcomeLoss
from service.core.numerics import Array
from service.core.spine import Derivatives
from service.core.supports import SMALLEST_NORMAL


def log_quotient(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """t = log(q/p), 0 where both are 0."""
    p, q = target.p, prediction.q
    if target.teacher is not None or prediction.logits is not None:
        t = log_ratio(target, prediction, np.ones(()))
    else:
        u = prediction.excess(target) / p
        far = np.where(q < SMALLEST_NORMAL, prediction.log_q - np.log(p), numerics.log_ratio(q, p))
        t = np.where(np.abs(u) < 0.5, np.log1p(u), far)
    return np.where(np.isnan(t), 0.0, t)


def of_top(slope: Array, target: Outcomes, prediction: OutcomePrediction) -> Array | float:
    """What may be taken off df/dq: through a softmax its value at the most probable class, else nothing.

    Not with class weights, whose own rounding is as large.
    """
    if prediction.logits is None or target.weights is not None:
        return 0.0
    top = np.argmax(prediction.q, axis=0)[None]
    return np.take_along_axis(slope, top, 0)


class Divergence(OutcomeLoss):
    """A smooth loss that is zero at the match."""

    def fisher(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives | None:
        return self.curvature(replace(target, p=prediction.q, teacher=prediction), prediction)
