"""What a prediction draws: targets with weights whose sums are expectations under it.

Outcomes and counts are enumerated. Real numbers come from the double exponential rule of Takahasi and Mori (1974),
which converges whatever a density does at its ends; it is split where the density has a kink. Weights are the density
that the reference of the family states, so that they sum to 1 only if it is one.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise, product
from typing import Any

import numpy as np
from mpmath import mp

from distscore.core.families import FAMILIES
from tests.reference.families import Side
from tests.reference.rows import Row

REACH = 5.5  # of the rule's variable
STEP, STEP_BETWEEN = 3 / 128, 5 / 32  # of it; a finite interval needs fewer
LARGEST_COUNT = 5000
NEGLIGIBLE = mp.mpf(10) ** -22
WINDOW = np.arange(-8, 8, 0.25)  # where densities of ordinary real numbers have their peak

Weighted = tuple[Any, Any]  # a point, or a target, and the length or probability that it stands for
_REMEMBERED: dict[Any, list[Weighted]] = {}


def draws(row: Row) -> list[Weighted]:
    """Targets with their weights, the negligible ones left out."""
    key = row.prediction_key
    if key not in _REMEMBERED:
        density, points = density_of(row), POINTS.get(FAMILIES[row.family].kind, values)
        weighted = ((target, length * density(target)) for target, length in points(row))
        _REMEMBERED[key] = [(target, weight) for target, weight in weighted if weight > NEGLIGIBLE]
    return _REMEMBERED[key]


def density_of(row: Row) -> Callable[[Side], Any]:
    """The predicted density as a function of what is observed."""
    _, prediction, constants = row.sides
    return lambda target: mp.exp(-row.reference.cross_entropy(target, prediction, constants))


def classes(row: Row) -> Iterable[Weighted]:
    """Each class of a row."""
    return [({"labels": k}, 1) for k in range(len(row.events[0][1]))]


def event(row: Row) -> Iterable[Weighted]:
    """The event happens or does not."""
    return [({"probabilities": mp.mpf(happens)}, 1) for happens in (0, 1)]


def events(row: Row) -> Iterable[Weighted]:
    """Each of some independent events happens or does not."""
    return [({"probabilities": list(map(mp.mpf, each))}, 1) for each in product((0, 1), repeat=len(row.events))]


def counts(row: Row) -> Iterator[Weighted]:
    """Whole numbers, until all that is left is negligible."""
    rest, density = mp.mpf(1), density_of(row)
    for count in map(mp.mpf, range(LARGEST_COUNT)):
        yield {"values": count}, 1
        rest -= density({"values": count})
        if rest < NEGLIGIBLE:
            break


def values(row: Row) -> Iterator[Weighted]:
    """Numbers between the ends of the support and the kinks of the density."""
    predicted = row.side("predictions")
    low, high = support(row)
    ends = [low, *(predicted[name] for name in row.reference.KINKS), high]
    for start, end in pairwise(ends):
        yield from (({"values": y}, length) for y, length in nodes(row, start, end))


def shares(row: Row) -> Iterator[Weighted]:
    """Shares of some classes: each takes its part of what those before it have left."""
    width = len(row.numbers[row.predicted[0][:2]])
    for parts in product(list(between(mp.mpf(0), mp.mpf(1))), repeat=width - 1):
        left, taken, length = mp.mpf(1), [], mp.mpf(1)
        for part, step in parts:
            taken.append(left * part)
            length *= step * left
            left *= 1 - part
        yield {"values": [*taken, left]}, length


# What a prediction may draw, by the kind of value; `values` where it is none of these.
POINTS: dict[str, Callable[[Row], Iterable[Weighted]]] = {
    "classes": classes,
    "event": event,
    "labels": events,
    "count": counts,
    "composition": shares,
}


def support(row: Row) -> tuple[Any, Any]:
    """The ends of the values."""
    own = row.reference.support
    if own:
        return own(row.side("constants"))
    (column,) = (form.columns[0] for form in FAMILIES[row.family].targets if form.columns[0].name == "values")
    return mp.mpf(column.support.low), mp.mpf(column.support.high)


def nodes(row: Row, start: Any, end: Any) -> Iterator[Weighted]:
    """Points of an interval with two ends, one or none, and the lengths that they stand for."""
    if mp.isinf(end):
        return around(*peak(row)) if mp.isinf(start) else beyond(start, 1)
    return beyond(end, -1) if mp.isinf(start) else between(start, end)


def peak(row: Row) -> tuple[Any, Any]:
    """About where a density of real numbers is largest, and how wide it is."""
    density = density_of(row)
    largest, where = max((density({"values": y}), y) for y in map(mp.mpf, WINDOW))
    return where, 1 / largest


def rule(step: float = STEP) -> Iterator[tuple[Any, Any]]:
    """u = pi/2 sinh t at even steps of t, and the step of u there."""
    for t in map(mp.mpf, np.arange(-REACH, REACH, step)):
        yield mp.pi / 2 * mp.sinh(t), step * mp.pi / 2 * mp.cosh(t)


def around(center: Any, scale: Any) -> Iterator[Weighted]:
    """Points of the real line."""
    for u, step in rule():
        yield center + scale * mp.sinh(u), scale * step * mp.cosh(u)


def beyond(start: Any, sign: int) -> Iterator[Weighted]:
    """Points of a half-line."""
    for u, step in rule():
        yield start + sign * mp.exp(u), step * mp.exp(u)


def between(start: Any, end: Any) -> Iterator[Weighted]:
    """Points of an interval, but for those that the precision at hand does not tell from its end."""
    for u, step in rule(STEP_BETWEEN):
        share, rest = 1 / (1 + mp.exp(-2 * u)), 1 / (1 + mp.exp(2 * u))
        if share < 1:
            yield start + (end - start) * share, (end - start) * 2 * step * share * rest
