"""The named arrays and constants that a target or a prediction is written in, and the options of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from distscore.core.special.elementwise import Array
from distscore.core.theory.supports import Support

Axis = Literal["", "classes", "labels", "samples", "statistics"]


@dataclass(frozen=True)
class Column:
    """A named array of the batch: [n] (rank 1) or [n, width] (rank 2)."""

    name: str
    support: Support
    description: str
    rank: int = 1
    width: Axis = ""  # what the second axis counts
    parts: Mapping[str, Support] = field(default_factory=dict)  # second axis with named entries: the support of each
    sums_to_one: bool = False  # rows are distributions, or their logarithms, and obey the normalization option

    @property
    def activations(self) -> tuple[str, ...]:
        """Names of the activations whose range lies inside the support; `identity` is always the first."""
        return ("identity",) if self.parts else self.support.activations

    @property
    def has_entries(self) -> bool:
        """Whether a row has an entry per class or label, to which a mask and class weights apply."""
        return self.width in ("classes", "labels")


@dataclass(frozen=True)
class Constant:
    """A scalar of `family_parameters`, for prediction forms that have no column for it. It is positive."""

    name: str
    description: str
    default: float | None = None  # None: it must be given


class Parameter(NamedTuple):
    """A prediction column after its activation, with the coordinate in which derivatives are taken."""

    value: Array
    coordinate: Array  # value, log value or logit value, by the support of the column; same shape


@dataclass(frozen=True)
class Options:
    """Options of a batch that change what its rows mean: class weights, mask, smoothing, temperature, clip."""

    width: int = 1  # entries of a row: classes, labels, or 1

    class_weights: Array | None = None  # (width, 1)
    positive_weight: Array | float = 1.0  # one, or (labels, 1)
    mask: Array | None = None  # (width, rows): 1 where an entry counts, else 0
    normalization: str = "strict"
    label_smoothing: float = 0.0
    temperature: float = 1.0
    clip: float = 0.0
