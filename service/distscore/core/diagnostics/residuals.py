"""What does the prediction expect too much of? Predicted minus target expectation of each sufficient statistic.

For an exponential family that is the gradient in its natural parameters, g'(eta) - chi; divided by the standard
deviation of the statistic under the prediction, sqrt(g''(eta)), it is standardized.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from distscore.core.diagnostics.sums.tallies import Column, SeriesTally, Summary
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch
from distscore.core.families import FAMILIES
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
    if view.batch.family.kind == "event":
        gap, bend = view.gap, view.bend  # type: ignore[attr-defined]
        return gap, gap / np.sqrt(bend)
    family, block = view.batch.family, view.block
    natural = next(form for form in family.predictions if form.columns[0].name == "natural")
    eta = NATURAL[family.name](block.prediction)
    prediction = natural.read({"natural": Parameter(eta, eta)}, {}, Options())
    gap = prediction.gradient(block.target)["natural"]
    return gap, gap / np.sqrt(prediction.fisher_information(block.target)["natural"])


def residual_tally(batch: Batch) -> SeriesTally:
    """Series `residual_k` and `standardized_k` for each statistic k."""
    if batch.family.name not in NATURAL and batch.family.name != "bernoulli":
        return SeriesTally({})
    size = batch.width if batch.family.name == "dirichlet" else len(batch.family.statistics)
    return SeriesTally(
        {f"residual_{k}": _column(0, k) for k in range(size)}
        | {f"standardized_{k}": _column(1, k) for k in range(size)}
    )


def _column(kind: int, k: int) -> Column:
    def column(view: View) -> Array:
        if "residuals" not in view.kept_for:
            view.kept_for["residuals"] = np.nan_to_num(residuals(view), nan=0.0, posinf=np.inf, neginf=-np.inf)
        found: Array = view.kept_for["residuals"][kind, k]
        return found

    return column


def report(summary: Summary) -> list[dict[str, Any]]:
    """Per statistic."""
    names = FAMILIES[summary.subject.family].statistics
    records = []
    for k in range(sum(name.startswith("residual_") for name in summary.sums)):
        name = (
            names[k] if len(names) > 1 or summary.subject.width == 1 else f"{names[0]} of {summary.subject.name_of(k)}"
        )
        records.append(
            {
                "name": name,
                "mean": summary.mean(f"residual_{k}"),
                "standard_error": summary.standard_error(f"residual_{k}"),
                "standardized": summary.mean(f"standardized_{k}"),
            }
        )
    return records
