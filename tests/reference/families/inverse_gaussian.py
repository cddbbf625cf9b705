"""Inverse gaussian in mpmath, from its density (shape / (2 pi y^3))^(1/2) exp(-shape (y - mean)^2 / (2 mean^2 y))."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(*_moments(target), prediction["mean"], prediction["shape"])


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    moments = _moments(target)
    return _loss(*moments, moments[0], target["shape"] if "shape" in target else prediction["shape"])


def _moments(target: Side) -> tuple[Any, Any, Any]:
    """E[y], E[1/y] and E[log y]; that of the distribution is log m + e^x Ei(-x) for x = 2 shape / m."""
    if "shape" in target:
        mean, shape = target["mean"], target["shape"]
        x = 2 * mp.mpf(shape) / mean
        return mean, 1 / mp.mpf(mean) + 1 / mp.mpf(shape), mp.log(mean) - _scaled_exponential_integral(x)
    draws = [mp.mpf(y) for y in (target["samples"] if "samples" in target else [target["values"]])]
    return tuple(sum(f(y) for y in draws) / len(draws) for f in (lambda y: y, lambda y: 1 / y, mp.log))


def _scaled_exponential_integral(x: Any) -> Any:
    """e^x E_1(x); for large x its continued fraction's first terms, which cancel in a divergence anyway."""
    return mp.exp(x) * mp.e1(x) if x < 1e4 else 1 / (x + 1 - 1 / (x + 3 - 4 / (x + 5)))


def _loss(mean: Any, reciprocal: Any, logarithm: Any, predicted: Any, shape: Any) -> Any:
    square = mean / predicted**2 - 2 / mp.mpf(predicted) + reciprocal
    return mp.log(2 * mp.pi) / 2 - mp.log(shape) / 2 + 3 * logarithm / 2 + shape * square / 2


def density(mean: float, shape: float) -> Any:
    return stats.invgauss(mean / shape, scale=shape)


MOVES_MEAN = ("mean",)
SHARP_FIT: Case = ({"values": 2.0}, {"mean": 2.0, "shape": 1e15}, {})

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (1e-100, 1e-8, 0.3, 1.0, 2.5, 1e6, 1e100)),
    *({"samples": y} for y in ([1.0, 2.0, 3.0], [0.5, 0.5, 0.5], [1e-8, 1.0, 1e8], [1e90, 1.1e90], [2.0, 2.00000001])),
    *({"mean": mean, "shape": shape} for mean in (1e-50, 0.4, 3.0, 1e50) for shape in (1e-30, 0.7, 5.0, 1e30)),
]
_SHAPES = [1e-100, 1e-8, 0.2, 1.0, 7.5, 1e8, 1e100]


def _predictions(target: dict[str, Any]) -> list[dict[str, float]]:
    numbers = target.get("samples", [target.get("values", target.get("mean"))])
    mean = sum(numbers) / len(numbers)
    means = [mean, mean * (1 + 1e-8), mean * 0.6, 1.3, 1e-60, 1e60]
    shapes = _SHAPES if "shape" not in target else [*_SHAPES, target["shape"], target["shape"] * (1 - 1e-8)]
    return [{"mean": predicted, "shape": shape} for predicted in means for shape in shapes]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]
