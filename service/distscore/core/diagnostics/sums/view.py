"""A block as tallies see it: what several of them need is computed once, and only if one asks."""

from functools import cached_property
from typing import cast

import numpy as np

from distscore.core.engine.blocks import Batch, Block
from distscore.core.special.elementwise import Array
from distscore.core.theory.distributions import Target
from distscore.core.theory.members import Residuals


class View:
    """Some rows of a batch. A lone row is there twice: the second time with weight 0."""

    def __init__(self, block: Block, batch: Batch) -> None:
        self.block, self.batch = block, batch
        self.count = block.count
        self.weights = block.weights
        if self.count < len(block.weights):
            self.weights = np.where(np.arange(len(block.weights)) < self.count, block.weights, 0.0)

    @cached_property
    def cross_entropy(self) -> Array:
        """The cross-entropy of each row, (rows,)."""
        loss = self.batch.loss
        if loss.floor_is_entropy and loss.kl_multiple == 1:  # it is the loss
            return self.block.losses
        return np.asarray(self.block.prediction.cross_entropy(self.block.target))

    @cached_property
    def floor(self) -> Array | None:
        """The floor of the loss of each row, (rows,); None where the loss has none."""
        floor = self.batch.loss.floor(self.block.target, self.block.prediction)
        return None if floor is None else np.broadcast_to(floor, self.weights.shape)

    @property
    def soft(self) -> Array:
        """1 where the target of a row is a distribution, 0 where it was observed, (rows,)."""
        return np.broadcast_to(np.asarray(self.block.target.is_distribution, dtype=np.float64), self.weights.shape)

    @property
    def normalization_term(self) -> Array:
        """Loss minus floor minus divergence of each row, (rows,): what predictions that do not sum to 1 add."""
        term = self.batch.loss.normalization_term(self.block.target, self.block.prediction)
        return np.broadcast_to(term, self.weights.shape)

    @cached_property
    def divergence(self) -> Array | None:
        """Loss minus floor of each row, (rows,); None where the loss has no floor."""
        return self.batch.loss.divergence(self.block.target, self.block.prediction)

    @cached_property
    def error(self) -> Array:
        """Predicted minus target expectation of every statistic, (statistics, rows); of families with residuals."""
        return self._residuals.residual(self.block.target)

    @property
    def variance(self) -> Array:
        """Predicted variance of every statistic, (statistics, rows); of families with residuals."""
        return self._residuals.variance

    @property
    def _residuals(self) -> Residuals[Target]:
        return cast(Residuals[Target], self.block.prediction)
