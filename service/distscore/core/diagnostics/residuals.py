"""What does the prediction expect too much of? Predicted minus target expectation of each sufficient statistic.

For an exponential family that is the gradient in its natural parameters, g'(eta) - chi; divided by the standard
deviation of the statistic under the prediction, sqrt(g''(eta)), it is standardized.
"""

from collections.abc import Mapping
from typing import Annotated, TypedDict

import numpy as np

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import STATISTICS
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.special.elementwise import Array


class ResidualTally(SeriesTally[View]):
    """Series `residual_k` and `standardized_k` for each statistic k."""

    name = "residuals"
    requires = (STATISTICS,)
    with_error = ("residual_",)

    def series(self, view: View) -> Mapping[str, Array | None]:
        both = np.stack((view.error, view.error / np.sqrt(view.variance)))
        found = np.nan_to_num(both, nan=0.0, posinf=np.inf, neginf=-np.inf)
        names = "residual", "standardized"
        return {f"{name}_{k}": row for name, rows in zip(names, found, strict=True) for k, row in enumerate(rows)}


class Residual(TypedDict):
    """How far a sufficient statistic is predicted too high."""

    name: Annotated[str, "The statistic, such as log y."]
    mean: Annotated[Number, "Mean of its predicted minus its target expectation."]
    standard_error: Annotated[Number, "Of that mean; null where fewer than two rows count."]
    standardized: Annotated[Number, "Mean of the same over its standard deviation under the prediction."]


class Residuals(Diagnostic):
    """Per sufficient statistic, predicted minus target expectation."""

    name = "residuals"
    answer = list[Residual]
    description = "Predicted minus target expectation of each sufficient statistic of an exponential family."
    sums = (ResidualTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> list[Residual]:
        statistics, sums = summary.subject.family.statistics, summary.tallies[ResidualTally.name]
        count = len(statistics) if len(statistics) > 1 else summary.subject.width
        return [residual(summary, k) for k in range(count) if f"residual_{k}" in sums]


def residual(summary: Summary, k: int) -> Residual:
    """The record of statistic k."""
    subject, figure = summary.subject, summary.figure(f"residual_{k}")
    names = subject.family.statistics
    return {
        "name": names[k] if len(names) > 1 or subject.width == 1 else f"{names[0]} of {subject.name_of(k)}",
        "mean": figure["value"],
        "standard_error": figure["standard_error"],
        "standardized": summary.mean(f"standardized_{k}"),
    }
