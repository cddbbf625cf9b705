"""What the class families share: targets and predictions that are probabilities of exclusive outcomes.

The outcome axis comes first: (K, rows) for K classes, (2, rows) for one event and its opposite, (2, labels, rows) for
independent labels. A loss of outcomes is a sum of terms f(p_k, q_k); a prediction turns the derivatives of f into
those with respect to its own column. Through logits z, with q = softmax(z), G1 = df/dlog q and G2 = d2f/dlog q2:

    dL/dz_k = G1_k - q_k sum(G1),    d2L/dz_k2 = G2_k (1 - q_k)^2 + q_k^2 sum_{j != k} G2_j - q_k (1 - q_k) sum(G1).

Where the prediction is right only I = q^2 d2f/dq2 is left: in every column the sum of squares I_j (dlog q_j / dx)^2.
Wherever one entry dominates its row, its complement is the sum of the others, never 1 minus itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array, expm1_remainder, phi, product, ratio, total, total_of_others
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import FixedFloor


def others(x: Array) -> Array:
    """For each entry of non-negative ones the sum of the others along the first axis, without cancellation."""
    return total_of_others(x, (x > 0.5 * total(x)) | (x == np.inf))


def pair(first: Array, second: Array) -> Array:
    """Two arrays as the two outcomes of one event, in the memory layout that they have."""
    return np.stack((first, second)) if first.flags.c_contiguous else np.stack((first.T, second.T)).transpose(0, 2, 1)


@dataclass(frozen=True)
class Outcomes:
    """Target probabilities p of the outcomes of some rows."""

    p: Array
    teacher: "OutcomePrediction | None" = None  # present when p is another model's q, from logits, and nothing else
    weights: Array | None = None  # of the outcomes: class weights, positive weight, 0 for masked labels
    entries: Array | float = 1.0  # how many classes or labels a row counts, for means over them
    kept: Array | None = None  # 1 for the classes that a mask keeps
    is_distribution: bool = True
    divided: bool = False  # whether p was divided by its sum, so that it sums to 1 but for its rounding

    def weigh(self, entries: Array) -> Array:
        """Entries times the weights of their outcomes; 0 times infinity is 0."""
        return entries if self.weights is None else product(self.weights, entries)

    @cached_property
    def mass(self) -> Array:
        """S: the sum of p over the outcomes."""
        return total(self.p)

    @cached_property
    def complement(self) -> Array:
        """1 - p, with its own digits."""
        if self.teacher is not None:
            return self.teacher.complement
        return others(self.p) if self.divided else 1 - self.p

    @cached_property
    def aim(self) -> "Outcomes":
        """Target masses w p: what cross-entropy with outcome weights really aims at."""
        return self if self.weights is None else Outcomes(self.weights * self.p)


class Terms(ABC):
    """A loss of outcomes, f(p, q) per entry, with its derivatives in q and in log q."""

    @abstractmethod
    def entries(self, target: Outcomes, prediction: "OutcomePrediction") -> Array:
        """f, for every entry."""

    @abstractmethod
    def derivatives(self, target: Outcomes, prediction: "OutcomePrediction") -> tuple[Array, Array]:
        """df/dq and d2f/dq2, for every entry."""

    def log_derivatives(self, target: Outcomes, prediction: "OutcomePrediction") -> tuple[Array, Array]:
        """G1 = df/dlog q and G2 = d2f/dlog q2, for every entry."""
        first, second = self.derivatives(target, prediction)
        slope = prediction.q * first
        return slope, prediction.q * prediction.q * second + slope

    def information(self, target: Outcomes, prediction: "OutcomePrediction") -> Array:
        """I = q^2 d2f/dq2, for every entry."""
        return product(prediction.q, product(prediction.q, self.derivatives(target, prediction)[1]))

    def dilution(self, target: Outcomes, prediction: "OutcomePrediction") -> Array:
        """A^2 d2f(a/A)/dA2 = q^2 d2f/dq2 + 2 q df/dq, for every entry: what a whole that grows does to it."""
        return self.information(target, prediction) + 2 * self.log_derivatives(target, prediction)[0]


class CrossEntropyTerms(Terms):
    """-p log q."""

    def entries(self, target: Outcomes, prediction: "OutcomePrediction") -> Array:
        return -product(target.p, prediction.log_q)

    def derivatives(self, target: Outcomes, prediction: "OutcomePrediction") -> tuple[Array, Array]:
        first = ratio(-target.p, prediction.q)
        return first, ratio(-first, prediction.q)

    def log_derivatives(self, target: Outcomes, prediction: "OutcomePrediction") -> tuple[Array, Array]:
        return 0.0 - target.p, np.broadcast_to(np.float64(0), target.p.shape)

    def information(self, target: Outcomes, prediction: "OutcomePrediction") -> Array:
        return target.p


CROSS_ENTROPY = CrossEntropyTerms()


class OutcomePrediction(FixedFloor[Outcomes]):
    """Predicted probabilities q of the outcomes, however they were written down."""

    column: str
    q: Array
    logits: Array | None = None
    per_event: float = 1.0  # 1/2 where both outcomes of an event are entries, for losses of the one probability
    computed: bool = False  # whether q was computed from other numbers
    temperature: float = 1.0  # what logits were divided by
    whole: Array = np.ones(())  # the sum that a row was divided by
    share: Array = np.zeros(())  # and what it left of each entry, before clipping; 0 where nothing was divided
    unclipped: NDArray[np.bool_] = np.ones((), dtype=bool)  # entries that were not clipped
    clip: float = 0.0

    @cached_property
    def log_q(self) -> Array:
        return np.log(self.q)

    @cached_property
    def complement(self) -> Array:
        """1 - q, with its own digits."""
        return np.maximum(1 - self.q, 0.0)

    @property
    def sums_to_one(self) -> bool:
        """Whether q was divided by its sum, and not clipped after that."""
        return self.logits is not None or (self.share.ndim > 0 and self.clip == 0)

    def excess(self, target: Outcomes) -> Array:
        """q - p, also where both are almost 1."""
        if target.teacher is None and not target.divided:
            return self.q - target.p
        return np.where(self.q > 0.5, target.complement - (1 - self.q), self.q - target.p)

    def gap(self, target: Outcomes) -> Array:
        """q - p, whose sum over outcomes is what their sums differ by."""
        return self.excess(target) if self.sums_to_one else self.q - target.p

    def row(self, entries: Array) -> Array:
        """Sum over outcomes, and over labels where there are labels."""
        summed = total(entries)
        return summed if summed.ndim == 1 else total(summed)

    def loss(self, terms: Terms, target: Outcomes) -> Array:
        """The summed terms of each row."""
        return self.row(target.weigh(terms.entries(target, self)))

    @abstractmethod
    def slope(self, terms: Terms, target: Outcomes) -> Array:
        """Derivative of the summed terms in the column."""

    @abstractmethod
    def bend(self, terms: Terms, target: Outcomes) -> Array:
        """Second derivative of the summed terms in the column."""

    @abstractmethod
    def spread(self, terms: Terms, target: Outcomes) -> Array:
        """What of it is a sum of squares, sum d2f/dq_j2 (dq_j)^2; all of it where the prediction is right."""

    def parts(self, bend: Array, slope: Callable[[], Array], direct: Callable[[], Array]) -> Array | HessianParts:
        """A second derivative in the parts that the column needs; `direct` is that in amounts, times their square."""
        return bend

    def direct(self, terms: Terms, target: Outcomes) -> Array:
        """Second derivative of the summed terms of q = a / sum a in the amount a, times a^2."""
        return self.spread(terms, target) - 2 * product(self.q, self.slope(terms, target))

    def matched(self, target: Outcomes) -> Outcomes:
        """The target for which this prediction is right."""
        return replace(target, p=self.q, teacher=self)

    def cross_entropy(self, target: Outcomes) -> Array:
        return self.loss(CROSS_ENTROPY, target)

    def gradient(self, target: Outcomes) -> Derivatives:
        return {self.column: self.slope(CROSS_ENTROPY, target)}

    def second_derivative(self, target: Outcomes) -> SecondDerivatives:
        slope, direct = (lambda: self.gradient(target)[self.column]), (lambda: self.direct(CROSS_ENTROPY, target))
        return {self.column: self.parts(self.bend(CROSS_ENTROPY, target), slope, direct)}

    def fisher_information(self, target: Outcomes) -> Derivatives:
        return {self.column: target.mass * self.spread(CROSS_ENTROPY, self.matched(target))}

    def normalization_term(self, target: Outcomes) -> Array | float:
        return 0.0 if self.sums_to_one else -product(target.aim.mass, np.log(total(self.q)))

    def floor(self, target: Outcomes) -> Array:
        """Entropy of the target masses, sum p log(S / p), every term >= 0."""
        p, whole = target.aim.p, target.aim.mass
        surprise = np.where(p > 0.5 * whole, np.log1p(others(p) / p), np.log(whole) - np.log(p))
        return self.row(product(p, surprise))

    def optimum(self, target: Outcomes) -> Mapping[str, Array]:
        """p over its sum, as probabilities of the classes, or of the event."""
        best = ratio(target.aim.p, target.aim.mass)
        return {"probabilities": best if self.per_event == 1 else best[0]}

    def divergence(self, target: Outcomes) -> Array:
        """S KL(p/S || q/sum q) as a sum of terms >= 0, S = sum p."""
        return self.row(divergence_terms(target.aim, self))


def divergence_terms(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """q' - p - p log(q'/p) with q' = q S / sum q; near a match by p (u - log1p u) or p (expm1 d - d)."""
    p, q, mass, scale = target.p, prediction.q, target.mass, total(prediction.q)
    d = log_ratio(target, prediction, mass / scale)
    if target.teacher is None:
        gap = prediction.gap(target)
        u = (gap / p * mass - total(gap)) / scale
        close = np.abs(u) < 0.5
        near = p * phi(np.where(close, u, 0.0))
    else:
        close = np.abs(d) < 0.5
        near = product(p, expm1_remainder(d))
    rescaled = product(q, mass / scale)
    return np.where(p == 0, rescaled, np.where(close, near, rescaled - p - product(p, d)))


def log_ratio(target: Outcomes, prediction: OutcomePrediction, scale: Array) -> Array:
    """log(q'/p); from the difference of the logits where both have them, which keeps its digits near a match."""
    teacher = target.teacher
    if teacher is None:
        return prediction.log_q - np.log(target.p) + np.log(scale)
    if teacher.logits is None or prediction.logits is None:
        return prediction.log_q - teacher.log_q + np.log(scale)
    alike = prediction.logits == teacher.logits  # masked entries, too, which are -infinity
    delta = np.where(alike, 0.0, prediction.logits - teacher.logits)
    top = np.argmax(prediction.q, axis=0)[None]
    delta = delta - np.take_along_axis(delta, top, 0)
    growth = np.where(delta > 1, np.exp(teacher.log_q + delta) - target.p, target.p * np.expm1(np.minimum(delta, 1)))
    shift = total(growth)
    near = delta - np.log1p(np.maximum(shift, -0.5))
    return np.where(np.abs(shift) < 0.05, near, prediction.log_q - teacher.log_q)
