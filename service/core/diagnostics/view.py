"""What the tallies of the class families share: a block as entries, one per class or label, computed once.

For exclusive classes an entry is a class; for binary events it is a label, whose two outcomes are taken together.
"""

from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from service.core.blocks import Batch, Block
from service.core.diagnostics.information import entropies, kl_terms, log_of
from service.core.families.events import EventProbabilities
from service.core.families.outcomes import OutcomePrediction, Outcomes, total
from service.core.families.simplex import Probabilities
from service.core.numerics import Array


def by_row(x: Array) -> Array:
    """Sum over labels, where there are labels."""
    return x if x.ndim == 1 else total(x)


class View:
    """A block of some rows. A lone row is there twice: the second time with weight 0."""

    def __init__(self, block: Block, batch: Batch) -> None:
        self.block, self.batch = block, batch
        self.kept_for: dict[str, Any] = {}  # what a tally computes once for several series
        self.count = block.count
        self.weights = block.weights
        if self.count < len(block.weights):
            self.weights = np.where(np.arange(len(block.weights)) < self.count, block.weights, 0.0)

    @cached_property
    def cross_entropy(self) -> Array:
        """The cross-entropy of each row."""
        entropy: Array = self.block.prediction.cross_entropy(self.block.target)
        return entropy

    @cached_property
    def floor(self) -> Array | None:
        """The floor of each row, if the loss has one."""
        floor = self.batch.loss.floor(self.block.target, self.block.prediction)
        return None if floor is None else np.broadcast_to(floor, self.weights.shape)

    @cached_property
    def divergence(self) -> Array | None:
        """The divergence of each row, if the loss has one."""
        return self.batch.loss.divergence(self.block.target, self.block.prediction)


class ClassView(View):
    """A block of a class family."""

    def __init__(self, block: Block, batch: Batch) -> None:
        super().__init__(block, batch)
        self.target = cast(Outcomes, block.target)
        self.prediction = cast(OutcomePrediction, block.prediction)
        self.exclusive = batch.family.name == "categorical"

    def entries(self, outcomes: Array) -> Array:
        """Per outcome -> (classes or labels, rows); of the two outcomes of a label the first."""
        if self.exclusive:
            return outcomes
        return outcomes[0] if outcomes.ndim == 3 else outcomes[:1]

    @cached_property
    def p(self) -> Array:
        """Target probability of each entry."""
        return self.entries(self.target.p)

    @cached_property
    def q(self) -> Array:
        """Predicted probability of each entry."""
        return self.entries(self.prediction.q)

    @cached_property
    def best_p(self) -> NDArray[np.intp]:
        """The most probable class of each row's target, the first one among equals."""
        return np.asarray(np.argmax(self.target.p, axis=0))

    @cached_property
    def best_q(self) -> NDArray[np.intp]:
        """The most probable class of each row's prediction."""
        return np.asarray(np.argmax(self.prediction.q, axis=0))

    @cached_property
    def gap(self) -> Array:
        """q - p."""
        return self.entries(self.prediction.excess(self.target))

    @cached_property
    def kept(self) -> Array | None:
        """1 where a label counts, else 0; None where all do, and for classes, which rows spread over those kept."""
        mask = self.batch.options.mask
        if mask is None or self.exclusive:
            return None
        part = mask[self.block.rows].T
        return part if part.shape == self.q.shape else np.repeat(part, 2, axis=1)

    @cached_property
    def aim(self) -> Outcomes:
        """What cross-entropy with the weights of the outcomes aims at."""
        return self.target.aim

    @cached_property
    def pull(self) -> Array:
        """Gradient of the cross-entropy in logits, S q - p."""
        if self.target.weights is None:
            return self.gap
        return self.entries(self.aim.mass * self.prediction.q - self.aim.p)

    @cached_property
    def squared_pull(self) -> Array:
        """Gradient of half the squared error in logits, q (d - sum q d) with d = q - p."""
        d, q = self.gap, self.q
        return q * (d - total(q * d)) if self.exclusive else d * self.bend

    @cached_property
    def bend(self) -> Array:
        """Curvature of the cross-entropy in logits, q (1 - q)."""
        return self.q * self.entries(self.prediction.complement)

    @cached_property
    def log_aim(self) -> Array:
        """Logarithm of what is aimed at."""
        return log_of(self.aim.p)

    @cached_property
    def outcome_terms(self) -> Array:
        """What each outcome adds to the KL divergence."""
        return kl_terms(self.aim, self.prediction, self.log_aim)

    @cached_property
    def terms(self) -> Array:
        """What each entry adds to the KL divergence."""
        terms = self.outcome_terms
        if self.exclusive:
            return terms
        summed = total(terms)
        return summed if summed.ndim == 2 else summed[None]

    @cached_property
    def kl(self) -> Array:
        """KL divergence of each row."""
        return self.prediction.row(self.outcome_terms)

    @cached_property
    def divergence(self) -> Array | None:
        if self.batch.loss.name in ("cross_entropy", "kl_divergence"):
            return self.kl
        return super().divergence

    @cached_property
    def entropy(self) -> Array:
        """Entropy of each row's target: the floor of the cross-entropy."""
        return by_row(self._aim_entropies)

    @cached_property
    def floor(self) -> Array | None:
        return self.entropy if self.batch.loss.name == "cross_entropy" else super().floor

    @cached_property
    def _aim_entropies(self) -> Array:
        return entropies(self.aim.p, self.log_aim, self.aim.mass)

    @cached_property
    def target_entropy(self) -> Array:
        """Entropy of each row's target probabilities, or of those of each label, weights aside."""
        p = self.target.p
        return self._aim_entropies if self.aim is self.target else entropies(p, log_of(p), self.target.mass)

    @cached_property
    def prediction_entropy(self) -> Array:
        """Entropy of each row's prediction, or of that of each label."""
        if not self.exclusive:
            return entropies(self.prediction.q, log_of(self.prediction.q), np.ones_like(self.target.mass))
        return self.prediction.cross_entropy(Outcomes(self.prediction.q))

    @property
    def square(self) -> Array:
        """Sum of the squared target probabilities of each row."""
        return total(self.p * self.p if self.kept is None else self.kept * self.p * self.p)

    @cached_property
    def uniform(self) -> Array:
        """The loss of each row if all its classes, or both outcomes of its labels, were predicted alike."""
        target, kept = self.target, self.target.kept
        if self.batch.loss.name == "cross_entropy":
            mass = by_row(self.aim.mass)
            return mass * np.log(np.maximum(target.entries, 1) if self.exclusive else 2.0)
        if self.exclusive:
            shares = (np.ones_like(target.p) if kept is None else kept) / np.maximum(target.entries, 1)
            return self.batch.loss.value(target, Probabilities(shares, 0.0))
        return self.batch.loss.value(target, EventProbabilities(np.full_like(target.p[0], 0.5), 0.0))
