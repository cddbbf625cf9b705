"""The arrays and constants of a request, once their types and shapes are right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from distscore.wire.read.array import Booleans, Numbers
from distscore.wire.read.column import SentColumn


@dataclass(frozen=True)
class Missing:
    """What `missing` and `ignore_label` excluded: rows by number, and single entries of the rows that are left."""

    rows: NDArray[np.intp]
    entries: int


@dataclass(frozen=True)
class Content:
    """The numbers of a request: of all its rows, or of those that count."""

    targets: Sequence[SentColumn]
    predictions: Sequence[SentColumn]
    width: int  # classes or labels of a row, else 1
    sample_weights: Numbers | None
    class_weights: Numbers | None
    positive_weight: Numbers | float  # one, or one per label
    mask: Booleans | None
    constants: Mapping[str, float]
    kept: Booleans | None = None  # which of the rows that were sent these are; None: all of them
    missing: Missing | None = None  # where something was

    @cached_property
    def columns(self) -> list[SentColumn]:
        """The columns of both sides, those of the targets first."""
        return [*self.targets, *self.predictions]

    @property
    def row_count(self) -> int:
        """How many rows the arrays have: those that count, once the others are left out."""
        return len(self.targets[0].values)

    @property
    def sent_row_count(self) -> int:
        """How many rows were sent, those that do not count among them."""
        return self.row_count if self.kept is None else len(self.kept)
