"""One row as it was sent, its numbers as doubles or with hundreds of digits, and the way of it through the engine."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.activations import ACTIVATIONS, Activation
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import PredictionForm, TargetForm

ACTIVATE: dict[str, Callable[[Any], Any]] = {
    "identity": mp.mpf,
    "exp": mp.exp,
    "softplus": lambda r: mp.log1p(mp.exp(r)),
    "sigmoid": lambda r: 1 / (1 + mp.exp(-r)),
}
INVERT: dict[str, Callable[[Any], Any]] = {
    "identity": mp.mpf,
    "exp": mp.log,
    "softplus": lambda v: v + mp.log(-mp.expm1(-v)),
    "sigmoid": lambda v: mp.log(v) - mp.log1p(-v),
}

Place = tuple[str, str, int]  # side, column, entry


@dataclass(frozen=True)
class Sent:
    """The numbers of one row: (side, column) to a list of entries, as sent."""

    numbers: Mapping[tuple[str, str], list[Any]]
    scalars: frozenset[str]
    activations: Mapping[str, str]
    scales: Sequence[str] = ()  # columns beside which the others are locations

    def side(self, side: str) -> dict[str, Any]:
        """Columns of a side after their activations, as references take them."""
        columns = {}
        for (where, name), numbers in self.numbers.items():
            if where == side:
                after = ACTIVATE[self.activations.get(name, "identity") if side == "predictions" else "identity"]
                values = [after(number) for number in numbers]
                columns[name] = values[0] if name in self.scalars else values
        return columns

    def at(self, place: Place) -> Any:
        return self.numbers[place[:2]][place[2]]

    def moved(self, place: Place, number: Any) -> "Sent":
        """The same row with another number in one place."""
        entries = list(self.numbers[place[:2]])
        entries[place[2]] = number
        return replace(self, numbers={**self.numbers, place[:2]: entries})

    @cached_property
    def places(self) -> list[Place]:
        """Every real number that was sent; a hard label is none."""
        return [(*key, at) for key, entries in self.numbers.items() for at in range(len(entries)) if key[1] != "labels"]


def activated(sent: Sent, columns: tuple[Column, ...], turn: int) -> Sent:
    """The row with raw numbers for other activations, where the parameters lie in their range."""
    numbers, chosen = dict(sent.numbers), {}
    for at, column in enumerate(columns):
        name = column.activations[(turn + at if turn else 0) % len(column.activations)]
        key = ("predictions", column.name)
        with mpmath.workdps(50):
            values = [mp.mpf(value) for value in sent.numbers[key]]
            legal = all(0 < value < (1 if name == "sigmoid" else mp.inf) for value in values)
            if name == "identity" or not legal:
                continue
            raw = [float(INVERT[name](value)) for value in values]
            after = ACTIVATIONS[name].value(np.array(raw))
            if np.isfinite(raw).all() and column.support.contains(after).all():
                numbers[key], chosen[column.name] = raw, name
    return replace(sent, numbers=numbers, activations=chosen)


def forms_of(family: str, sent: Sent) -> tuple[TargetForm, PredictionForm]:
    """The forms whose columns were sent."""
    sides = {side: {name for where, name in sent.numbers if where == side} for side in ("targets", "predictions")}
    (target,) = (f for f in FAMILIES[family].targets if {c.name for c in f.columns} == sides["targets"])
    (prediction,) = (f for f in FAMILIES[family].predictions if {c.name for c in f.columns} == sides["predictions"])
    return target, prediction


def sent_of(case: tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, float]], scales: Sequence[str] = ()) -> Sent:
    """A case of a reference as numbers that were sent."""
    numbers, scalars = {}, set()
    for side, columns in zip(("targets", "predictions", "constants"), case, strict=True):
        for name, value in columns.items():
            numbers[side, name] = list(value) if isinstance(value, list) else [value]
            scalars |= set() if isinstance(value, list) else {name}
    return Sent(numbers, frozenset(scalars), {}, scales)


def loss_of(family: str, sent: Sent) -> str:
    """Cross-entropy, or what is left of it where the target's entropy has no closed form."""
    return "kl_divergence" if "cross_entropy" in forms_of(family, sent)[0].unavailable else "cross_entropy"


def scored(family: str, rows: list[Sent]) -> Scored:
    """Rows of one shape and one set of constants, through the engine."""
    first = rows[0]
    target, prediction = forms_of(family, first)

    def columns(side: str) -> dict[str, Any]:
        names = [name for where, name in first.numbers if where == side]
        arrays = {name: np.array([row.numbers[side, name] for row in rows], dtype=np.float64) for name in names}
        return {name: array[:, 0] if name in first.scalars else array for name, array in arrays.items()}

    activations: dict[str, Activation] = {
        column.name: ACTIVATIONS[first.activations.get(column.name, "identity")] for column in prediction.columns
    }
    constants = {name: entries[0] for (side, name), entries in first.numbers.items() if side == "constants"}
    loss = losses_of(FAMILIES[family])[loss_of(family, first)]()
    batch = Batch(
        FAMILIES[family], target, prediction, loss, columns("targets"), columns("predictions"), activations, constants
    )
    wanted = frozenset({"floors", "divergences", "gradients", "hessian_diagonals"})
    return score(replace(batch, reduction="none"), wanted)


def grouped(rows: Iterable[Sent]) -> Iterator[list[Sent]]:
    """Rows that can stand in one batch."""
    groups: dict[Any, list[Sent]] = defaultdict(list)
    for sent in rows:
        shape = tuple((key, len(entries)) for key, entries in sent.numbers.items())
        constants = tuple(entries[0] for (side, _), entries in sent.numbers.items() if side == "constants")
        groups[shape, constants, tuple(sent.activations.items())].append(sent)
    yield from groups.values()
