"""A constant prediction per family, fitted to observed values by moments or quantiles: what to compare a model with.

Between families over the same values their losses compare, because constants are kept in every cross-entropy.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from distscore.core.special.elementwise import Array

Columns = dict[str, Any]


def _spread(y: Array) -> tuple[np.float64, np.float64]:
    """Mean and a variance that is positive even if the values are all alike."""
    mean = y.mean()
    return mean, np.maximum(y.var(), 1e-12 * np.maximum(mean * mean, 1e-6))


def _beta(y: Array) -> Columns:
    mean, variance = _spread(y)
    return {"mean": mean, "precision": max(mean * (1 - mean) / variance - 1, 1e-3)}


def _negative_binomial(y: Array) -> Columns:
    mean, variance = _spread(y)
    mean = np.maximum(mean, 1e-3)
    return {"mean": mean, "dispersion": max((variance - mean) / mean**2, 1e-3)}


def _gamma(y: Array) -> Columns:
    mean, variance = _spread(y)
    return {"mean": mean, "shape": mean**2 / variance}


def _inverse_gaussian(y: Array) -> Columns:
    mean, variance = _spread(y)
    return {"mean": mean, "shape": mean**3 / variance}


def _log_normal(y: Array) -> Columns:
    location, variance = _spread(np.log(y))
    return {"location": location, "scale": variance**0.5}


def _gaussian(y: Array) -> Columns:
    mean, variance = _spread(y)
    return {"mean": mean, "standard_deviation": variance**0.5}


def _laplace(y: Array) -> Columns:
    median = float(np.median(y))
    return {"location": median, "scale": max(float(np.abs(y - median).mean()), 1e-6)}


def _student_t(y: Array) -> Columns:
    median, upper = np.quantile(y, (0.5, 0.75))
    scale = float(upper - median) / 0.7407  # the upper quartile of a t with 4 degrees of freedom
    return {"location": float(median), "scale": max(scale, 1e-6), "degrees_of_freedom": 4.0}


def _pareto(y: Array) -> Columns:
    minimum = max(float(y.min()), 1e-6)
    excess = float(np.log(y / minimum).mean())
    return {"shape": 1 / max(excess, 1e-6), "minimum": minimum}


CONSTANTS: dict[str, Callable[[Array], Columns]] = {
    "bernoulli": lambda y: {"probabilities": float(np.clip(y.mean(), 1e-6, 1 - 1e-6))},
    "continuous_bernoulli": lambda _: {"logits": 0.0},
    "beta": _beta,
    "exponential": lambda y: {"mean": max(float(y.mean()), 1e-6)},
    "pareto": _pareto,
    "poisson": lambda y: {"rate": max(float(y.mean()), 1e-3)},
    "negative_binomial": _negative_binomial,
    "gamma": _gamma,
    "inverse_gaussian": _inverse_gaussian,
    "log_normal": _log_normal,
    "gaussian": _gaussian,
    "laplace": _laplace,
    "student_t": _student_t,
}


def constant(family: str, targets: Mapping[str, Array]) -> Columns:
    """Columns and constants of the prediction, by name; nothing where the targets do not say enough."""
    if "trials" in targets:
        return {"probabilities": float(targets["successes"].sum() / targets["trials"].sum())}
    if "expectations" in targets:
        return {}
    observed = [targets[name] for name in ("values", "samples", "probabilities") if name in targets]
    if not observed:
        return {name: values.mean(axis=0) for name, values in targets.items()}
    if family == "dirichlet":
        return _dirichlet(observed[0])
    with np.errstate(all="ignore"):  # of values that the family does not have: they are refused with the request
        fitted = CONSTANTS[family](observed[0].ravel())
    return {name: float(value) if np.isfinite(value) else 1.0 for name, value in fitted.items()}


def _dirichlet(rows: Array) -> Columns:
    mean, variance = rows.mean(axis=0), rows.var(axis=0).sum()
    precision = max((1 - float(np.sum(mean**2))) / max(float(variance), 1e-12) - 1, 1e-3)
    return {"concentration": precision * mean}


def mean_row(rows: Array) -> Array:
    """The mean distribution over classes, of rows that may not sum to 1."""
    mean: Array = rows.sum(axis=0) / rows.sum()
    return mean
