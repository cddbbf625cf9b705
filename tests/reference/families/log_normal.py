"""Log-normal in mpmath, from its density exp(-(log y - location)^2 / (2 scale^2)) / (y scale sqrt(2 pi))."""

from typing import Any

import numpy as np
from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(*_moments(target), mp.mpf(prediction["location"]), mp.mpf(prediction["scale"]))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    mean, variance = _moments(target)
    return _loss(mean, variance, mean, mp.mpf(target["scale"] if "scale" in target else prediction["scale"]))


def _loss(mean: Any, variance: Any, location: Any, scale: Any) -> Any:
    return mean + mp.log(scale) + mp.log(2 * mp.pi) / 2 + (variance + (mean - location) ** 2) / (2 * scale**2)


def _moments(target: Side) -> tuple[Any, Any]:
    """Mean and variance of log y."""
    if "scale" in target:
        return mp.mpf(target["location"]), mp.mpf(target["scale"]) ** 2
    logarithms = [mp.log(y) for y in target.get("samples", [target.get("values")])]
    mean = mp.fsum(logarithms) / len(logarithms)
    return mean, mp.fsum((x - mean) ** 2 for x in logarithms) / len(logarithms)


def density(location: float, scale: float) -> Any:
    return stats.lognorm(scale, scale=np.exp(location))


MOVES_MEAN = ("location",)
SCALES = ("scale",)
SHARP_FIT: Case = ({"values": 1.0}, {"location": 0.0, "scale": 1e-12}, {})

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (1e-150, 1e-20, 0.3, 1 - 1e-16, 1.0, 1 + 1e-12, 2.5, 1e6, 1e150)),
    *(
        {"samples": y}
        for y in ([1.0, 2.0, 3.0], [0.5, 0.5, 0.5], [1e-8, 1.0, 1e9], [1e90, 1.1e90], [1e90, 1.00000001e90])
    ),
    *({"location": m, "scale": s} for m in (-300.0, 0.0, 0.4, 1e8) for s in (1e-50, 1e-3, 0.7, 5.0, 1e30)),
]
_SCALES = [1e-50, 1e-8, 0.2, 1.0, 7.5, 1e8, 1e100]
_NEAR = [1.0, 1 + 1e-15, 1 + 1e-8, 1 - 1e-4, 1.4, 0.3]


def _predictions(target: dict[str, Any]) -> list[dict[str, float]]:
    """Near a match, far from it, and where log(scale y) is 0."""
    location = float(_moments(target)[0])
    scales = [target["scale"] * f for f in _NEAR] if "scale" in target else [float(mp.exp(-location))]
    locations = [location, location * (1 + 1e-8) + 1e-8, location + 0.6, 1.3, -200.0]
    usual = [{"location": m, "scale": s} for m in locations for s in (*scales, *_SCALES)]
    return [prediction for prediction in usual if 1e-150 < prediction["scale"] < 1e150]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]
