"""Negative binomial in mpmath, from its probabilities in lgamma, with the size 1 / dispersion."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side
from tests.reference.special import loggamma

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(target, prediction["mean"], _dispersion(prediction, constants))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    mean = sum(draws(target)) / len(draws(target))
    return _loss(target, mean, _dispersion(prediction, constants)) if mean else mp.mpf(0)


def draws(target: Side) -> list[Any]:
    return list(target["samples"]) if "samples" in target else [target["values"]]


def _dispersion(prediction: Side, constants: Side) -> Any:
    return prediction["dispersion"] if "dispersion" in prediction else constants["dispersion"]


def _loss(target: Side, mean: Any, dispersion: Any) -> Any:
    size = 1 / mp.mpf(dispersion)
    each = [
        loggamma(1 + y)
        + loggamma(size)
        - loggamma(size + y)
        + size * mp.log1p(mean / size)
        - y * mp.log(mean / (size + mean))
        for y in draws(target)
    ]
    return sum(each) / len(each)


def density(mean: float, dispersion: float) -> Any:
    return stats.nbinom(1 / dispersion, 1 / (1 + dispersion * mean))


MOVES_MEAN = ("mean",)

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (0.0, 1e-100, 1e-8, 0.3, 0.999, 1.0, 2.0, 7.0, 250.0, 1e6, 1e50)),
    *({"samples": y} for y in ([0.0, 0.0], [1.0, 2.0, 3.0], [0.0, 5.0, 0.25], [1e8, 1e8 + 3, 1e8 - 7], [0.0, 1e-20])),
]
_DISPERSIONS = [1e-100, 1e-8, 1e-3, 0.1, 0.5, 1.0, 2.0, 10.0, 1e8, 1e50]


def _means(target: dict[str, Any]) -> list[float]:
    numbers = target.get("samples", [target.get("values")])
    mean = sum(numbers) / len(numbers) or 1.0
    return [mean, mean * (1 + 1e-8), mean * 1.7, 3.0, 1e-50, 1e50]


CASES: list[Case] = [
    (target, {"mean": mean} | prediction, constants)
    for target in _TARGETS
    for mean in _means(target)
    for dispersion in _DISPERSIONS
    for prediction, constants in (({"dispersion": dispersion}, {}), ({}, {"dispersion": dispersion}))
]
