"""Student's t in mpmath, from its density: gamma functions and (1 + z^2 / nu)^(-(nu + 1) / 2)."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side
from tests.reference.special import loggamma

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    numbers = draws(target)
    return sum(_loss(y, prediction, _freedom(prediction, constants)) for y in numbers) / len(numbers)


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    if len(draws(target)) > 1:
        return None  # the best location for several draws has no formula
    return _loss(prediction["location"], prediction, _freedom(prediction, constants))


def draws(target: Side) -> list[Any]:
    return list(target["samples"]) if "samples" in target else [target["values"]]


def _freedom(prediction: Side, constants: Side) -> Any:
    return mp.mpf((prediction if "degrees_of_freedom" in prediction else constants)["degrees_of_freedom"])


def _loss(value: Any, prediction: Side, nu: Any) -> Any:
    z = (value - mp.mpf(prediction["location"])) / prediction["scale"]
    normalizer = loggamma(nu / 2) - loggamma((nu + 1) / 2) + mp.log(nu * mp.pi) / 2
    return normalizer + mp.log(prediction["scale"]) + (nu + 1) / 2 * mp.log1p(z * z / nu)


def density(location: float, scale: float, degrees_of_freedom: float) -> Any:
    return stats.t(degrees_of_freedom, location, scale)


MOVES_MEAN = ("location",)
SCALES = ("scale",)
SHARP_FIT: Case = ({"values": 2.0}, {"location": 2.0, "scale": 1e-12, "degrees_of_freedom": 2.0}, {})
WITHOUT_OPTIMUM = ("samples",)

_FREEDOMS = [0.1, 1.4, 5.2, 31.9, 1e4, 1e9]
_CONSTANTS = [1.0, 5.2]
_SCALES = [1e-8, 0.03, 2.3, 1e100]
_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (0.0, 0.9, -1e-8, 11.1, 1e8, -1e20)),
    *({"samples": y} for y in ([0.5], [1.5, 2.0, 3.0], [-1.0, 1.0], [1e8, 1e8 + 1, 1e8 - 2], [0.0, 1e-100, 1e100])),
]


def _locations(target: dict[str, Any]) -> list[float]:
    """Locations far from the target, near it, and where the loss is concave."""
    first = draws(target)[0]
    return [first, first * (1 + 1e-8), first - 1.0, -13.8, -1e100]


CASES: list[Case] = [
    (target, {"location": location, "scale": scale} | prediction, constants)
    for target in _TARGETS
    for location in _locations(target)
    for scale in _SCALES
    for prediction, constants in (
        *(({"degrees_of_freedom": nu}, {}) for nu in _FREEDOMS),
        *(({}, {"degrees_of_freedom": nu}) for nu in _CONSTANTS),
    )
]
