"""Derivatives of functions of a row, by differences in hundreds of digits."""

from collections.abc import Callable
from typing import Any

from mpmath import mp

from tests.reference.rows import Place, Row

Function = Callable[[Row], Any]

STEP = mp.mpf(10) ** -25  # relative, of a number that moves
ROUNDING = 1e5  # units of the working precision, that a function may be off
NOTHING = mp.mpf(10) ** -50  # the unit of a number that is 0


def unit(row: Row, place: Place) -> Any:
    """How far functions of a number are smooth: its size, or the scale beside which it is a location."""
    sizes = [abs(mp.mpf(row.at(place)))]
    scales = row.reference.SCALES if row.family else ()
    if place[1] not in scales:
        sizes += [mp.mpf(value) for side in row.sides for name, value in side.items() if name in scales]
    return min([size for size in sizes if size] or [NOTHING])


def first_derivative(function: Function, place: Place) -> Function:
    """First derivative in one number."""

    def derivative(row: Row) -> Any:
        x, h = mp.mpf(row.at(place)), STEP * unit(row, place)
        return (function(row.moved(place, x + h)) - function(row.moved(place, x - h))) / (2 * h)

    return derivative


def second_derivative(function: Function, place: Place) -> Function:
    """Second derivative in one number; NaN at a kink, 0 where differences are but what was rounded."""

    def derivative(row: Row) -> Any:
        x, here = mp.mpf(row.at(place)), function(row)

        def by(h: Any) -> Any:
            return (function(row.moved(place, x + h)) + function(row.moved(place, x - h)) - 2 * here) / h**2

        h = STEP * unit(row, place)
        wide, narrow = by(h), by(h / 2)
        if max(abs(wide), abs(narrow)) <= ROUNDING * mp.eps * abs(here) / h**2:
            return mp.mpf(0)
        return narrow if abs(wide - narrow) <= abs(narrow) / 1000 else mp.nan

    return derivative
