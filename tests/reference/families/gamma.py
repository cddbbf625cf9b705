"""Gamma in mpmath, from its density rate^shape y^(shape - 1) e^(-rate y) / Gamma(shape)."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.expectations import gamma_shape
from tests.reference.families import Case, Side
from tests.reference.special import loggamma

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(*_statistics(target), *_parameters(prediction, constants))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    """Expectations belong to a gamma, but where E[log y] is log E[y] to rounding."""
    mean, logarithm = _statistics(target)
    if "shape" in target:
        shape = mp.mpf(target["shape"])
    elif "expectations" in target and mp.log(mean) - logarithm > mp.mpf(1e-15) * (1 + abs(logarithm)):
        shape = gamma_shape(mp.log(mean) - logarithm)
    else:
        shape = _parameters(prediction, constants)[0]
    return _loss(mean, logarithm, shape, shape / mean)


def _loss(mean: Any, logarithm: Any, shape: Any, rate: Any) -> Any:
    return loggamma(shape) - shape * mp.log(rate) - (shape - 1) * logarithm + rate * mean


def _statistics(columns: Side) -> tuple[Any, Any]:
    """E[y] and E[log y]."""
    if "shape" in columns:
        shape, rate = mp.mpf(columns["shape"]), mp.mpf(columns["rate"])
        return shape / rate, mp.digamma(shape) - mp.log(rate)
    if "expectations" in columns:
        return mp.mpf(columns["expectations"][0]), mp.mpf(columns["expectations"][1])
    draws = [mp.mpf(y) for y in columns.get("samples", [columns.get("values")])]
    return mp.fsum(draws) / len(draws), mp.fsum(map(mp.log, draws)) / len(draws)


def _parameters(columns: Side, constants: Side) -> tuple[Any, Any]:
    """Shape and rate."""
    if "natural" in columns:
        return 1 + mp.mpf(columns["natural"][1]), -mp.mpf(columns["natural"][0])
    shape = mp.mpf({**constants, **columns}["shape"])
    if "rate" in columns:
        return shape, mp.mpf(columns["rate"])
    return shape, 1 / mp.mpf(columns["scale"]) if "scale" in columns else shape / columns["mean"]


def density(shape: float, rate: float) -> Any:
    return stats.gamma(shape, scale=1 / rate)


MOVES_MEAN = ("rate", "scale", "mean", "natural")
SHARP_FIT: Case = ({"values": 2.0}, {"shape": 1e15, "rate": 0.5e15}, {})

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (1e-60, 1e-8, 0.7, 1.0, 2.4, 1e6, 1e60)),
    *({"samples": y} for y in ([1.0, 2.0, 4.0], [0.5, 0.5, 0.5], [1e-8, 1.0, 1e8], [1e60, 1.1e60], [2.0, 2.00000001])),
    *({"expectations": chi} for chi in ([1.0, -0.5], [2.0, 0.5], [1e8, 18.0], [1e-60, -140.0], [1.0, -1e-8])),
    *({"expectations": chi} for chi in ([1.0, 0.0], [3.0, -1e6], [1e30, 69.0], [0.2, -1e100])),
    *({"shape": k, "rate": r} for k in (1e-8, 0.3, 2.0, 40.0, 1e6, 1e12) for r in (1e-30, 3.0, 1e30)),
]
_SHAPES = [1e-8, 1e-3, 0.5, 1.0, 1 + 1e-8, 2.0, 11.9, 12.1, 1e3, 1e6, 1e10, 1e12]


def _written(mean: float, shape: float) -> list[tuple[dict[str, Any], dict[str, float]]]:
    """A prediction in every form."""
    return [
        ({"shape": shape, "rate": shape / mean}, {}),
        ({"shape": shape, "scale": mean / shape}, {}),
        ({"mean": mean, "shape": shape}, {}),
        ({"mean": mean}, {"shape": shape}),
        ({"natural": [-shape / mean, shape - 1]}, {}),
    ]


def _means(target: dict[str, Any]) -> list[float]:
    if "shape" in target:
        mean = target["shape"] / target["rate"]
    else:
        numbers = target.get("samples", target.get("expectations", [target.get("values")])[:1])
        mean = sum(numbers) / len(numbers)
    return [mean, mean * (1 + 1e-8), mean * 1.6, 1.0]


def _shapes(target: dict[str, Any]) -> list[float]:
    own = target.get("shape", 1.3)
    return [*_SHAPES, own, own * (1 + 1e-8)]


CASES: list[Case] = [
    ({"values": 1e120}, {"shape": 1e-96, "rate": 1e113}, {}),  # the ratio to the mean is beyond the doubles
    *(
        (target, prediction, constants)
        for target in _TARGETS
        for mean in _means(target)
        for shape in _shapes(target)
        for prediction, constants in _written(mean, shape)
    ),
]
