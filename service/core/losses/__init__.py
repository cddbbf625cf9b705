"""The registry of losses: adding one is one file and one line here."""

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
from service.core.spine import Loss

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


def losses_of(family: str) -> dict[str, type[Loss]]:
    """The losses that a family has, by name."""
    return {loss.name: loss for loss in LOSSES if loss.families is None or family in loss.families}
