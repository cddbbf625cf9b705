"""Exponential in mpmath, from its density rate e^(-rate y)."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(_mean(target), _rate(prediction))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    mean = _mean(target)
    return _loss(mean, 1 / mean) if mean else -mp.inf


def _loss(mean: Any, rate: Any) -> Any:
    return rate * mean - mp.log(rate)


def _mean(target: Side) -> Any:
    if "rate" in target:
        return 1 / mp.mpf(target["rate"])
    draws = target.get("samples", target.get("expectations", [target.get("values")]))
    return mp.fsum(draws) / len(draws)


def _rate(prediction: Side) -> Any:
    if "natural" in prediction:
        return -mp.mpf(prediction["natural"][0])
    return mp.mpf(prediction["rate"]) if "rate" in prediction else 1 / mp.mpf(prediction["mean"])


def density(rate: float) -> Any:
    return stats.expon(scale=1 / rate)


MOVES_MEAN = ("rate", "mean", "natural")
SHARP_FIT: Case = ({"values": 0.0}, {"rate": 1e15}, {})

_NUMBERS = [1e-150, 1e-100, 1e-20, 3e-3, 0.4, 1.0, 2.7, 399.0, 1e8, 1e50, 1e150]
_SAMPLES = [
    *([0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [0.0, 5.0, 0.25], [1e8, 1e8 + 3, 1e8 - 7], [1e-100, 0.0, 2e-100]),
    *([1e100, 1.00000001e100, 0.9e100], [0.0, 1e50, 1e-50], [40.0, 40.0, 40.00000001]),
]
_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (0.0, *_NUMBERS)),
    *({"samples": y} for y in _SAMPLES),
    *({"expectations": [y]} for y in (0.0, 1e-100, 0.7, 1e100)),
    *({"rate": rate} for rate in _NUMBERS),
]
_NEAR = [1.0, 1 + 1e-15, 1 + 1e-8, 1 - 1e-4, 1.4, 1.6, 0.3, 1e-3, 1e3, 1e-20]


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    """Near a match, and far from it."""
    mean = float(_mean(target)) or 1.0
    rate = target.get("rate", 1 / mean)
    near = [({"rate": rate * f}, {"mean": mean * f}, {"natural": [-rate * f]}) for f in _NEAR]
    far = [({"rate": x}, {"mean": x}, {"natural": [-x]}) for x in (1e-100, 0.9, 1.0, 1e100)]
    return [prediction for forms in (*near, *far) for prediction in forms]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]
