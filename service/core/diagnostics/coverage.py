"""Do observed values fall where the prediction says? How many lie in its central intervals of 50, 80, 90 and 95 %.

A value y is inside if |2 F(y) - 1| <= level, F the predicted distribution function. For student_t also the share of
values so far out, z^2 > nu, that the loss is concave in the location: there a Newton step goes the wrong way.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

from service.core.blocks import Batch
from service.core.diagnostics.tallies import Column, SeriesTally, Summary
from service.core.diagnostics.view import View
from service.core.numerics import Array

LEVELS = (0.5, 0.8, 0.9, 0.95)


def tilted(eta: Array, y: Array) -> Array:
    """expm1(eta y) / expm1(eta), by its mirror image for positive eta, and y for eta = 0."""
    steep = np.where(np.abs(eta) < 1e-12, -1e-12, -np.abs(eta))
    below = np.expm1(steep * np.where(eta > 0, 1 - y, y)) / np.expm1(steep)
    return np.asarray(np.where(eta > 0, 1 - below, below))


def two_sided(z: Array) -> Array:
    """Half of e^z below 0, mirrored above."""
    half = 0.5 * np.exp(-np.abs(z))
    return np.where(z < 0, half, 1 - half)


# F of a prediction at observed values.
PROBABILITY: Mapping[str, Callable[[Any, Array], Array]] = {
    "gaussian": lambda of, y: special.ndtr((y - of.mean) / of.deviation),
    "log_normal": lambda of, y: special.ndtr((np.log(y) - of.normal.mean) / of.scale),
    "student_t": lambda of, y: special.stdtr(of.nu, (y - of.location) / of.scale),
    "laplace": lambda of, y: two_sided((y - of.location) / of.scale),
    "gamma": lambda of, y: special.gammainc(of.shape, of.shape * (y / of.mean)),
    "exponential": lambda of, y: -np.expm1(-y / of.mean),
    "beta": lambda of, y: special.betainc(of.a.value[0], of.a.value[1], y),
    "pareto": lambda of, y: -np.expm1(-of.shape * np.log(y / of.minimum)),
    "continuous_bernoulli": lambda of, y: tilted(of.logit, y),
}


def observed(view: View) -> Array:
    """The values of a block."""
    values = view.batch.targets["values"][view.block.rows]
    return values if len(values) == len(view.weights) else np.repeat(values, 2)


def coverage_tally(batch: Batch) -> SeriesTally:
    """Series `inside_k` for each level, and `concave`."""
    if batch.family.name not in PROBABILITY or "values" not in batch.targets:
        return SeriesTally({})
    series: dict[str, Column] = {f"inside_{k}": _inside(level) for k, level in enumerate(LEVELS)}
    return SeriesTally(series | ({"concave": concave} if batch.family.name == "student_t" else {}))


def _inside(level: float) -> Column:
    def column(view: View) -> Array:
        if "probability" not in view.kept_for:
            view.kept_for["probability"] = PROBABILITY[view.batch.family.name](view.block.prediction, observed(view))
        return np.where(np.abs(2 * view.kept_for["probability"] - 1) <= level, 1.0, 0.0)

    return column


def concave(view: View) -> Array:
    """1 where z^2 > nu."""
    of: Any = view.block.prediction
    return np.where(np.abs((observed(view) - of.location) / of.scale) > np.sqrt(of.nu), 1.0, 0.0)


def coverage(summary: Summary) -> list[dict[str, float | None]]:
    """Per level, the share of values inside."""
    return [
        {
            "interval": level,
            "share": summary.mean(f"inside_{k}"),
            "standard_error": summary.standard_error(f"inside_{k}"),
        }
        for k, level in enumerate(LEVELS)
    ]


def share_of_negative_curvature(summary: Summary) -> float | None:
    """Of student_t."""
    return summary.mean("concave")
