"""The registry of losses: adding one is one file and one line here."""

from functools import cache

from service.core.losses.absolute_error import GaussianMeanAbsoluteError, MeanAbsoluteError, TotalVariation
from service.core.losses.alpha_divergence import (
    AlphaDivergence,
    GeneralizedKLDivergence,
    ReverseKLDivergence,
    SquaredHellinger,
)
from service.core.losses.cross_entropy import CrossEntropy, Deviance, KLDivergence
from service.core.losses.crps import GaussianCRPS, LaplaceCRPS
from service.core.losses.focal import Focal
from service.core.losses.jensen_shannon import JensenShannonDivergence
from service.core.losses.one_vs_rest import OneVsRestCrossEntropy
from service.core.losses.ordered import EarthMoverDistance, RankedProbabilityScore
from service.core.losses.squared_error import Brier, GaussianMeanSquaredError, MeanSquaredError
from service.core.spine import Family, Loss, TargetForm

LOSSES: tuple[type[Loss], ...] = (
    CrossEntropy,
    KLDivergence,
    Deviance,
    GeneralizedKLDivergence,
    OneVsRestCrossEntropy,
    ReverseKLDivergence,
    JensenShannonDivergence,
    AlphaDivergence,
    SquaredHellinger,
    TotalVariation,
    Brier,
    MeanSquaredError,
    GaussianMeanSquaredError,
    MeanAbsoluteError,
    GaussianMeanAbsoluteError,
    Focal,
    RankedProbabilityScore,
    EarthMoverDistance,
    GaussianCRPS,
    LaplaceCRPS,
)


@cache
def losses_of(family: str) -> dict[str, type[Loss]]:
    """The losses that a family has, by name."""
    return {loss.name: loss for loss in LOSSES if loss.families is None or family in loss.families}


def why_not(family: Family, form: TargetForm, loss: type[Loss]) -> str | None:
    """Why a family does not have one of its losses for targets in a form; None where it has it."""
    unavailable = {**form.unavailable, **family.unavailable}
    if loss.name in unavailable:
        return unavailable[loss.name]
    if loss.needs_distribution and not form.is_distribution:
        instead = "" if "deviance" in unavailable else "; for observed values ask for deviance"
        return f"it needs a target that is a distribution{instead}"
    if loss.needs_values and [column.name for column in form.columns] != ["values"]:
        return "it needs observed values as targets"
    return None


def properties_of(family: Family, loss: type[Loss]) -> dict[str, bool]:
    """What is known of a loss in a family: zero_at_match, proper, bounded_below, and convex_in_logits if it has any."""
    known = {"bounded_below": family.formulas.bounded_below, **loss.formulas.properties}
    if not any(column.name == "logits" for form in family.predictions for column in form.columns):
        known.pop("convex_in_logits", None)
    return known
