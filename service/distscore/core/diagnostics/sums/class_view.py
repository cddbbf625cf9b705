"""A block of a class family as entries, one per class or label: probabilities, errors, entropies, divergences.

For exclusive classes an entry is a class; for binary events it is a label, whose two outcomes are taken together.
Arrays are (classes or labels, rows), or (rows,) for numbers per row.
"""

from functools import cached_property
from typing import Literal

import numpy as np

from distscore.core.diagnostics.sums.view import View
from distscore.core.diagnostics.sums.weighing import Weighing, weighings
from distscore.core.engine.blocks import Batch, Block
from distscore.core.families.classes.divergence import entropies, kl_terms
from distscore.core.families.classes.events import EventPrediction
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction, by_row
from distscore.core.families.classes.simplex import ProbabilitiesPrediction
from distscore.core.families.classes.top import Top, flat
from distscore.core.special.elementwise import Array, inner, total


def outcomes_of(block: Block) -> tuple[Outcomes, OutcomePrediction]:
    """Target and prediction of a block of a class family."""
    assert isinstance(block.target, Outcomes)
    assert isinstance(block.prediction, OutcomePrediction)
    return block.target, block.prediction


class ClassView(View):
    """A block of a class family."""

    def __init__(self, block: Block, batch: Batch) -> None:
        super().__init__(block, batch)
        self.target, self.prediction = outcomes_of(block)
        self.exclusive = batch.family.exclusive
        self.order: Literal["C", "F"] = "C" if self.q.flags.c_contiguous else "F"  # how entries lie in memory

    def in_line(self, x: Array) -> Array:
        """Entries, or numbers per row, one after the other."""
        return (x if x.shape == self.q.shape else np.broadcast_to(x, self.q.shape)).ravel(self.order)

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

    @property
    def top_p(self) -> Top:
        """The most probable class of each row's target."""
        return self.target.top

    @cached_property
    def top_q(self) -> Top:
        """The most probable class of each row's prediction."""
        probabilities = self.prediction.probabilities
        return Top(self.q, probabilities.most_probable if probabilities.sums_to_one else None)

    @cached_property
    def hit(self) -> Array:
        """1 where the most probable class of target and prediction is the same, else 0, (rows,)."""
        return np.asarray(self.top_p.at == self.top_q.at, dtype=np.float64)

    @cached_property
    def error(self) -> Array:
        """q - p of each entry; of a q near 1 as difference of the complements, where q - p would cancel."""
        return self.entries(self.prediction.probabilities.difference(self.target.probabilities))

    @cached_property
    def absolute_error(self) -> Array:
        """|q - p| of each entry."""
        return np.abs(self.error)

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
        """The kept weights by size, for exact sums of entries."""
        return weighings(self.kept_weights)

    @cached_property
    def weighted_target(self) -> Outcomes:
        """Target masses times the weights of their outcomes: what the cross-entropy is taken against."""
        return self.target.masses

    @cached_property
    def gradient(self) -> Array:
        """Gradient of the cross-entropy in logits, S q - p of each entry, outcome weights included."""
        if self.target.weights is None:
            return self.target.scaled(self.error)
        gradient: Array = self.weighted_target.mass * self.prediction.q - self.weighted_target.p
        return self.target.scaled(self.entries(gradient))

    @cached_property
    def absolute_gradient(self) -> Array:
        """|S q - p| of each entry."""
        return self.absolute_error if self.gradient is self.error else np.abs(self.gradient)

    @property
    def squared_error_gradient(self) -> Array:
        """Size of the gradient of half the squared error in logits, |q (d - sum q d)| with d = q - p."""
        if not self.exclusive:
            return np.abs(self.error * self.variance)
        gradient: Array = self.q * self.error
        np.subtract(self.error, total(gradient), out=gradient)
        gradient *= self.q
        return np.abs(gradient, out=gradient)

    @property
    def variance(self) -> Array:
        """q (1 - q) of each entry, the second derivative of the cross-entropy in logits.

        For classes, 1 - q of a dominant entry is the sum of the others.
        """
        if not self.exclusive:
            return self.q * self.entries(self.prediction.complement)
        if self.prediction.probabilities.sums_to_one:
            return self.q * self.prediction.complement
        variance: Array = 1 - self.q
        dominant = np.flatnonzero(self.top_q.value > 0.5 * total(self.q))
        flat(variance)[self.top_q.at[dominant]] = self.top_q.rest(self.q)[dominant]
        variance *= self.q
        return variance

    @cached_property
    def _outcome_divergences(self) -> Array:
        """KL divergence of each outcome, (outcomes, rows) or (2, labels, rows)."""
        return kl_terms(self.weighted_target, self.prediction.probabilities)

    @cached_property
    def _divergences(self) -> Array:
        """KL divergence of each row or label."""
        return self.target.scaled(total(self._outcome_divergences))

    @cached_property
    def terms(self) -> Array:
        """What each entry adds to the KL divergence."""
        if self.exclusive:
            return self.target.scaled(self._outcome_divergences)
        return self._divergences if self._divergences.ndim == 2 else self._divergences[None]

    @cached_property
    def kl(self) -> Array:
        """KL divergence of each row."""
        return by_row(self._divergences)

    @cached_property
    def divergence(self) -> Array | None:
        if self.batch.loss.kl_multiple == 1:
            return self.kl
        return super().divergence

    @cached_property
    def entropy(self) -> Array:
        """Entropy of each row's target: the floor of the cross-entropy."""
        return by_row(self.target.scaled(self._weighted_entropies))

    @cached_property
    def floor(self) -> Array | None:
        return self.entropy if self.batch.loss.floor_is_entropy else super().floor

    @cached_property
    def target_entropy(self) -> Array:
        """Entropy of each row's target probabilities, or of those of each label, weights aside."""
        return self._weighted_entropies if self.weighted_target is self.target else entropies(self.target)

    @cached_property
    def _weighted_entropies(self) -> Array:
        return entropies(self.weighted_target)

    @cached_property
    def prediction_entropy(self) -> Array:
        """Entropy of each row's prediction, or of that of each label."""
        return -inner(self.prediction.q, self.prediction.log_q)

    @property
    def square(self) -> Array:
        """Sum of the squared target probabilities of each row."""
        return total(self.p * self.p if self.kept is None else self.kept * self.p * self.p)

    @cached_property
    def uniform(self) -> Array:
        """The loss of each row if all its classes, or both outcomes of its labels, were predicted alike."""
        target, kept = self.target, self.target.kept
        if self.batch.loss.floor_is_entropy:
            outcomes = np.maximum(target.entries, 1) if self.exclusive else 2.0
            return by_row(self.target.scaled(self.weighted_target.mass)) * np.log(outcomes)
        if self.exclusive:
            shares = (np.ones_like(target.p) if kept is None else kept) / np.maximum(target.entries, 1)
            return self.batch.loss.value(target, ProbabilitiesPrediction.sent(shares, 0.0))
        return self.batch.loss.value(target, EventPrediction(np.full_like(target.p[0], 0.5), 0.0))

    @property
    def soft(self) -> Array:
        """1 where the target of a row is a distribution, 0 where it was observed: a label, votes, or all 0 and 1."""
        if self.batch.target_form.observes:
            return np.zeros_like(self.weights)
        if "probabilities" not in self.block.targets:
            return np.ones_like(self.weights)
        sent, mask = self.block.targets["probabilities"], self.block.options.mask
        certain = (sent == 0) | (sent == 1)
        if mask is not None and sent.ndim == 2:
            certain |= mask == 0
        return np.asarray(~(certain if sent.ndim == 1 else certain.all(axis=0)), dtype=np.float64)

    @cached_property
    def votes(self) -> Array:
        """Votes for each outcome, (classes, rows) or (2, rows); only of targets that are counts."""
        block = self.block
        return self.batch.target_form.outcome_votes(block.targets, block.options)

    @property
    def outcome_count(self) -> Array:
        """How many classes a row counts; 2 for an event."""
        return np.broadcast_to(self.target.entries if self.exclusive else 2.0, self.weights.shape)
