"""Who computes derivatives and values of a batch: this process, or a service that a client asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from distscore.client import Client, Score
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.special.elementwise import Array
from distscore.wire.read.document import Document

OF_BATCH = frozenset({"targets", "predictions", "mask", "missing", "ignore_label"})  # members that a batch has read
Columns = Mapping[str, Array]
Output = Literal["hessian_diagonals", "fisher_diagonals"]
HESSIAN = "hessian_diagonals"


class Source(Protocol):
    """Computes what objectives and metrics need."""

    def derivatives(self, batch: Batch, output: Output) -> tuple[Columns, Columns]:
        """Gradients, and the second derivatives of an output, of each row's own loss, by column."""

    def value(self, batch: Batch) -> float:
        """The weighted mean of the losses."""


class InProcess:
    """Computes losses and derivatives in this process, of all rows of the batch."""

    def derivatives(self, batch: Batch, output: Output) -> tuple[Columns, Columns]:
        scored = score(replace(batch, reduction="none"), frozenset({"gradients", output}))
        return scored.gradients, scored.hessian_diagonals if output == HESSIAN else scored.fisher_diagonals

    def value(self, batch: Batch) -> float:
        value = score(replace(batch, reduction="mean"), frozenset()).value
        assert value is not None
        return value


@dataclass(frozen=True)
class Served:
    """Asks a service: the rows that count go there with every call, in doubles."""

    client: Client
    document: Document  # of the targets, whose options are sent as they came

    def derivatives(self, batch: Batch, output: Output) -> tuple[Columns, Columns]:
        answer = self._asked(batch, reduction="none", outputs=["gradients", output])
        second = answer.hessian_diagonals if output == HESSIAN else answer.fisher_diagonals
        return _doubles(answer.gradients), _doubles(second)

    def value(self, batch: Batch) -> float:
        weights = {} if batch.sample_weights is None else {"sample_weights": batch.sample_weights}
        return float(self._asked(batch, reduction="mean", outputs=["value"], **weights).value)

    def _asked(self, batch: Batch, **members: Any) -> Score:
        options = {name: value for name, value in self.document.items() if name not in OF_BATCH}
        mask = {} if batch.options.mask is None else {"mask": batch.options.mask > 0}
        sides = {"targets": dict(batch.targets), "predictions": dict(batch.predictions)}
        return self.client.score(**{**options, **sides, **mask, **members})


def _doubles(columns: Mapping[str, NDArray[np.floating[Any]]]) -> Columns:
    return {name: np.asarray(values, np.float64) for name, values in columns.items()}
