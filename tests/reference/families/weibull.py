"""Weibull in mpmath, from its density (shape / scale) (y / scale)^(shape - 1) exp(-(y / scale)^shape)."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    shape, scale = _parameters(prediction, constants)
    return _loss(_draws(target), shape, scale)


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    """The best scale of a given shape is the power mean of the draws."""
    draws, (shape, _) = _draws(target), _parameters(prediction, constants)
    power_mean = mp.exp(mp.log(mp.fsum(mp.exp(shape * mp.log(y)) for y in draws) / len(draws)) / shape)
    return _loss(draws, shape, power_mean)


def _loss(draws: list[Any], shape: Any, scale: Any) -> Any:
    logarithms = [mp.log(y / scale) for y in draws]
    each = (mp.exp(shape * x) - (shape - 1) * x - mp.log(shape / scale) for x in logarithms)
    return mp.fsum(each) / len(draws)


def _draws(target: Side) -> list[Any]:
    return [mp.mpf(y) for y in target.get("samples", [target.get("values")])]


def _parameters(columns: Side, constants: Side) -> tuple[Any, Any]:
    """Shape and scale."""
    shape = mp.mpf({**constants, **columns}["shape"])
    if "scale" in columns:
        return shape, mp.mpf(columns["scale"])
    return shape, columns["mean"] / mp.exp(mp.loggamma(1 + 1 / shape))


def density(shape: float, scale: float) -> Any:
    return stats.weibull_min(shape, scale=scale)


MOVES_MEAN = ("scale", "mean")
SHARP_FIT: Case = ({"values": 2.0}, {"shape": 1e12, "scale": 2.0}, {})

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (1e-60, 1e-8, 0.7, 1.0, 2.4, 1e6, 1e60)),
    *({"samples": y} for y in ([1.0, 2.0, 4.0], [0.5, 0.5, 0.5], [1e-3, 1.0, 1e3], [1e60, 1.1e60], [2.0, 2.00000001])),
]
_SHAPES = [1e-2, 0.3, 1.0, 1 + 1e-8, 2.0, 7.5, 1e3, 1e8]


def _written(center: float, shape: float) -> list[tuple[dict[str, Any], dict[str, float]]]:
    """A prediction in every form."""
    return [
        ({"shape": shape, "scale": center}, {}),
        ({"mean": center, "shape": shape}, {}),
        ({"scale": center}, {"shape": shape}),
    ]


def _centers(target: dict[str, Any], shape: float) -> list[float]:
    """Near the best ones, and as far from them as the power of the ratio stays a double."""
    first = max(target.get("samples", [target.get("values")]))
    powers = (1e-12, 1e-6, -0.3, 1.0, -4.0, 60.0, -60.0)
    return [first, *(first * float(mp.exp(power / mp.mpf(shape))) for power in powers if abs(power) < 30 * shape)]


CASES: list[Case] = [
    (target, prediction, constants)
    for target in _TARGETS
    for shape in _SHAPES
    for center in _centers(target, shape)
    for prediction, constants in _written(center, shape)
    if 1e-150 < center < 1e150
]
