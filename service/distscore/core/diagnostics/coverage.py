"""Do observed values fall where the prediction says? How many lie in its central intervals of 50, 80, 90 and 95 %.

A value y is inside if |2 F(y) - 1| <= level, F the predicted distribution function. For student_t also the share of
values so far out, z^2 > nu, that the loss is concave in the location: there a Newton step goes the wrong way.
"""

from typing import Any

import numpy as np

from distscore.core.diagnostics.sums.tallies import Column, SeriesTally, Summary
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array

LEVELS = (0.5, 0.8, 0.9, 0.95)


def observed(view: View) -> Array:
    """The values of a block."""
    values = view.batch.targets["values"][view.block.rows]
    return values if len(values) == len(view.weights) else np.repeat(values, 2)


def coverage_tally(batch: Batch) -> SeriesTally:
    """Series `inside_k` for each level, and `concave`."""
    if not batch.family.has_cumulative or "values" not in batch.targets:
        return SeriesTally({})
    series: dict[str, Column] = {f"inside_{k}": _inside(level) for k, level in enumerate(LEVELS)}
    return SeriesTally(series | ({"concave": concave} if batch.family.name == "student_t" else {}))


def _inside(level: float) -> Column:
    def column(view: View) -> Array:
        if "probability" not in view.kept_for:
            view.kept_for["probability"] = view.block.prediction.cumulative(observed(view))
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
