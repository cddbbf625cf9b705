"""What a batch would score with other predictions: the same in every row, or logits at another temperature."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import optimize

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.exact.sums import as_double, exact_sum
from distscore.core.losses.cross_entropy import CrossEntropy
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Options
from distscore.core.theory.distributions import Family, PredictionForm
from distscore.core.theory.losses import AnyLoss

IDENTITY = ACTIVATIONS["identity"]
HOTTEST = 1e3  # temperatures are searched for in [1 / HOTTEST, HOTTEST]


def prediction_form(family: Family, column: str) -> PredictionForm:
    """The form of a family that has just one column, of this name."""
    return next(form for form in family.predictions if [each.name for each in form.columns] == [column])


def predicting(batch: Batch, column: str, values: Array) -> Batch:
    """The batch with other predictions, sent as one column."""
    form = prediction_form(batch.family, column)
    return replace(batch, prediction_form=form, predictions={column: values}, activations={column: IDENTITY})


def one_row(batch: Batch, target: Sequence[float], loss: AnyLoss | None = None) -> Batch:
    """A batch of this one target: under the loss and options of `batch`, or under another loss without options."""
    values = np.asarray(target)[None] if batch.prediction_form.columns[0].rank == 2 else np.asarray(target)
    options = replace(batch.options, mask=None, normalization="none", clip=0.0) if loss is None else Options()
    single = replace(
        batch,
        target_form=batch.family.targets[0],
        targets={"probabilities": values},
        options=options,
        loss=batch.loss if loss is None else loss,
        sample_weights=None,
        reduction="mean",
    )
    return predicting(single, "probabilities", np.full_like(values, 0.5))


def logits_of(batch: Batch) -> Array:
    """The predicted logits after their activation, as sent: (rows,) or (rows, width)."""
    return score(batch, frozenset({"parameters"})).parameters["logits"]


def tempered(batch: Batch, logits: Array, temperature: float) -> Batch:
    """The batch with predicted logits divided by a further temperature; of huge ones only the differences survive."""
    with np.errstate(over="ignore"):
        if batch.family.exclusive:
            logits = logits - logits.max(axis=1, keepdims=True)
        return predicting(batch, "logits", logits / temperature)


def best_temperature(batch: Batch) -> float:
    """The factor that logits are best divided by, for the cross-entropy; 1 where that changes nothing.

    The cross-entropy of softmax(b z) is convex in b = 1 / T; its derivative in b, the sum of gradient times z, is 0 at
    the best T.
    """
    plain, logits = replace(batch, loss=CrossEntropy(), reduction="mean"), logits_of(batch)

    def derivative(log_b: float) -> float:
        """Of the cross-entropy in b, times b."""
        scored = score(tempered(plain, logits, float(np.exp(-log_b))), frozenset({"gradients"}))
        return as_double(exact_sum(np.ravel(scored.gradients["logits"] * logits)))

    bound = float(np.log(HOTTEST))
    low, high = derivative(-bound), derivative(bound)
    if low >= 0:
        return HOTTEST if low > 0 else 1.0
    if high <= 0:
        return 1 / HOTTEST
    return float(np.exp(-optimize.brentq(derivative, -bound, bound, xtol=1e-14, rtol=1e-14)))
