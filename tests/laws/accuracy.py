"""How far the core is from the definitions in `tests/reference`, in units of the bound that it promises.

|error| <= max(1e-13 |f|, 8 eps sum |x_i df/dx_i|), i over every number sent; divergences near a match and of two
distributions in the same form are held to 1e-12 |f|. The derivatives of f are differences in several hundred digits.
A divergence in mixed forms may also be that of numbers within 8 eps of those sent: at its minimum it has no derivative.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mpmath import mp

from tests.reference.differences import STEP, Function, unit
from tests.reference.rows import Row

EPSILON = 2.0**-52
SMALLEST, LARGEST = 1e-150, 1e150


def condition(function: Function, sent: Row, value: Any) -> Any:
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
    sent: Row
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


def neighborhood(function: Function, sent: Row, value: Any) -> Any:
    """The same by steps of 8 epsilon: near its minimum a divergence is no linear function of what was sent."""
    shifts = (
        function(sent.moved(place, mp.mpf(sent.at(place)) * (1 + step)))
        for place in sent.places
        for step in (8 * EPSILON, -8 * EPSILON)
    )
    return sum((abs(shifted - value) for shifted in shifts), mp.mpf(0))


@dataclass(frozen=True)
class Truth:
    """One exact number, and how far from it the core may be. It is computed once, at the precision at hand."""

    what: str
    function: Function
    row: Row
    near: bool = False  # held to 1e-12, whatever the numbers sent determine

    @cached_property
    def value(self) -> Any:
        return self.function(self.row)

    @cached_property
    def relative_bound(self) -> Any:
        """What the core may be off by, but for what rounding the numbers sent does."""
        return (mp.mpf(1e-12) if self.near else mp.mpf(1e-13)) * abs(self.value)

    @cached_property
    def bound(self) -> Any:
        """What the core may be off by."""
        if self.near:
            return self.relative_bound
        rounding = [8 * EPSILON * condition(self.function, self.row, self.value)]
        if self.what == "divergences":
            rounding.append(neighborhood(self.function, self.row, self.value))
        return max(self.relative_bound, *rounding)

    def error(self, found: float) -> Error | None:
        """The error of one number; None where the exact result is out of reach of the bound."""
        if mp.isnan(self.value):
            return None  # next to an infinite loss there are no differences
        if math.isnan(found) or not mp.isfinite(self.value):
            return self._off(found, math.inf, 0.0 if found == float(self.value) else math.inf)
        if abs(self.value) > LARGEST:
            return None
        if not math.isfinite(found):
            return self._off(found, math.inf, math.inf)
        error = abs(mp.mpf(found) - self.value)
        bound = self.relative_bound if error <= self.relative_bound else self.bound
        relative = error / abs(self.value) if self.value else error
        return self._off(found, float(relative), float(error / max(bound, SMALLEST)))

    def _off(self, found: float, relative: float, units: float) -> Error:
        return Error(self.what, self.row, found, float(self.value), relative, units)


def judge(what: str, function: Function, row: Row, found: float, near: bool = False) -> Error | None:
    """The error of one number; None where the exact result is out of reach of the bound."""
    return Truth(what, function, row, near).error(found)
