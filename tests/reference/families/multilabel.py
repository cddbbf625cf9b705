"""Multilabel in mpmath: the sum over labels of -p log q - (1 - p) log(1 - q)."""

from typing import Any

from mpmath import mp

from tests.reference.families import Case, Side, bernoulli

DIGITS = bernoulli.DIGITS


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    pairs = zip(_labels(target), _labels(prediction), strict=True)
    return mp.fsum(bernoulli.cross_entropy(p, q, constants) for p, q in pairs)


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    return cross_entropy(target, target, constants)


def events(columns: Side, width: int) -> list[list[Any]]:
    return [event for label in _labels(columns) for event in bernoulli.events(label, width)]


def _labels(columns: Side) -> list[dict[str, Any]]:
    return [{name: number} for name, numbers in columns.items() for number in numbers]


_TARGETS: list[dict[str, Any]] = [
    *({"probabilities": p} for p in ([0.9, 0.2, 0.0], [1.0, 1e-100, 0.5], [1e-8, 1 - 1e-8, 0.3])),
    *({"logits": z} for z in ([2.0, -1.0, 0.0], [-300.0, 37.5, 1e-9], [0.1, 0.2, 0.3])),
]
_PREDICTIONS: list[dict[str, Any]] = [
    *({"logits": z} for z in ([2.0 + 1e-8, -1.0, 1e-9], [-300.0, 37.5, 1.1e-9], [-2.0, 40.0, 700.0], [0.0, 0.0, 0.0])),
    *({"probabilities": q} for q in ([0.9, 0.2 + 1e-9, 1e-300], [1 - 2**-53, 1e-100, 0.3], [1.1e-8, 0.5, 0.30000001])),
]

CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _PREDICTIONS]
