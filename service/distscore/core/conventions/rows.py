"""The rows of a block as conventions see them: targets and predictions, and for classes their probabilities."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from distscore.core.engine.blocks import Batch, Block
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction, by_row
from distscore.core.special.elementwise import Array


@dataclass(frozen=True)
class Pair:
    """Target masses p and predicted probabilities q of the outcomes: (K, rows), (2, rows) or (2, labels, rows)."""

    p: Array
    q: Array
    complement: Array  # 1 - q
    to_log: Callable[[], Array] | None = None  # makes what stands for log q, where that is not the logarithm of q
    to_log_complement: Callable[[], Array] | None = None  # and for log(1 - q)

    @cached_property
    def log(self) -> Array:
        """What stands for log q."""
        return np.log(self.q) if self.to_log is None else self.to_log()

    @cached_property
    def log_complement(self) -> Array:
        """What stands for log(1 - q)."""
        return np.log(self.complement) if self.to_log_complement is None else self.to_log_complement()


@dataclass(frozen=True)
class Rows:
    """A block of a batch."""

    block: Block
    batch: Batch

    @property
    def target(self) -> Outcomes:
        """The target of a class family."""
        assert isinstance(self.block.target, Outcomes)
        return self.block.target

    @property
    def prediction(self) -> OutcomePrediction:
        """The prediction of a class family."""
        assert isinstance(self.block.prediction, OutcomePrediction)
        return self.block.prediction

    @cached_property
    def pair(self) -> Pair:
        """Targets with their weights, and predictions, as they were sent."""
        q = self.prediction.probabilities
        return Pair(self.target.masses.p, q.values, q.complement, lambda: q.log, lambda: q.log_complement)

    def weigh(self, p: Array) -> Array:
        """Target probabilities times the weights of their outcomes."""
        return p if self.target.weights is None else self.target.weights * p

    @property
    def logits(self) -> Array:
        """Predicted logits over the temperature, (K, rows); of events those of event and opposite, (2, ...)."""
        z = self.block.parameters["logits"].value / self.block.options.temperature
        return z if self.batch.family.exclusive else np.stack((z, -z))

    @property
    def values(self) -> Array:
        """The observed value of each row, (rows,)."""
        return self.block.targets["values"]

    def parameter(self, name: str) -> Array:
        """A predicted column after its activation, or a constant, (rows,)."""
        if name in self.block.parameters:
            return self.block.parameters[name].value
        return np.full(len(self.values), self.batch.constants[name])

    def by_row(self, losses: Array) -> Array:
        """Losses of rows, or of the labels of rows, with the weights of labels, as losses of rows, (rows,)."""
        return by_row(self.target.scaled(losses))
