"""What the tallies of the class families share: a block as entries, one per class or label, computed once.

For exclusive classes an entry is a class; for binary events it is a label, whose two outcomes are taken together.
"""

from dataclasses import replace
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np

from distscore.core.diagnostics.sums.information import (
    Peak,
    Positions,
    entropies,
    event_entropies,
    flat,
    kl_terms,
    log_of,
)
from distscore.core.diagnostics.sums.tallies import Weighing, weighings
from distscore.core.engine.blocks import Batch, Block
from distscore.core.families.classes.events import EventProbabilities
from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes
from distscore.core.families.classes.simplex import Probabilities
from distscore.core.special.elementwise import Array, inner, total


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
        return np.asarray(self.block.prediction.cross_entropy(self.block.target))

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
        self.exclusive = batch.family.exclusive
        self.order: Literal["C", "F"] = "C" if self.q.flags.c_contiguous else "F"  # how entries lie in memory
        if self.exclusive and self.p.flags.c_contiguous != self.q.flags.c_contiguous:
            self.target = replace(self.target, p=np.asarray(self.target.p, order=self.order))

    def in_line(self, x: Array) -> Array:
        """Entries, or numbers per row, one after the other."""
        return np.broadcast_to(x, self.q.shape).ravel(self.order)

    def entries(self, outcomes: Array) -> Array:
        """Per outcome -> (classes or labels, rows); of the two outcomes of a label the first."""
        if self.exclusive:
            return outcomes
        return outcomes[0] if outcomes.ndim == 3 else outcomes[:1]

    @property
    def p(self) -> Array:
        """Target probability of each entry."""
        return self.entries(self.target.p)

    @cached_property
    def q(self) -> Array:
        """Predicted probability of each entry."""
        return self.entries(self.prediction.q)

    @cached_property
    def peak_p(self) -> Peak:
        """The most probable class of each row's target."""
        return Peak(self.target.p)

    @cached_property
    def peak_q(self) -> Peak:
        """The most probable class of each row's prediction."""
        return Peak(self.prediction.q)

    @cached_property
    def hit(self) -> Array:
        """1 where they are the same, else 0."""
        return np.where(self.peak_p.at == self.peak_q.at, 1.0, 0.0)

    @cached_property
    def dominant(self) -> tuple[Positions, Array]:
        """Where predictions outweigh all others of their row, and the sum of those others."""
        rows = np.flatnonzero(self.peak_q.height > 0.5 * self.whole)
        return self.peak_q.at[rows], self.peak_q.rest[rows]

    @cached_property
    def whole(self) -> Array:
        """Sum of the predictions over outcomes."""
        return total(self.prediction.q)

    @cached_property
    def gap(self) -> Array:
        """q - p; where q dominates and is exactly normalized, by what it leaves to the others."""
        if not self.exclusive or self.prediction.logits is None or self.target.teacher is not None:
            return self.entries(self.prediction.excess(self.target))
        gap: Array = self.q - self.p
        at, rest = self.dominant
        flat(gap)[at] = (1 - flat(self.p)[at]) - rest
        return gap

    @cached_property
    def distance(self) -> Array:
        """|q - p|."""
        return np.abs(self.gap)

    @cached_property
    def kept(self) -> Array | None:
        """1 where a label counts, else 0; None where all do, and for classes, which rows spread over those kept."""
        mask = self.batch.options.mask
        if mask is None or self.exclusive:
            return None
        return np.broadcast_to(mask[self.block.rows].T, self.q.shape)

    @cached_property
    def kept_weights(self) -> Array:
        """The weight of each row, or of each entry where labels are masked."""
        return self.weights if self.kept is None else self.weights * self.kept

    @cached_property
    def weighing(self) -> list[Weighing]:
        """The same, by size."""
        return weighings(self.kept_weights)

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
        """Size of the gradient of half the squared error in logits, |q (d - sum q d)| with d = q - p."""
        if not self.exclusive:
            return np.abs(self.gap * self.bend)
        pull: Array = self.q * self.gap
        np.subtract(self.gap, total(pull), out=pull)
        pull *= self.q
        return np.abs(pull, out=pull)

    @cached_property
    def bend(self) -> Array:
        """Curvature of the cross-entropy in logits, q (1 - q)."""
        if not self.exclusive:
            return self.q * self.entries(self.prediction.complement)
        bend: Array = 1 - self.q
        at, rest = self.dominant
        flat(bend)[at] = rest
        bend *= self.q
        return bend

    @cached_property
    def _parts(self) -> Array:
        """p log p of what is aimed at."""
        return self.aim.p * log_of(self.aim.p)

    @cached_property
    def _divergences(self) -> tuple[Array, Array]:
        """KL divergence of each outcome, and of each row or label."""
        return kl_terms(self.aim, self.prediction, self._parts, self.whole)

    @cached_property
    def terms(self) -> Array:
        """What each entry adds to the KL divergence."""
        terms, sums = self._divergences
        if self.exclusive:
            return terms
        return sums if sums.ndim == 2 else sums[None]

    @cached_property
    def kl(self) -> Array:
        """KL divergence of each row."""
        return by_row(self._divergences[1])

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
    def target_entropy(self) -> Array:
        """Entropy of each row's target probabilities, or of those of each label, weights aside."""
        p = self.target.p
        return self._aim_entropies if self.aim is self.target else self._entropies(self.target, p * log_of(p))

    @cached_property
    def _aim_entropies(self) -> Array:
        return self._entropies(self.aim, self._parts)

    @cached_property
    def prediction_entropy(self) -> Array:
        """Entropy of each row's prediction, or of that of each label."""
        return -inner(self.prediction.q, self.prediction.log_q)

    def _entropies(self, of: Outcomes, parts: Array) -> Array:
        if not self.exclusive:
            return event_entropies(of.p, parts, of.mass)
        return entropies(parts, of.mass, self.peak_p if of is self.target else Peak(of.p))

    @property
    def square(self) -> Array:
        """Sum of the squared target probabilities of each row."""
        return total(self.p * self.p if self.kept is None else self.kept * self.p * self.p)

    @cached_property
    def uniform(self) -> Array:
        """The loss of each row if all its classes, or both outcomes of its labels, were predicted alike."""
        target, kept = self.target, self.target.kept
        if self.batch.loss.name == "cross_entropy":
            return by_row(self.aim.mass) * np.log(np.maximum(target.entries, 1) if self.exclusive else 2.0)
        if self.exclusive:
            shares = (np.ones_like(target.p) if kept is None else kept) / np.maximum(target.entries, 1)
            return self.batch.loss.value(target, Probabilities(shares, 0.0))
        return self.batch.loss.value(target, EventProbabilities(np.full_like(target.p[0], 0.5), 0.0))
