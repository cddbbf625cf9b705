"""Pareto in mpmath, from its density shape minimum^shape / y^(shape + 1)."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(_mean_logarithm(target, constants), mp.mpf(prediction["shape"]), constants)


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    logarithm = _mean_logarithm(target, constants)
    mean_logarithm = logarithm - mp.log(constants["minimum"])
    return _loss(logarithm, 1 / mean_logarithm, constants) if mean_logarithm else -mp.inf


def _loss(logarithm: Any, shape: Any, constants: Side) -> Any:
    return -mp.log(shape) - shape * mp.log(constants["minimum"]) + (shape + 1) * logarithm


def _mean_logarithm(target: Side, constants: Side) -> Any:
    """E[log y]."""
    if "shape" in target:
        return mp.log(constants["minimum"]) + 1 / mp.mpf(target["shape"])
    draws = target.get("samples", [target.get("values")])
    return mp.fsum(map(mp.log, draws)) / len(draws)


def support(constants: Side) -> tuple[Any, Any]:
    return mp.mpf(constants["minimum"]), mp.inf


def density(shape: float, minimum: float) -> Any:
    return stats.pareto(shape, scale=minimum)


MOVES_MEAN = ("shape",)
SHARP_FIT: Case = ({"values": 2.0}, {"shape": 1e15}, {"minimum": 2.0})

_MINIMA = [1e-100, 1e-8, 0.25, 1.0, 3.0, 1e8, 1e100]
_FACTORS = [1.0, 1 + 1e-15, 1 + 1e-8, 1.3, 1.9999, 2.0001, 7.0, 1e10, 1e49]
_SAMPLES = [[1.0, 1.0], [1.0, 2.0, 3.0], [1 + 1e-8, 1 + 3e-8], [1.0, 1e40], [5.0, 5.0, 5.00000001]]
_SHAPES = [1e-100, 1e-8, 0.3, 1.0, 2.5, 40.0, 1e6, 1e12, 1e100]
_NEAR = [1.0, 1 + 1e-15, 1 + 1e-8, 1 - 1e-4, 1.4, 0.3]


def _targets(minimum: float) -> list[dict[str, Any]]:
    return [
        *({"values": minimum * f} for f in _FACTORS),
        *({"samples": [minimum * f for f in factors]} for factors in _SAMPLES),
        *({"shape": shape} for shape in _SHAPES),
    ]


def _predictions(target: dict[str, Any], minimum: float) -> list[dict[str, float]]:
    """Near a match, far from it, and where log(y / shape) is 0."""
    mean_logarithm = _mean_logarithm(target, {"minimum": minimum}) - mp.log(minimum)
    best = target.get("shape", float(1 / mean_logarithm) if mean_logarithm else 1.0)
    return [{"shape": shape} for shape in (*(best * f for f in _NEAR), minimum, 1e-100, 0.3, 1.0, 1e6, 1e100)]


CASES: list[Case] = [
    (target, prediction, {"minimum": minimum})
    for minimum in _MINIMA
    for target in _targets(minimum)
    for prediction in _predictions(target, minimum)
]
