"""Gaussian in mpmath: log s + log(2 pi)/2 + (variance + (m - mean)^2) / (2 s^2), from the moments of the target."""

from typing import Any

from mpmath import mp
from scipy import stats

from tests.reference.families import Case, Side

DIGITS = 420  # what cancels among terms as large as 1e200


def cross_entropy(target: Side, prediction: Side, constants: Side) -> Any:
    return _loss(*_moments(target), *_parameters(prediction, constants))


def floor(target: Side, prediction: Side, constants: Side) -> Any:
    """Expectations belong to a gaussian, but where their variance is no more than what rounding leaves of 0."""
    mean, variance = _moments(target)
    inside = "expectations" in target and variance > mp.mpf(1e-15) * target["expectations"][1]
    held = variance if "mean" in target or inside else _parameters(prediction, constants)[1]
    return _loss(mean, variance, mean, held)


def _loss(mean: Any, variance: Any, predicted: Any, predicted_variance: Any) -> Any:
    return mp.log(2 * mp.pi * predicted_variance) / 2 + (variance + (mean - predicted) ** 2) / (2 * predicted_variance)


def _moments(columns: Side) -> tuple[Any, Any]:
    """Mean and variance."""
    if "mean" in columns:
        return mp.mpf(columns["mean"]), mp.mpf(columns["standard_deviation"]) ** 2
    if "expectations" in columns:
        first, second = map(mp.mpf, columns["expectations"])
        return first, second - first**2
    draws = [mp.mpf(y) for y in columns.get("samples", [columns.get("values")])]
    mean = mp.fsum(draws) / len(draws)
    return mean, mp.fsum((y - mean) ** 2 for y in draws) / len(draws)


def _parameters(columns: Side, constants: Side) -> tuple[Any, Any]:
    """Mean and variance."""
    if "natural" in columns:
        eta = list(map(mp.mpf, columns["natural"]))
        return -eta[0] / (2 * eta[1]), -1 / (2 * eta[1])
    if "variance" in columns:
        return mp.mpf(columns["mean"]), mp.mpf(columns["variance"])
    return mp.mpf(columns["mean"]), mp.mpf({**constants, **columns}["standard_deviation"]) ** 2


def mean(columns: Side, constants: Side) -> Any:
    parameters = "natural" in columns or "variance" in columns or "mean" in columns
    return _parameters(columns, constants)[0] if parameters else _moments(columns)[0]


def crps(target: Side, prediction: Side, constants: Side) -> Any:
    """s (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)), z = (mean - y) / s."""
    mean, variance = _parameters(prediction, constants)
    deviation = mp.sqrt(variance)
    z = (mean - target["values"]) / deviation
    return deviation * (z * mp.erf(z / mp.sqrt(2)) + 2 * mp.npdf(z) - 1 / mp.sqrt(mp.pi))


def density(mean: float, standard_deviation: float) -> Any:
    return stats.norm(mean, standard_deviation)


MOVES_MEAN = ("mean", "natural")
SCALES = ("standard_deviation",)
SHARP_FIT: Case = ({"values": 2.0}, {"mean": 2.0, "standard_deviation": 1e-12}, {})

_TARGETS: list[dict[str, Any]] = [
    *({"values": y} for y in (0.0, 1.0, -2.5, 1e-8, 1e8, 1e8 + 1, -1e60)),
    *({"samples": y} for y in ([1.0, 2.0, 4.0], [1e8, 1e8 + 1, 1e8 - 3], [0.5, 0.5, 0.5], [-1e60, 1e-60, 1e60])),
    {"samples": [1e8 + 0.1, 1e8 + 0.25, 1e8 + 0.47]},
    *({"expectations": chi} for chi in ([0.0, 1.0], [2.0, 4.0], [1e8, 1e16 + 4], [-3.0, 9.1], [1e-60, 1e-60])),
    *(
        {"mean": m, "standard_deviation": s}
        for m, s in ((0.3, 0.5), (1e8, 1.0), (0.0, 1e-60), (-1e30, 1e60), (1.0, 1e-8))
    ),
]
_DEVIATIONS = [1e-60, 1e-8, 0.5, 1.0, 2.0, 1e8, 1e60]


def _written(mean: float, deviation: float) -> list[tuple[dict[str, Any], dict[str, float]]]:
    """A prediction in every form."""
    return [
        ({"mean": mean, "standard_deviation": deviation}, {}),
        ({"mean": mean, "variance": deviation * deviation}, {}),
        ({"mean": mean}, {"standard_deviation": deviation}),
        ({"natural": [mean / deviation / deviation, -0.5 / deviation / deviation]}, {}),
    ]


def _means(target: dict[str, Any]) -> list[float]:
    numbers = target.get("samples", [target.get("values", target.get("mean"))])
    mean = target["expectations"][0] if "expectations" in target else sum(numbers) / len(numbers)
    return [mean, mean * (1 + 1e-8) + 1e-9, mean + 1.7, -3.0]


def _deviations(target: dict[str, Any]) -> list[float]:
    own = target.get("standard_deviation", 1.3)
    return [*_DEVIATIONS, own, own * (1 + 1e-8)]


CASES: list[Case] = [
    (target, prediction, constants)
    for target in _TARGETS
    for mean in _means(target)
    for deviation in _deviations(target)
    for prediction, constants in _written(mean, deviation)
]

_FORECASTS: list[dict[str, Any]] = [
    *({"mean": 0.4, "standard_deviation": s} for s in (1e-100, 1e-8, 0.7, 30.0, 1e8, 1e100)),
    *({"natural": [a, b]} for a, b in ((0.4, -0.5), (-3.0, -40.0), (1e-3, -1e-3))),
]

CASES_OF_LOSSES: list[Case] = [
    ({"values": y}, forecast, {}) for y in (0.0, 0.41, -40.0, 1e8) for forecast in _FORECASTS
]
