"""Laplace in mpmath, from its density exp(-|y - location| / scale) / (2 scale), integrated on either side of a kink."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(target, mp.mpf(prediction["location"]), mp.mpf(prediction["scale"]))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    """None for several draws, whose best location is not that of any of them alone."""
    if "samples" in target and len(target["samples"]) > 1:
        return None
    if "scale" in target:
        return _loss(target, mp.mpf(target["location"]), mp.mpf(target["scale"]))
    return mp.log(2 * mp.mpf(prediction["scale"]))


def _loss(target: Side, location: Any, scale: Any) -> Any:
    return mp.log(2 * scale) + _distance(target, location) / scale


def _distance(target: Side, location: Any) -> Any:
    """E|y - location|."""
    if "scale" not in target:
        draws = target.get("samples", [target.get("values")])
        return mp.fsum(abs(y - location) for y in draws) / len(draws)
    shift, scale = abs(location - mp.mpf(target["location"])), mp.mpf(target["scale"])
    beyond = scale * mp.exp(-shift / scale) / 2  # E[(y - location)+] of the tail, seen from the center
    before = shift + beyond  # E[(location - y)+], for E[location - y] = shift
    return beyond + before


def crps(target: Side, prediction: Side, constants: Side) -> Any:
    """b (z + e^-z - 3/4), z = |location - y| / b."""
    scale = mp.mpf(prediction["scale"])
    z = abs(prediction["location"] - mp.mpf(target["values"])) / scale
    return scale * (z + mp.exp(-z) - mp.mpf(3) / 4)


def density(location: float, scale: float) -> Any:
    return stats.laplace(location, scale)


MOVES_MEAN = ("location",)
KINKS = ("location",)
SCALES = ("scale",)
SHARP_FIT: Case = ({"values": 2.0}, {"location": 2.0, "scale": 1e-12}, {})

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (-1e100, -3.0, 0.0, 1e-100, 0.3, 1.0, 1e8, 1e100)),
    *({"samples": y} for y in ([1.0, 2.0, 3.0], [0.5, 0.5], [1e8, 1e8 + 3, 1e8 - 7], [-1e50, 0.0, 1e-50], [2.5])),
    *({"location": m, "scale": s} for m in (-3.0, 0.0, 1e8, 1e-50) for s in (1e-50, 1e-3, 0.7, 5.0, 1e30)),
]
_SCALES = [1e-50, 1e-8, 0.2, 0.5, 1.0, 7.5, 1e8, 1e100]
_NEAR = [1.0, 1 + 1e-15, 1 + 1e-8, 1 - 1e-4, 1.4, 0.3]


def _predictions(target: dict[str, Any]) -> list[dict[str, float]]:
    """Near a match, and far from it; never at an observation, where there is no derivative."""
    numbers = target.get("samples", [target.get("values", target.get("location"))])
    location, unit = numbers[0], target.get("scale", 1.0)
    scales = [target["scale"] * f for f in _NEAR] if "scale" in target else _SCALES
    shifts = [unit * f for f in (1e-12, 1e-8, -1e-4, 0.6, -0.99, 1.01, 30.0)]
    far = [location * (1 + 1e-8) + 1e-8, *(location + shift for shift in shifts), 1.3, -200.0]
    locations = {*far, location} if "scale" in target else {*far} - {*numbers}
    return [{"location": m, "scale": s} for m in sorted(locations) for s in (*scales, *_SCALES[::3])]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]

CASES_OF_LOSSES: list[Case] = [
    ({"values": y}, {"location": 0.4, "scale": b}, {})
    for y in (0.0, 0.41, -40.0, 1e8)
    for b in (1e-100, 1e-8, 0.7, 30.0, 1e8, 1e100)
]
