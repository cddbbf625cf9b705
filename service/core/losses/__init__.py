"""The registry of losses: adding one is one file and one line here."""

from service.core.losses.cross_entropy import CrossEntropy, Deviance, KLDivergence
from service.core.losses.squared_error import Brier, GaussianMeanSquaredError, MeanSquaredError
from service.core.spine import Loss

LOSSES: tuple[type[Loss], ...] = (
    CrossEntropy,
    KLDivergence,
    Deviance,
    Brier,
    MeanSquaredError,
    GaussianMeanSquaredError,
)


def losses_of(family: str) -> dict[str, type[Loss]]:
    """The losses that a family has, by name."""
    return {loss.name: loss for loss in LOSSES if loss.families is None or family in loss.families}
