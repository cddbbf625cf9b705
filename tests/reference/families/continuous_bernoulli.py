"""Continuous Bernoulli in mpmath: A(eta) - eta E[y], A(eta) = log((e^eta - 1) / eta), eta = log(lam / (1 - lam))."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    eta = _logit(prediction)
    return _normalizer(eta) - eta * _mean(target)


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    mean = _mean(target)
    if mean in (0, 1):
        return mp.mpf("-inf")
    eta = _logit(target) if "lam" in target else _logit_of_mean(mean)
    return _normalizer(eta) - eta * mean


def _logit(columns: Side) -> Any:
    if "lam" in columns:
        return mp.log(mp.mpf(columns["lam"]) / (1 - mp.mpf(columns["lam"])))
    return mp.mpf(columns["natural"][0] if "natural" in columns else columns["logits"])


def _mean(target: Side) -> Any:
    if "lam" in target:
        return _slope(_logit(target))
    numbers = target.get("samples", target.get("expectations", [target.get("values")]))
    return sum(mp.mpf(y) for y in numbers) / len(numbers)


def _normalizer(eta: Any) -> Any:
    """A, with the larger exponential taken out."""
    if eta == 0:
        return mp.mpf(0)
    return max(eta, 0) + mp.log(-mp.expm1(-abs(eta)) / abs(eta))


def _slope(eta: Any) -> Any:
    """A', which is 1 - A' of the opposite."""
    if eta == 0:
        return mp.mpf(1) / 2
    low = 1 / abs(eta) - mp.exp(-abs(eta)) / -mp.expm1(-abs(eta))
    return low if eta < 0 else 1 - low


def _logit_of_mean(mean: Any) -> Any:
    """Newton's method for 1 / A'(-a) = 1 / w, convex in a, from the right."""
    if mean == mp.mpf(1) / 2:
        return mp.mpf(0)
    w = min(mean, 1 - mean)
    a = 1 / w
    for _ in range(100):
        m = _slope(-a)
        shrunk = mp.exp(-a)
        slope = (1 / a**2 - shrunk / (1 - shrunk) ** 2) / m**2
        step = (1 / m - 1 / w) / slope
        a -= step
        if abs(step) < a * mp.mpf(10) ** -150:
            break
    return -a if mean < mp.mpf(1) / 2 else a


@dataclass(frozen=True)
class _Mirrored:
    """The distribution of 1 - y."""

    base: Any

    def logpdf(self, value: Any) -> Any:
        return self.base.logpdf(1 - value)

    def cdf(self, value: Any) -> Any:
        return self.base.sf(1 - np.asarray(value))

    def sf(self, value: Any) -> Any:
        return self.base.cdf(1 - np.asarray(value))

    def ppf(self, below: Any) -> Any:
        return 1 - self.base.isf(below)

    def isf(self, above: Any) -> Any:
        return 1 - self.base.ppf(above)


def density(lam: float) -> Any:
    """SciPy has none by this name: it is an exponential distribution cut off at 1, or the mirror image of one."""
    logit = np.log(lam) - np.log1p(-lam)
    cut = stats.truncexpon(b=abs(logit), scale=1 / abs(logit))
    return cut if logit < 0 else _Mirrored(cut)


MOVES_MEAN = ("logits", "lam", "natural")
SHARP_FIT: Case = ({"values": 0.0}, {"logits": -2e9}, {})

_LAMS = [1e-100, 1e-20, 1e-8, 0.1, 0.3, 0.5 - 1e-9, 0.5, 0.5 + 1e-9, 0.500000001, 0.62, 0.999, 1 - 1e-12]
_LOGITS = [-1e100, -1e4, -49.0, -3.0, -1.0, -1e-9, 0.0, 1e-9, 1e-100, 0.7, 0.9999999, 1.0, 5.0, 60.0, 700.0, 1e100]
_VALUES = [0.0, 1e-100, 1e-20, 0.019, 0.1, 0.25, 0.5 - 1e-9, 0.5, 0.5 + 1e-9, 0.6, 0.8, 0.9, 0.999, 1 - 1e-12, 1.0]
_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in _VALUES),
    *({"samples": y} for y in ([0.0, 1.0], [0.0, 0.0], [1.0, 1.0], [0.2, 0.3, 0.9], [1e-20, 3e-20], [1 - 1e-12, 1.0])),
    *({"expectations": [y]} for y in _VALUES[1:-1]),
    *({"lam": lam} for lam in _LAMS),
]


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    lams = [*_LAMS, target["lam"] * (1 - 1e-8), target["lam"] * (1 - 1e-4)] if "lam" in target else _LAMS
    return [
        *({"logits": eta} for eta in _LOGITS),
        *({"lam": lam} for lam in lams),
        *({"natural": [eta]} for eta in _LOGITS),
    ]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]
