"""Categorical in mpmath: -sum p log q over the classes, q = softmax(logits), and S KL(p/S || q/sum q), S = sum p."""

from collections.abc import Mapping
from typing import Any

import mpmath
from mpmath import mp

DIGITS = 900  # what differentiates, twice and through third differences, probabilities as small as 1e-600

Row = Mapping[str, Any]


def cross_entropy(target: Row, prediction: Row, constants: Row) -> Any:
    with mpmath.workdps(DIGITS):
        q = _predicted(prediction)
        return -sum(_product(p, log_q) for p, log_q in zip(_target(target, len(q)), _logs(prediction), strict=True))


def floor(target: Row, prediction: Row, constants: Row) -> Any:
    with mpmath.workdps(DIGITS):
        p = _target(target, len(_predicted(prediction)))
        return sum(_product(each, mp.log(sum(p)) - _log(each)) for each in p)


def divergence(target: Row, prediction: Row, constants: Row) -> Any:
    with mpmath.workdps(DIGITS):
        q, log_q = _predicted(prediction), _logs(prediction)
        p = _target(target, len(q))
        shift = mp.log(sum(q)) - mp.log(sum(p))
        return sum(_product(each, _log(each) - log_each + shift) for each, log_each in zip(p, log_q, strict=True))


def _log(x: Any) -> Any:
    return mp.log(x) if x else mp.mpf("-inf")


def _product(p: Any, x: Any) -> Any:
    return p * x if p else mp.mpf(0)


def softmax(logits: Any) -> list[Any]:
    weights = [mp.exp(z) for z in logits]
    return [weight / sum(weights) for weight in weights]


def _target(columns: Row, width: int) -> list[Any]:
    if "labels" in columns:
        return [mp.mpf(k == columns["labels"]) for k in range(width)]
    if "counts" in columns:
        counts = [mp.mpf(count) for count in columns["counts"]]
        return [count / sum(counts) for count in counts]
    return softmax(columns["logits"]) if "logits" in columns else [mp.mpf(p) for p in columns["probabilities"]]


def _predicted(columns: Row) -> list[Any]:
    if "scores" in columns:
        return [mp.mpf(score) / sum(map(mp.mpf, columns["scores"])) for score in columns["scores"]]
    if "log_probabilities" in columns:
        return [mp.exp(logarithm) for logarithm in columns["log_probabilities"]]
    return _target(columns, 0)


def _logs(columns: Row) -> list[Any]:
    if "log_probabilities" in columns:
        return [mp.mpf(logarithm) for logarithm in columns["log_probabilities"]]
    return [_log(q) for q in _predicted(columns)]


_SHARES = [
    *([0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [1e-300, 1.0, 0.0], [1e-16, 0.5, 0.5], [1 - 2**-52, 2**-53, 2**-53]),
    *([0.8, 0.1, 0.05, 0.03, 0.015, 0.005], [0.25, 0.25, 0.25, 0.25], [1e-8, 1 - 1e-8], [1e-100, 1.0]),
]
_LOGITS = [
    *([2.0, 0.5, -1.0], [0.0, 0.0, 0.0], [40.0, 0.0, 0.0], [700.0, -700.0, 0.0], [-300.0, 0.0, 1e-9], [1e4, 0.0, 7e-7]),
    *([0.1, 3.0, 0.2, -7.0], [3.0, 3.0], [-20.0, 20.0], [1e-100, 0.0], [1e10, 1e10 + 1, 1e10 - 3]),
]
_SCORES = [[1.0, 2.0, 3.0], [1e-100, 1.0, 1e100], [5.0, 5.0 * (1 + 1e-8)], [1e-8, 1.0, 1.0, 1e8]]
_TARGETS: list[dict[str, Any]] = [
    *({"probabilities": p} for p in _SHARES),
    *({"counts": n} for n in ([3.0, 0.0, 5.0], [1e8, 1.0, 0.5], [0.25, 0.75], [7.0, 1.0, 1.0, 1.0])),
    *({"labels": float(k)} for k in (0, 1)),
    *({"logits": z} for z in _LOGITS),
]


def _near(p: list[float], gap: float) -> list[float]:
    """p with a little mass moved from its first positive class to its last."""
    moved = list(p)
    where = [k for k, each in enumerate(p) if each > 0]
    step = gap * min(p[where[0]], p[where[-1]])
    if len(where) > 1:
        moved[where[0]] -= step
        moved[where[-1]] += step
    return moved


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    """Predictions as wide as the target, far from it and near a match."""
    given: list[float] = target.get("probabilities", target.get("counts", target.get("logits", [])))
    width = len(given) if given else 3
    same = [{"logits": z} for z in _LOGITS if len(z) == width] + [{"scores": a} for a in _SCORES if len(a) == width]
    same += [{"probabilities": p} for p in _SHARES if len(p) == width]
    with mpmath.workdps(30):
        same += [{"log_probabilities": [float(mp.log(q)) for q in softmax(z)]} for z in _LOGITS if len(z) == width]
    if "probabilities" in target:
        same += [{"probabilities": _near(given, gap)} for gap in (1e-4, 1e-8, 1e-10)]
    if "logits" in target:
        same += [{"logits": [given[0] * (1 + gap) + gap, *given[1:]]} for gap in (1e-4, 1e-8, 1e-10)]
    return same


CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, float]]] = [
    (target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)
]
