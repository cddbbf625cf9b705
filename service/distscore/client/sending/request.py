"""A request before it is bytes: what has an entry per row as arrays, so that it can be cut, and everything else."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Document = dict[str, Any]
SHOWN = 5  # names in a message
Path = tuple[str | int, ...]  # to a member, as ("targets", "probabilities") or ("candidates", 0, "predictions", "mean")


def pointer(path: Path, *rest: str | int) -> str:
    """The JSON pointer of a place below a path."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in (*path, *rest))


def dotted(path: Path) -> str:
    """The name of a place as people write it, as in `targets.probabilities`."""
    return ".".join(map(str, path))


def listed(names: Sequence[Any]) -> str:
    """The first of some names, and how many more there are."""
    shown = ", ".join(map(str, names[:SHOWN]))
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown


@dataclass(frozen=True)
class Axes:
    """What rows and classes are called where they came from; None where they have numbers only."""

    index: Any = None  # of a pandas frame or series
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Request:
    """A request: `members` are plain JSON, `rows` are arrays with an entry per row, by their paths."""

    members: Document
    rows: Mapping[Path, Array] = field(default_factory=dict)
    axes: Axes = field(default_factory=Axes)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.rows.values()), ()))

    @property
    def byte_count(self) -> int:
        """Bytes of all arrays together."""
        return sum(values.nbytes for values in self.rows.values())

    @property
    def singles(self) -> frozenset[str]:
        """Prediction columns in single precision or less, whose derivatives are answered in single precision."""
        halves = (np.float16, np.float32)
        return frozenset(
            str(at[1]) for at, each in self.rows.items() if at[0] == "predictions" and each.dtype in halves
        )

    def cut(self, start: int, stop: int) -> "Request":
        """The same request of the rows from `start` until before `stop`; arrays are views."""
        index = None if self.axes.index is None else self.axes.index[start:stop]
        rows = {path: values[start:stop] for path, values in self.rows.items()}
        return replace(self, rows=rows, axes=replace(self.axes, index=index))

    def document(self, paths: Mapping[Path, Any]) -> Document:
        """The members with values, as those of `rows`, in their places."""
        whole: Document = deepcopy(self.members)
        for (*outer, member), values in paths.items():
            inside: Any = whole
            for part in outer:
                inside = inside.setdefault(part, {}) if isinstance(inside, dict) else inside[part]
            inside[member] = values
        return whole
