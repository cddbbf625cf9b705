"""Beta in mpmath, from its density y^(alpha - 1) (1 - y)^(beta - 1) / B(alpha, beta)."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.expectations import belongs_to_a_dirichlet, concentrations
from tests.reference.families import Case, Side
from tests.reference.special import loggamma

DIGITS = 260  # second differences of terms as large as 1e15


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(*_logarithms(target), *_shapes(prediction))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    """The entropy of a distribution; on the boundary of expectations it is -inf, and an observation has none."""
    if "alpha" in target:
        return _loss(*_logarithms(target), *_shapes(target))
    if "expectations" not in target:
        return None
    chi = _logarithms(target)
    return _loss(*chi, *concentrations(chi)) if belongs_to_a_dirichlet(chi) else mp.mpf("-inf")


def _loss(log_y: Any, log_rest: Any, alpha: Any, beta: Any) -> Any:
    normalizer = loggamma(alpha) + loggamma(beta) - loggamma(alpha + beta)
    return normalizer - (alpha - 1) * log_y - (beta - 1) * log_rest


def _logarithms(target: Side) -> tuple[Any, Any]:
    """E[log y] and E[log(1 - y)]."""
    if "alpha" in target:
        alpha, beta = _shapes(target)
        whole = mp.digamma(alpha + beta)
        return mp.digamma(alpha) - whole, mp.digamma(beta) - whole
    if "expectations" in target:
        return mp.mpf(target["expectations"][0]), mp.mpf(target["expectations"][1])
    draws = [mp.mpf(y) for y in target.get("samples", [target.get("values")])]
    return mp.fsum(map(mp.log, draws)) / len(draws), mp.fsum(mp.log(1 - y) for y in draws) / len(draws)


def _shapes(columns: Side) -> tuple[Any, Any]:
    """Alpha and beta."""
    if "natural" in columns:
        return 1 + mp.mpf(columns["natural"][0]), 1 + mp.mpf(columns["natural"][1])
    if "precision" in columns:
        mean, precision = mp.mpf(columns["mean"]), mp.mpf(columns["precision"])
        return mean * precision, (1 - mean) * precision
    return mp.mpf(columns["alpha"]), mp.mpf(columns["beta"])


def density(alpha: float, beta: float) -> Any:
    return stats.beta(alpha, beta)


MOVES_MEAN = ("mean",)
SHARP_FIT: Case = ({"values": 0.5}, {"alpha": 1e15, "beta": 1e15}, {})

_PAIRS = [
    *((1.0, 1.0), (2.0, 3.0), (0.5, 0.5), (1e-8, 1e-8), (1e-8, 2.0), (3e-3, 40.0), (11.9, 12.1), (1e12, 3e12)),
    *((1e12, 1e-8), (1e-8, 1e12), (1e6, 1.0), (1.0, 1 + 1e-8), (700.0, 1e-3)),
]
_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (1e-300, 1e-100, 1e-12, 0.2, 0.5, 0.65, 0.97, 1 - 1e-9, 1 - 2**-53)),
    *({"samples": y} for y in ([0.2, 0.3, 0.9], [0.5, 0.5], [1e-20, 0.5, 1 - 1e-12], [0.3, 0.3 + 1e-9])),
    *(
        {"expectations": chi}
        for chi in (
            *([-0.7, -1.0], [-1e-9, -30.0], [-1e8, -0.5], [-0.6931471805600, -0.6931471805600]),
            *([-1e-20, -50.0], [-1e30, -1e20], [-1e-100, -1e3], [-2.0, -0.1454134578688], [-20.0, -0.01]),
        )
    ),
    *({"alpha": alpha, "beta": beta} for alpha, beta in _PAIRS),
]


def _pairs(target: dict[str, Any]) -> list[tuple[float, float]]:
    """Alpha and beta far from the target, near its mean, and near a match."""
    pairs = list(_PAIRS)
    if "alpha" in target:
        alpha, beta = target["alpha"], target["beta"]
        pairs += [(alpha * (1 + 1e-8), beta), (alpha * (1 + 1e-8), beta * (1 + 1e-8)), (alpha * (1 - 1e-5), beta * 1.7)]
        pairs += [(alpha * (1 + 1e-4), beta * (1 - 1e-4)), (alpha * 2.2, beta * 2.2)]
    for y in (max(y, 1e-100) for y in target.get("samples", [target.get("values", 0.4)])[:1]):
        pairs += [(y * precision, (1 - y) * precision) for precision in (7.0, 1e6, 1e12)]
        pairs += [(y * (1 + 1e-6) * 1e12, (1 - y) * 1e12)]
    return pairs


def _written(alpha: float, beta: float) -> list[dict[str, Any]]:
    """A prediction in every form that can hold it."""
    forms: list[dict[str, Any]] = [{"alpha": alpha, "beta": beta}]
    mean = alpha / (alpha + beta)
    if mean < 1:
        forms.append({"mean": mean, "precision": alpha + beta})
    if alpha - 1 > -1 and beta - 1 > -1:
        forms.append({"natural": [alpha - 1, beta - 1]})
    return forms


_NATURAL = [[0.0, 0.0], [1e-9, -1e-12], [1e-20, 3.0], [-0.2, 0.2499], [0.2501, -0.1]]

CASES: list[Case] = [
    (target, prediction, {})
    for target in _TARGETS
    for prediction in (
        *(form for pair in _pairs(target) for form in _written(*pair)),
        *({"natural": eta} for eta in _NATURAL),
    )
]
