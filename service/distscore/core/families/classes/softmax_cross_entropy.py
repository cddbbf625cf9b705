"""Cross-entropy of a softmax and its gradient in the logits, careful in the rows where the plain formulas cancel.

With the weights w = e^(z - max z) of a row, their sum W, the target masses p and S = sum p,

    L = S log W - <p, z - max z>,    dL/dz = S w / W - p.

Where one class m has most of both sides, L and dL/dz_m are made of the little that others have. It is added up alone:

    r = sum of the other w,  o = sum of the other p:    L = S log1p(r) - <p, z - max z>,    dL/dz_m = o - S r / (1 + r).
"""

from functools import cached_property

import numpy as np

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.softmax import Softmax
from distscore.core.families.classes.top import Positions, Top, first_hit, flat, of_rows, positions
from distscore.core.special.elementwise import Array, inner


def minority(classes: int) -> float:
    """The share of a row below which others are added up alone: sums of few classes are off by less.

    It is an eighth at least: the rounding of 1 + r costs r the more digits, the smaller it is.
    """
    return min(max(classes, 6), 12) / 48


class SoftmaxCrossEntropy:
    """Cross-entropy of each row and its gradient, for target masses and a softmax over (classes, rows)."""

    def __init__(self, target: Outcomes, predicted: Softmax) -> None:
        self.target, self.predicted = target, predicted

    @cached_property
    def rows(self) -> Positions:
        """The rows where one class has most of both sides, and may be the same one."""
        p, few = self.target.p, minority(len(self.target.p))
        likely, least = self.predicted.normalizer < 1 + few, (1 - few) * self.target.mass
        if p.flags.c_contiguous:
            rows = np.flatnonzero(likely & (np.maximum.reduce(p, axis=0) >= least))
        else:
            rows = np.flatnonzero(likely)
            rows = rows[np.maximum.reduce(of_rows(p, rows), axis=0) >= least[rows]]
        return np.repeat(rows, 2) if len(rows) == 1 else rows

    @cached_property
    def others(self) -> tuple[Positions, Array, Array]:
        """Of these rows the most probable predicted class, and the sums of weights and of masses of the others."""
        w, p = (of_rows(x, self.rows) for x in (self.predicted.weight, self.target.p))
        top = Top(w, first_hit(w == 1)) if w.flags.c_contiguous else Top(w)
        return top.index, top.rest_in_place(w), top.rest_in_place(p)

    def value(self) -> Array:
        """The cross-entropy of each row, (rows,), in nats, with the digits of a small one."""
        q = self.predicted
        value = np.log(q.normalizer)
        if len(self.rows):
            _, rest, _ = self.others
            value[self.rows] = np.log1p(rest)
        value *= self.target.mass
        value -= inner(self.target.p, q.shifted)
        return value

    def gradient(self) -> Array:
        """First derivatives of the cross-entropy in the logits before the temperature, (classes, rows)."""
        q, mass, rows = self.predicted, self.target.mass, self.rows
        gradient: Array = q.weight * (mass / q.normalizer)
        gradient -= self.target.p
        if len(rows):
            index, rest, others = self.others
            at_top = others - mass[rows] * (rest / (1 + rest))
            flat(gradient)[positions(gradient, index, rows)] = at_top
        return gradient
