"""How far the core is from the definitions in `tests/reference`, in units of the bound that it promises.

|error| <= max(1e-13 |f|, 8 eps sum |x_i df/dx_i|), i over every number sent; divergences near a match and of two
distributions in the same form are held to 1e-12 |f|. The derivatives of f are differences in several hundred digits.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from service.core.activations import ACTIVATIONS, Activation
from service.core.engine import Batch, Scored, score
from service.core.families import FAMILIES
from service.core.losses import losses_of
from service.core.spine import Column, PredictionForm, TargetForm

EPSILON = 2.0**-52
SMALLEST, LARGEST = 1e-150, 1e150
STEP = mp.mpf(10) ** -25  # relative, of derivatives and of what inputs do to them
NOTHING = mp.mpf(10) ** -100  # the unit of a number that is 0
SPREADS = {"standard_deviation", "scale"}
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


Function = Callable[[Sent], Any]


def functions(reference: ModuleType, loss_name: str) -> dict[str, Function]:
    """Loss, floor and divergence of a reference as functions of what was sent."""

    def of(function: Callable[[Any, Any, Any], Any]) -> Function:
        return lambda sent: function(*map(sent.side, ("targets", "predictions", "constants")))

    loss, floor = of(reference.cross_entropy), of(reference.floor)
    own = vars(reference).get("divergence")
    divergence = of(own) if own else lambda sent: loss(sent) - floor(sent)
    if loss_name == "kl_divergence":
        return {"losses": divergence, "divergences": divergence}
    return {"losses": loss, "floors": floor, "divergences": divergence}


def unit(sent: Sent, place: Place) -> Any:
    """How far functions of a number are smooth: its size, or the spread beside which it is a location."""
    x = abs(mp.mpf(sent.at(place)))
    spreads = (
        []
        if place[1] in SPREADS
        else [
            mp.mpf(value)
            for side in ("targets", "predictions", "constants")
            for name, value in sent.side(side).items()
            if name in SPREADS
        ]
    )
    return min([each for each in (x, *spreads) if each] or [NOTHING])


def slope(function: Function, place: Place) -> Function:
    """First derivative in one number."""

    def derivative(sent: Sent) -> Any:
        x, h = mp.mpf(sent.at(place)), STEP * unit(sent, place)
        return (function(sent.moved(place, x + h)) - function(sent.moved(place, x - h))) / (2 * h)

    return derivative


def bend(function: Function, place: Place) -> Function:
    """Second derivative in one number; NaN at a kink."""

    def derivative(sent: Sent) -> Any:
        x, here = mp.mpf(sent.at(place)), function(sent)

        def by(h: Any) -> Any:
            return (function(sent.moved(place, x + h)) + function(sent.moved(place, x - h)) - 2 * here) / h**2

        h = STEP * unit(sent, place)
        wide, narrow = by(h), by(h / 2)
        return narrow if abs(wide - narrow) <= abs(narrow) / 1000 else mp.nan

    return derivative


def condition(function: Function, sent: Sent, value: Any) -> Any:
    """sum |x_i df/dx_i| over every number sent."""
    total = mp.mpf(0)
    for place in sent.places:
        x, h = mp.mpf(sent.at(place)), STEP * unit(sent, place)
        total += abs(x * (function(sent.moved(place, x - h)) - value) / h) if x else 0
    return total


@dataclass(frozen=True)
class Error:
    """What was found, what is true, and how far apart they are in units of the bound."""

    what: str
    sent: Sent
    found: float
    expected: float
    relative: float
    units: float

    def __str__(self) -> str:
        numbers = {".".join(key): entries for key, entries in self.sent.numbers.items()}
        return (
            f"{self.what}: found {self.found!r}, true {self.expected!r}, relative {self.relative:.1e}, "
            f"{self.units:.2g} of the bound; {numbers} {dict(self.sent.activations)}"
        )


def neighborhood(function: Function, sent: Sent, value: Any) -> Any:
    """The same by steps of 8 epsilon: near its minimum a divergence is no linear function of what was sent."""
    shifts = (
        function(sent.moved(place, mp.mpf(sent.at(place)) * (1 + step)))
        for place in sent.places
        for step in (8 * EPSILON, -8 * EPSILON)
    )
    return sum((abs(shifted - value) for shifted in shifts), mp.mpf(0))


def judge(what: str, function: Function, sent: Sent, found: float, near: bool = False) -> Error | None:
    """The error of one number; None where the exact result is out of reach of the bound."""
    expected = function(sent)
    if mp.isnan(expected):
        return None  # next to an infinite loss there are no differences
    rounded = float(expected)
    if math.isnan(found) or not mp.isfinite(expected):
        return Error(what, sent, found, rounded, math.inf, 0.0 if found == rounded else math.inf)
    if abs(expected) > LARGEST:
        return None
    if not math.isfinite(found):
        return Error(what, sent, found, rounded, math.inf, math.inf)
    error = abs(mp.mpf(found) - expected)
    relative = error / abs(expected) if expected else error
    bound = (mp.mpf(1e-12) if near else mp.mpf(1e-13)) * abs(expected)
    if error > bound and not near:
        bound = max(bound, 8 * EPSILON * condition(function, sent, expected))
        if what == "divergences" and error > bound:
            bound = max(bound, neighborhood(function, sent, expected))
    units = float(error / max(bound, SMALLEST))
    return Error(what, sent, found, rounded, float(relative), units)


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


def sent_of(case: tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, float]]) -> Sent:
    """A case of a reference as numbers that were sent."""
    numbers, scalars = {}, set()
    for side, columns in zip(("targets", "predictions", "constants"), case, strict=True):
        for name, value in columns.items():
            numbers[side, name] = list(value) if isinstance(value, list) else [value]
            scalars |= set() if isinstance(value, list) else {name}
    return Sent(numbers, frozenset(scalars), {})


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
    loss = losses_of(family)[loss_of(family, first)]()
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
