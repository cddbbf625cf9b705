"""Do observed values fall where the prediction says? How many lie in its central intervals of 50, 80, 90 and 95 %.

A value y is inside if |2 F(y) - 1| <= level, F the predicted distribution function. For heavy tails also the share of
values so far out that the loss is concave in the location: there a Newton step goes the wrong way.
"""

from collections.abc import Mapping
from typing import Annotated, TypedDict

import numpy as np

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import CONCAVE, CUMULATIVE, VALUES
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.special.elementwise import Array

LEVELS = (0.5, 0.8, 0.9, 0.95)


class CoverageTally(SeriesTally[View]):
    """Which values lie inside the central interval of each level."""

    name = "coverage"
    requires = (VALUES, CUMULATIVE)
    with_error = ("inside_",)

    def series(self, view: View) -> Mapping[str, Array | None]:
        probability = view.block.prediction.cumulative(view.block.targets["values"])
        distance = np.abs(2 * probability - 1)
        return {f"inside_{k}": np.where(distance <= level, 1.0, 0.0) for k, level in enumerate(LEVELS)}


class ConcavityTally(SeriesTally[View]):
    """At which values the loss is concave in the location."""

    name = "concavity"
    requires = (VALUES, CONCAVE)

    def series(self, view: View) -> Mapping[str, Array | None]:
        return {"concave": np.where(view.block.prediction.is_concave(view.block.targets["values"]), 1.0, 0.0)}


class Interval(TypedDict):
    """How many observed values lie in the central intervals of their predictions."""

    interval: Annotated[float, "The probability of the interval, such as 0.9."]
    share: Annotated[Number, "The share of values inside, by weight; that probability if predictions are right."]
    standard_error: Annotated[Number, "Of the share; null where fewer than two rows count."]


class Coverage(Diagnostic):
    """Per level, the share of values inside."""

    name = "coverage"
    answer = list[Interval]
    description = "Shares of observed values in central intervals of their predictions."
    sums = (CoverageTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> list[Interval]:
        figures = [summary.figure(f"inside_{k}") for k in range(len(LEVELS))]
        return [
            {"interval": level, "share": figure["value"], "standard_error": figure["standard_error"]}
            for level, figure in zip(LEVELS, figures, strict=True)
        ]


class ShareOfNegativeCurvature(Diagnostic):
    """The share of values where the loss is concave in the location."""

    name = "share_of_negative_curvature"
    answer = Number
    description = (
        "Share of values so far out that the loss is concave in the location, where the family has such values."
    )
    sums = (ConcavityTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Number:
        return summary.mean("concave")
