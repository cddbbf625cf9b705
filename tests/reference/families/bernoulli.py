"""Bernoulli in mpmath: -p log q - (1 - p) log(1 - q) with q = 1 / (1 + e^-logit)."""

from typing import Any

from mpmath import mp

from tests.reference.families import Case, Side

DIGITS = 900  # what differentiates, twice and through third differences, probabilities as small as 1e-300


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return event_loss(_probability(target), *_outcomes(prediction))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    return event_loss(_probability(target), *_outcomes(target))


def events(columns: Side, width: int) -> list[list[Any]]:
    return [list(_outcomes(columns))]


def event_loss(p: Any, q: Any, opposite: Any) -> Any:
    """Of one event, from its predicted probability and that of its opposite."""
    return -(p * mp.log(q) if p else 0) - ((1 - p) * mp.log(opposite) if p != 1 else 0)


def _probability(columns: Side) -> Any:
    return _outcomes(columns)[0]


def _outcomes(columns: Side) -> tuple[Any, Any]:
    if "logits" in columns:
        return sigmoid(columns["logits"]), sigmoid(-columns["logits"])
    if "successes" in columns:
        return _pair(mp.mpf(columns["successes"]) / columns["trials"])
    return _pair(mp.mpf(columns["probabilities"]))


def sigmoid(z: Any) -> Any:
    """Without loss for large -z too."""
    return 1 / (1 + mp.exp(-z))


def _pair(q: Any) -> tuple[Any, Any]:
    return q, 1 - q


PROBABILITIES = [0.0, 1e-300, 1e-100, 1e-16, 1e-8, 0.25, 0.3, 0.5 - 1e-9, 0.5, 0.9, 1 - 1e-8, 1 - 2**-53, 1.0]
LOGITS = [-700.0, -300.0, -37.0, -36.9, -2.0, -1e-9, 0.0, 1e-100, 0.7, 5.0, 37.5, 232.8, 700.0]
_TARGETS: list[dict[str, Any]] = [
    *({"probabilities": p} for p in PROBABILITIES),
    *({"successes": k, "trials": n} for k, n in ((3.0, 10.0), (0.0, 4.0), (8.0, 8.0), (1e-8, 1.0), (0.1, 0.3))),
    *({"successes": k, "trials": n} for k, n in ((1e15 - 1, 1e15), (1.0, 1e100))),
    *({"logits": z} for z in LOGITS),
]


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    """Far from the target and near a match, and no certainty that may be wrong."""
    logits, probabilities = list(LOGITS), PROBABILITIES[1:-1]
    if "logits" in target:
        logits += [target["logits"] * (1 + difference) for difference in (1e-4, 1e-8, 1e-12)]
    if 0 < target.get("probabilities", 0) < 1:
        p = target["probabilities"]
        probabilities = [*probabilities, *(p + difference * min(p, 1 - p) for difference in (1e-4, 1e-8, 1e-10))]
    return [*({"logits": z} for z in logits), *({"probabilities": q} for q in probabilities if 0 < q < 1)]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]

_EVENTS, _RAW = [0.0, 1.0, 0.3, 1e-150, 1 - 1e-16], [0.7, -40.0, 40.0, 350.0]

CASES_OF_LOSSES: list[Case] = [
    *(({"probabilities": p}, {"logits": z}, {}) for p in _EVENTS for z in _RAW),
    *(({"probabilities": p}, {"probabilities": q}, {}) for p in _EVENTS for q in [*_EVENTS, 0.3 + 1e-10]),
    *(({"logits": y}, {"logits": z}, {}) for y in [0.0, *_RAW] for z in [*_RAW, y + 1e-9]),
]
