"""The named arrays and constants that a target or a prediction is written in, and the options of a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from distscore.core.special.elementwise import Array
from distscore.core.theory.supports import Support

Axis = Literal["", "classes", "labels", "samples", "statistics"]


@dataclass(frozen=True)
class Column:
    """A named array of targets or predictions: one number per row, [n], or several, [n, entries]."""

    name: str
    support: Support  # where each number lies, after the activation
    description: str
    rank: int = 1
    axis: Axis = ""  # what the second axis counts, where there is one
    entry_supports: Mapping[str, Support] = field(default_factory=dict)  # of a second axis whose entries have names
    sums_to_one: bool = False  # rows are distributions, or their logarithms, and obey the normalization option

    @property
    def activations(self) -> tuple[str, ...]:
        """Names of the activations whose range lies inside the support; `identity` is always the first."""
        return ("identity",) if self.entry_supports else self.support.activations

    @property
    def has_entries(self) -> bool:
        """Whether a row has an entry per class or label, to which a mask and class weights apply."""
        return self.axis in ("classes", "labels")


@dataclass(frozen=True)
class Constant:
    """A positive number that all rows share: a member of `family_parameters`, for forms without a column for it."""

    name: str
    description: str
    default: float | None = None  # None: it must be given


class Parameter(NamedTuple):
    """A prediction column after its activation, (rows,) or (entries, rows), beside its coordinate.

    The coordinate is the value, its logarithm or its logit, by the support of the column: derivatives are taken in it,
    and it may have digits that the value has lost (a rate that is sent as its logarithm).
    """

    value: Array
    coordinate: Array


COPIED_WIDTH = 48  # rows up to this wide lie side by side in a block; of wider ones the entries of a row do


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

    @property
    def order(self) -> Literal["C", "F"]:
        """How the (width, rows) arrays of a block lie in memory: by width alone, for sums depend on it."""
        return "C" if self.width <= COPIED_WIDTH else "F"
