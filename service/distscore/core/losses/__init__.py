"""The registry of losses: adding one is one file and one line here."""

from functools import cache

from distscore.core.losses.classes.absolute_error import MeanAbsoluteError, TotalVariation
from distscore.core.losses.classes.alpha_divergence import (
    AlphaDivergence,
    GeneralizedKLDivergence,
    ReverseKLDivergence,
    SquaredHellinger,
)
from distscore.core.losses.classes.focal import Focal
from distscore.core.losses.classes.jensen_shannon import JensenShannonDivergence
from distscore.core.losses.classes.one_vs_rest import OneVsRestCrossEntropy
from distscore.core.losses.classes.ordered import EarthMoverDistance, RankedProbabilityScore
from distscore.core.losses.classes.squared_error import Brier, MeanSquaredError
from distscore.core.losses.cross_entropy import CrossEntropy, Deviance, KLDivergence
from distscore.core.losses.scalar.crps import GaussianCRPS, LaplaceCRPS
from distscore.core.losses.scalar.mean_error import GaussianMeanAbsoluteError, GaussianMeanSquaredError
from distscore.core.theory.distributions import Family
from distscore.core.theory.losses import AnyLoss

LOSSES: tuple[type[AnyLoss], ...] = (
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
def losses_of(family: Family) -> dict[str, type[AnyLoss]]:
    """The losses that a family has, by name."""
    return {loss.name: loss for loss in LOSSES if loss.serves(family)}


@cache
def usual_losses_of(family: Family) -> tuple[type[AnyLoss], ...]:
    """The losses of a family that are compared where none is named, in order."""
    known = losses_of(family).values()
    usual = [loss for loss in known if loss.usual_place and not (loss.usual_of_values and family.has_classes)]
    return tuple(sorted(usual, key=lambda loss: loss.usual_place))


def properties_of(family: Family, loss: type[AnyLoss]) -> dict[str, bool]:
    """What is known of a loss in a family: zero_at_match, proper, bounded_below, and convex_in_logits if it has any."""
    known = {"bounded_below": family.formulas.bounded_below, **loss.formulas.properties}
    if not any(column.name == "logits" for form in family.predictions for column in form.columns):
        known.pop("convex_in_logits", None)
    return known
