"""How far the core is from the definitions in `tests/reference`, in units of the bound that it promises.

|error| <= max(1e-13 |f|, 8 eps sum |x_i df/dx_i|), i over every number sent; divergences near a match and of two
distributions in the same form are held to 1e-12 |f|. The derivatives of f are differences in several hundred digits.
A divergence in mixed forms may also be that of numbers within 8 eps of those sent: at its minimum it has no derivative.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpmath import mp

from tests.reference.differences import STEP, Function, unit
from tests.reference.families import Reference
from tests.reference.rows import Row

EPSILON = 2.0**-52
SMALLEST, LARGEST = 1e-150, 1e150


def functions(reference: Reference, loss_name: str) -> dict[str, Function]:
    """Loss, floor and divergence of a reference as functions of what was sent."""

    def of(function: Callable[[Any, Any, Any], Any]) -> Function:
        return lambda sent: function(*map(sent.side, ("targets", "predictions", "constants")))

    loss, floor = of(reference.cross_entropy), of(reference.floor)
    own = reference.divergence
    divergence = of(own) if own else lambda sent: loss(sent) - floor(sent)
    if loss_name == "kl_divergence":
        return {"losses": divergence, "divergences": divergence}
    return {"losses": loss, "floors": floor, "divergences": divergence}


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


def judge(what: str, function: Function, sent: Row, found: float, near: bool = False) -> Error | None:
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
