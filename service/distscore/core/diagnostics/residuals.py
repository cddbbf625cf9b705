"""What does the prediction expect too much of? Predicted minus target expectation of each sufficient statistic.

For an exponential family that is the gradient in its natural parameters, g'(eta) - chi; divided by the standard
deviation of the statistic under the prediction, sqrt(g''(eta)), it is standardized.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypedDict

import numpy as np

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.records import Number
from distscore.core.diagnostics.requirements import STATISTICS
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Options, Parameter

# Natural parameters of a prediction, (statistics, rows), in the order of the family's form `natural`.
NATURAL: Mapping[str, Callable[[Any], Array]] = {
    "gaussian": lambda of: np.stack((of.mean, np.full_like(of.mean, -0.5))) / of.deviation**2,
    "gamma": lambda of: np.stack((-of.shape / of.mean, of.shape_minus_one)),
    "continuous_bernoulli": lambda of: of.logit[None],
    "beta": lambda of: of.a.value - 1,
    "dirichlet": lambda of: of.a.value - 1,
    "poisson": lambda of: of.log_rate[None],
    "exponential": lambda of: -of.rate[None],
}


def residuals(view: View) -> tuple[Array, Array]:
    """g'(eta) - chi and the standardized one, (statistics, rows)."""
    if isinstance(view, ClassView):
        return view.error, view.error / np.sqrt(view.variance)
    family, block = view.batch.family, view.block
    natural = next(form for form in family.predictions if form.columns[0].name == "natural")
    eta = NATURAL[family.name](block.prediction)
    prediction = natural.read({"natural": Parameter(eta, eta)}, {}, Options())
    gap = prediction.gradient(block.target)["natural"]
    return gap, gap / np.sqrt(prediction.fisher_information(block.target)["natural"])


class ResidualTally(SeriesTally[View]):
    """Series `residual_k` and `standardized_k` for each statistic k."""

    name = "residuals"
    requires = (STATISTICS,)
    with_error = ("residual_",)

    def series(self, view: View) -> Mapping[str, Array | None]:
        found = np.nan_to_num(residuals(view), nan=0.0, posinf=np.inf, neginf=-np.inf)
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
        count = sum(name.startswith("residual_") for name in summary.tallies[ResidualTally.name])
        return [residual(summary, k) for k in range(count)]


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
