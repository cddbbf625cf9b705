"""Several losses of one batch: what each wants of which class, and what always predicting the mean target would score.

Values of different losses do not compare; a value compares with its own floor and with its own marginal.
"""

import math
from collections.abc import Callable
from typing import Annotated, NotRequired, TypedDict

import numpy as np

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.baseline import constant_probabilities
from distscore.core.diagnostics.best_constant import always
from distscore.core.diagnostics.optimum import Optimum, optimum_of
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.rows import RowTally
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.special.elementwise import Array


class ComparedLoss(TypedDict):
    """One loss of the batch. Values of different losses do not compare; each compares with its floor and marginal."""

    loss: Annotated[str, "Its name."]
    value: Annotated[Number, "The reduced loss; null where it is infinite."]
    value_standard_error: Annotated[Number, "Its standard error; null where fewer than two rows count."]
    floor: Annotated[Number, "The least value over predictions; null where it is not defined."]
    divergence: Annotated[Number, "Value minus floor; null where it is not defined."]
    gradient_norm: Annotated[Number, "Euclidean norm of the gradient in all columns as sent."]
    per_class_gradient_share: NotRequired[
        Annotated[list[Number], "Share of the absolute gradient by class or label; 0 where there is none."]
    ]
    value_at_marginal: NotRequired[Annotated[Number, "The value of predicting the mean target for every row."]]
    optimum: NotRequired[Annotated[Optimum, "What the loss likes best for the mean target."]]


def compare(batch: Batch, check: Callable[[], None]) -> ComparedLoss:
    """The loss of a batch, with its gradient and what it is to be compared with; `check` is called between blocks."""
    recorder = Recorder(batch, (RowTally, ClassTally) if CLASSES.met_by(batch) else (RowTally,))
    scored = score(batch, frozenset({"gradients"}), check, [recorder])
    summary = recorder.summary(scored)
    line: ComparedLoss = {
        "loss": batch.loss.name,
        "value": finite(scored.value),
        "value_standard_error": finite(scored.value_standard_error),
        "floor": reduced(batch, summary, "floor"),
        "divergence": reduced(batch, summary, "divergence"),
        "gradient_norm": gradient_norm(scored),
    }
    if CLASSES.met_by(batch):
        line["per_class_gradient_share"] = shares(scored)
        line["value_at_marginal"] = value_at_marginal(batch, summary, check)
        line["optimum"] = optimum_of(batch)
    return line


def reduced(batch: Batch, summary: Summary, name: str) -> float | None:
    """A series in the reduction of the value; None where it is undefined or infinite."""
    mean = summary.mean(name)
    return mean if mean is None or batch.reduction == "mean" else finite(summary.series[name].total())


def gradient_norm(scored: Scored) -> float | None:
    """Euclidean norm of the gradient in all columns as sent."""
    return finite(math.hypot(*map(norm, scored.gradients.values())))


def norm(x: Array) -> float:
    """Euclidean norm, also where the squares are no doubles."""
    largest = float(np.abs(x).max())
    return largest * float(np.linalg.norm(x / largest)) if 0 < largest < math.inf else largest


def shares(scored: Scored) -> list[float | None]:
    """Of the absolute gradient, by class or label; 0 where there is none."""
    (gradient,) = scored.gradients.values()
    sizes = np.abs(gradient).reshape(len(gradient), -1)
    largest = sizes.max()
    sizes = np.add.reduce(sizes / largest if 0 < largest < np.inf else sizes, axis=0)
    whole = sizes.sum()
    if not np.isfinite(whole):
        return [None] * len(sizes)
    return [float(share) for share in (sizes / whole if whole else sizes)]


def value_at_marginal(batch: Batch, summary: Summary, check: Callable[[], None]) -> float | None:
    """The value if every row were predicted to be the mean target."""
    prediction = marginal.prediction(summary)
    if batch.options.mask is not None and batch.family.exclusive and 0 in prediction:
        return None  # a row may keep none of the classes that the mean target has
    constant = always(batch, constant_probabilities(batch, np.array(prediction)))
    return finite(score(constant, frozenset(), check).value)
