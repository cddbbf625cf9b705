"""Categorical in mpmath: -sum p log q over the classes, q = softmax(logits), and S KL(p/S || q/sum q), S = sum p."""

from typing import Any

import mpmath
from mpmath import mp

from tests.reference.families import Case, Side

DIGITS = 900  # what differentiates, twice and through third differences, probabilities as small as 1e-600


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    q = _outcomes(prediction)
    return -mp.fsum(_product(p, log_q) for (p, _), (_, log_q) in zip(_outcomes(target, len(q)), q, strict=True))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    p = _outcomes(target, len(_outcomes(prediction)))
    log_mass = mp.log(mp.fsum(each for each, _ in p))
    return mp.fsum(_product(each, log_mass - log_p) for each, log_p in p)


def divergence(target: Side, prediction: Side, constants: Side) -> Any:
    q = _outcomes(prediction)
    p = _outcomes(target, len(q))
    shift = mp.log(mp.fsum(each for each, _ in q) / mp.fsum(each for each, _ in p))
    return mp.fsum(_product(each, log_p - log_q + shift) for (each, log_p), (_, log_q) in zip(p, q, strict=True))


def events(columns: Side, width: int) -> list[list[Any]]:
    return [[p for p, _ in _outcomes(columns, width)]]


def _product(p: Any, x: Any) -> Any:
    return p * x if p else mp.mpf(0)


def _outcomes(columns: Side, width: int = 0) -> list[tuple[Any, Any]]:
    """The probability of each class and its logarithm."""
    if "labels" in columns:
        return [(mp.mpf(1), mp.mpf(0)) if k == columns["labels"] else _with_log(mp.mpf(0)) for k in range(width)]
    if "logits" in columns:
        return softmax(columns["logits"])
    if "log_probabilities" in columns:
        return [(mp.exp(each), mp.mpf(each)) for each in columns["log_probabilities"]]
    (amounts,) = columns.values()
    whole = mp.mpf(1) if "probabilities" in columns else mp.fsum(amounts)
    return [_with_log(mp.mpf(amount) / whole) for amount in amounts]


def _with_log(p: Any) -> tuple[Any, Any]:
    return p, mp.log(p) if p else mp.mpf("-inf")


def softmax(logits: Any) -> list[tuple[Any, Any]]:
    weights = [mp.exp(z) for z in logits]
    whole = mp.fsum(weights)
    log_whole = mp.log(whole)
    return [(weight / whole, z - log_whole) for weight, z in zip(weights, logits, strict=True)]


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


def _near(p: list[float], difference: float) -> list[float]:
    """p with a little mass moved from its first positive class to its last."""
    moved = list(p)
    where = [k for k, each in enumerate(p) if each > 0]
    step = difference * min(p[where[0]], p[where[-1]])
    if len(where) > 1:
        moved[where[0]] -= step
        moved[where[-1]] += step
    return moved


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    """Predictions as wide as the target, far from it and near a match."""
    given: list[float] = target.get("probabilities", target.get("counts", target.get("logits", [])))
    width = len(given) if given else 3
    same = [{"logits": z} for z in _LOGITS if len(z) == width] + [{"scores": a} for a in _SCORES if len(a) == width]
    same += [{"probabilities": p} for p in _SHARES if len(p) == width and (all(p) or "logits" not in target)]
    with mpmath.workdps(30):
        same += [{"log_probabilities": [float(log_q) for _, log_q in softmax(z)]} for z in _LOGITS if len(z) == width]
    if "probabilities" in target:
        same += [{"probabilities": _near(given, difference)} for difference in (1e-4, 1e-8, 1e-10)]
    if "logits" in target:
        same += [
            {"logits": [given[0] * (1 + difference) + difference, *given[1:]]} for difference in (1e-4, 1e-8, 1e-10)
        ]
    return same


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]

_PROBABILITIES = [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [1e-150, 1 - 1e-16, 1e-16], [0.25, 0.25, 0.5]]
_RAW = [[0.1, 0.2, -0.3], [40.0, 0.0, 0.0], [0.0, 40.0, -3.0], [350.0, -350.0, 0.0]]
_TIED = [[1e-6, -40.0, 0.0], [1.0 + 1e-9, 1.0, -40.0], [1e-30, 0.0, 0.0], [-70.0, 0.0, 3.5e-5]]
_WIDE = [float(k * k % 11) / 4 - (k % 7) for k in range(50)]  # their blocks are views

CASES_OF_LOSSES: list[Case] = [
    *(({"probabilities": p}, {"logits": z}, {}) for p in _PROBABILITIES for z in _RAW),
    *(({"probabilities": p}, {"probabilities": q}, {}) for p in _PROBABILITIES for q in _PROBABILITIES),
    ({"probabilities": [0.7, 0.2, 0.1]}, {"probabilities": [0.7 + 1e-10, 0.2 - 4e-11, 0.1 - 6e-11]}, {}),
    ({"probabilities": [0.7, 0.2, 0.1]}, {"log_probabilities": [-2.0, -0.5, -1.3]}, {}),
    *(({"logits": z}, {"logits": [z[0] + 1e-8, z[1], z[2] - 1e-8]}, {}) for z in _RAW),
    *(({"logits": z}, {"logits": [0.3, 0.1, -0.2]}, {}) for z in _RAW),
    *(({"labels": k}, {"logits": z}, {}) for k in (0, 1, 2) for z in _TIED),
    *(({"labels": k}, {"logits": [*_WIDE[:7], top, *_WIDE[8:]]}, {}) for k, top in ((7, 3.0), (30, 20.0))),
    *(({"logits": [40.0, -6.2, 2.2]}, {"logits": z}, {}) for z in ([0.0, 0.0, 0.0], [0.0, 1e-9, -1e-9])),
    ({"labels": 1}, {"log_probabilities": [-60.0, -60.0, -1e-6]}, {}),
    ({"labels": 2}, {"log_probabilities": [-1e-9, -40.0, -50.0]}, {}),
    ({"logits": [1e-6, 1e-12, -1e5]}, {"scores": [0.87, 1.0 + 9e-13, 0.15]}, {}),
    *(({"logits": [0.0, 1e-9]}, {"scores": [a, 1.06 * a]}, {}) for a in (8.38e-126, 8.38e126)),
    *(({"logits": [0.0, 0.0, 0.0]}, {"logits": [step, 0.0, -2 * step]}, {}) for step in (1e-9, 1e-4)),
]
