"""Dirichlet in mpmath, from its density Gamma(A) prod y_k^(a_k - 1) / Gamma(a_k), A = sum a_k."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.expectations import belongs_to_a_dirichlet, concentrations
from tests.reference.families import Case, Side
from tests.reference.special import loggamma

DIGITS = 260  # second differences of terms as large as 1e15


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(_logarithms(target), _concentration(prediction))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    """The entropy of a distribution; on the boundary of expectations it is -inf, and an observation has none."""
    if "concentration" in target:
        return _loss(_logarithms(target), _concentration(target))
    if "expectations" not in target:
        return None
    chi = _logarithms(target)
    return _loss(chi, concentrations(chi)) if belongs_to_a_dirichlet(chi) else mp.mpf("-inf")


def _loss(logarithms: list[Any], concentration: list[Any]) -> Any:
    normalizer = mp.fsum(map(loggamma, concentration)) - loggamma(mp.fsum(concentration))
    return normalizer - mp.fsum((a - 1) * t for a, t in zip(concentration, logarithms, strict=True))


def _logarithms(target: Side) -> list[Any]:
    """E[log y]."""
    if "concentration" in target:
        concentration = _concentration(target)
        whole = mp.digamma(mp.fsum(concentration))
        return [mp.digamma(a) - whole for a in concentration]
    return (
        list(map(mp.mpf, target["expectations"])) if "expectations" in target else list(map(mp.log, target["values"]))
    )


def _concentration(columns: Side) -> list[Any]:
    if "natural" in columns:
        return [1 + mp.mpf(eta) for eta in columns["natural"]]
    return list(map(mp.mpf, columns["concentration"]))


def density(concentration: list[float]) -> Any:
    return stats.dirichlet(concentration)


MOVES_MEAN = ()
SHARP_FIT: Case = ({"values": [0.25, 0.75]}, {"concentration": [1e15, 3e15]}, {})

_CONCENTRATIONS = [
    *([1.0, 1.0, 1.0], [1.0, 1.0], [2.0, 5.0, 3.0], [0.3, 0.01, 4.0], [40.0, 11.9, 12.1], [1e3, 2e3, 0.5]),
    *([1e-8, 1e-8, 1e-8], [1e-8, 1.0, 1e12], [1e12, 2e12, 1.5e12], [1e6, 1e6, 1e-8], [1e12, 1e-8], [1.0, 1 + 1e-8]),
]
_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in ([0.2, 0.5, 0.3], [0.5, 0.25, 0.25], [1e-8, 0.25, 0.75], [1e-100, 1e-20, 1 - 2**-52])),
    *({"values": y} for y in ([0.2, 0.300001, 0.5], [0.3, 0.7], [1e-12, 1 - 1e-12])),
    *({"expectations": chi} for chi in ([-1.2, -2.0, -1.5], [-1e-3, -9.0, -80.0], [-200.0, -1e8, -1e-9], [-0.8, -0.9])),
    *(
        {"expectations": chi}
        for chi in ([-1.1, -1.2, -1.03], [-1e20, -1e-6, -1e3], [-1e-30, -40.0, -60.0], [-1e9, -1e9])
    ),
    *({"concentration": a} for a in _CONCENTRATIONS),
]


def _predictions(target: dict[str, Any]) -> list[dict[str, Any]]:
    """Concentrations far from the target, near its mean, and near a match."""
    (entries,) = target.values()
    own = [*(a for a in _CONCENTRATIONS if len(a) == len(entries))]
    if "values" in target:
        own += [[y * precision for y in entries] for precision in (1e-8, 7.0, 1e6, 1e12)]
    if "concentration" in target:
        wavering = [1 + 1e-8, 1 - 1e-8, 1 + 3e-8][: len(entries)]
        own += [
            [a * (1 + 1e-8) for a in entries],
            [a * w for a, w in zip(entries, wavering, strict=True)],
            [a * 1.3 for a in entries],
            [*entries[:-1], entries[-1] * 2.5],
        ]
    natural = [[a - 1 for a in each] for each in own] + [[1e-9, -1e-12, 0.0][: len(entries)]]
    return [*({"concentration": a} for a in own), *({"natural": eta} for eta in natural if min(eta) > -1)]


CASES: list[Case] = [(target, prediction, {}) for target in _TARGETS for prediction in _predictions(target)]
