"""The other losses of this service as what a number may be of, and the root of one of them that has a name."""

from collections.abc import Callable
from functools import partial

import numpy as np

from distscore.core.conventions.convention import RowLoss
from distscore.core.conventions.of_classes.losses import PAIR_LOSSES
from distscore.core.conventions.rows import Rows
from distscore.core.engine.blocks import Batch
from distscore.core.losses import losses_of
from distscore.core.losses.classes.absolute_error import MeanAbsoluteError, TotalVariation
from distscore.core.losses.classes.alpha_divergence import ReverseKLDivergence, SquaredHellinger
from distscore.core.losses.classes.jensen_shannon import JensenShannonDivergence
from distscore.core.losses.classes.ordered import EarthMoverDistance, RankedProbabilityScore
from distscore.core.losses.classes.squared_error import Brier, MeanSquaredError
from distscore.core.losses.cross_entropy import CrossEntropy, Deviance, KLDivergence
from distscore.core.losses.scalar.crps import GaussianCRPS, LaplaceCRPS
from distscore.core.losses.scalar.mean_error import GaussianMeanAbsoluteError, GaussianMeanSquaredError
from distscore.core.special.elementwise import Array
from distscore.core.theory.losses import AnyLoss, reason_unavailable


def has(loss: type[AnyLoss]) -> Callable[[Batch], bool]:
    """Batches that have a loss, but for those of which it was asked, and of classes where it is a loss of pairs."""
    of_pairs = {each.same_as for each in PAIR_LOSSES}
    return lambda batch: (
        type(batch.loss) is not loss
        and not (batch.family.has_classes and loss in of_pairs)
        and is_available(loss, batch)
    )


def is_available(loss: type[AnyLoss], batch: Batch) -> bool:
    """Whether a batch has a loss."""
    if losses_of(batch.family).get(loss.name) is not loss or reason_unavailable(batch.family, batch.target_form, loss):
        return False
    if batch.options.class_weights is not None and batch.family.exclusive and "class_weights" not in loss.options:
        return False
    if loss.needs_distribution and not batch.is_distribution:
        return False
    return not (loss.needs_normalized and batch.options.normalization == "none")


def value(rows: Rows, loss: AnyLoss) -> Array:
    """The loss of each row, (rows,)."""
    return np.asarray(loss.value(rows.block.target, rows.block.prediction))


def convention_of(loss: type[AnyLoss]) -> RowLoss:
    """A loss with the parameters that it has unasked."""
    return RowLoss(
        name=loss.name,
        says=f"the loss {loss.name}",
        formula=loss.formulas.formula,
        units=loss.units,
        options={"loss": loss.name, "loss_parameters": None},
        serves=has(loss),
        loss=partial(value, loss=loss()),
    )


LOSSES: tuple[type[AnyLoss], ...] = (
    CrossEntropy,
    KLDivergence,
    Deviance,
    ReverseKLDivergence,
    JensenShannonDivergence,
    SquaredHellinger,
    TotalVariation,
    Brier,
    MeanSquaredError,
    GaussianMeanSquaredError,
    MeanAbsoluteError,
    GaussianMeanAbsoluteError,
    RankedProbabilityScore,
    EarthMoverDistance,
    GaussianCRPS,
    LaplaceCRPS,
)
OTHER_LOSSES = (
    *map(convention_of, LOSSES),
    RowLoss(
        name="jensen_shannon_distance",
        says="the square root of the Jensen-Shannon divergence of each row",
        formula=r"\sqrt{\mathrm{JS}(p, q)}",
        functions={"scipy": "scipy.spatial.distance.jensenshannon"},
        serves=lambda batch: is_available(JensenShannonDivergence, batch),
        loss=lambda rows: np.sqrt(value(rows, JensenShannonDivergence())),
    ),
)
