"""Poisson in mpmath, from the definition: -E[log(rate^y e^-rate / y!)]."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side
from tests.reference.special import loggamma

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    log_rate = prediction["natural"][0] if "natural" in prediction else mp.log(prediction["rate"])
    return _loss(target, log_rate)


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    mean = target["rate"] if "rate" in target else sum(draws(target)) / len(draws(target))
    return _loss(target, mp.log(mean)) if mean else mp.mpf(0)


def draws(target: Side) -> list[Any]:
    return list(target["samples"]) if "samples" in target else [target["values"]]


def _loss(target: Side, log_rate: Any) -> Any:
    if "rate" in target:
        return mp.exp(log_rate) - target["rate"] * log_rate + _mean_log_factorial(target["rate"])
    each = [mp.exp(log_rate) - y * log_rate + loggamma(1 + y) for y in draws(target)]
    return sum(each) / len(each)


def _mean_log_factorial(rate: Any) -> Any:
    """E[log y!]: the sum itself up to 2000; beyond 1e6 its asymptotic series, good for 36 digits of the entropy."""
    if rate > 1e6:
        series = (mp.mpf(1) / 12, mp.mpf(1) / 24, mp.mpf(19) / 360, mp.mpf(9) / 80, mp.mpf(863) / 2520)
        entropy = mp.log(2 * mp.pi * mp.e * rate) / 2 - sum(c / rate ** (k + 1) for k, c in enumerate(series))
        return entropy - rate + rate * mp.log(rate)
    assert rate <= 2000
    total, probability, log_factorial = mp.mpf(0), mp.exp(-rate), mp.mpf(0)
    for count in range(1, int(rate + 30 * mp.sqrt(rate)) + 200):
        probability *= rate / count
        log_factorial += mp.log(count)
        total += probability * log_factorial
    return total


def density(rate: float) -> Any:
    return stats.poisson(rate)


MOVES_MEAN = ("rate", "natural")

_RATES = [1e-100, 1e-20, 3e-3, 0.5, 1.0, 2.0, 3.0, 39.9, 40.0, 399.0, 1e3, 1e10, 1e100]
_VALUES = [0.0, 1e-100, 1e-20, 0.3, 0.9999999, 1.0, 1.5, 2.0, 7.0, 250.0, 1e6, 1e10, 1e100]
_SAMPLES = [
    *([0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [0.0, 5.0, 0.25], [1e8, 1e8 + 3, 1e8 - 7], [1e-100, 0.0, 2e-100]),
    *([1e100, 1.00000001e100, 0.9e100], [0.0, 1e50, 1e-50], [40.0, 40.0, 40.00000001]),
]
_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in _VALUES),
    *({"samples": y} for y in _SAMPLES),
    *({"rate": rate} for rate in _RATES),
]


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    """Rates far from the target, and near a match."""
    numbers = target.get("samples", [target.get("values", target.get("rate"))])
    mean = sum(numbers) / len(numbers) or 1.0
    rates: list[Any] = [mean, mean * (1 + 1e-8), mean * (1 - 1e-4), mean * 1.6, mean * 0.3, 2.0]
    natural = [float(mp.log(mean)), float(mp.log(mean)) + 1e-3, 0.7]
    extremes: list[dict[str, Any]] = [
        {"rate": 1e-100},
        {"rate": 1e100},
        {"natural": [-200.0]},
        {"natural": [230.0]},
        {"natural": [0.0]},
    ]
    return [*({"rate": rate} for rate in rates), *({"natural": [eta]} for eta in natural), *extremes]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]
