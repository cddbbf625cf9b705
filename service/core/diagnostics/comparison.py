"""Several losses of one batch: which pulls where, and what always predicting the mean target would score.

Values of different losses do not compare; a value compares with its own floor and with its own marginal.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from service.core.activations import ACTIVATIONS
from service.core.diagnostics.recorder import Recorder
from service.core.diagnostics.tallies import Summary, finite
from service.core.engine import Batch, Scored, score
from service.core.exact import as_double, quotient
from service.core.numerics import Array


def compare(batch: Batch, check: Callable[[], None]) -> dict[str, Any]:
    """One line of the table: the loss of the batch, with its gradient and what it is to be compared with."""
    recorder = Recorder(batch, {"rows", "classes"})
    scored = score(batch, frozenset({"gradients"}), check, [recorder])
    summary = recorder.summary(scored)
    line: dict[str, Any] = {
        "loss": batch.loss.name,
        "value": finite(scored.value),
        "value_standard_error": finite(scored.value_standard_error),
        "floor": reduced(batch, summary, "floor"),
        "divergence": reduced(batch, summary, "divergence"),
        "gradient_norm": gradient_norm(scored),
    }
    if summary.subject.has_entries:
        line["per_class_gradient_share"] = shares(scored)
        line["value_at_marginal"] = value_at_marginal(batch, summary, check)
    return line


def reduced(batch: Batch, summary: Summary, name: str) -> float | None:
    """A series in the reduction of the value; None where it is undefined or infinite."""
    mean = summary.mean(name)
    return mean if mean is None or batch.reduction == "mean" else finite(as_double(summary.sums[name][0]))


def gradient_norm(scored: Scored) -> float | None:
    """Euclidean norm of the gradient in all columns as sent."""
    return finite(math.hypot(*(float(np.linalg.norm(column)) for column in scored.gradients.values())))


def shares(scored: Scored) -> list[float | None]:
    """Of the absolute gradient, by class or label; 0 where there is none."""
    (gradient,) = scored.gradients.values()
    sizes = np.add.reduce(np.abs(gradient).reshape(len(gradient), -1), axis=0)
    whole = sizes.sum()
    if not np.isfinite(whole):
        return [None] * len(sizes)
    return [float(share) for share in (sizes / whole if whole else sizes)]


def mean_target(summary: Summary) -> Array:
    """Weighted mean target of each class or label."""
    weights = summary.sums.get("class_weight", [summary.weight] * summary.subject.width)
    sums = zip(summary.sums["class_target"], weights, strict=True)
    return np.array([quotient(total, weight) if weight else 0.0 for total, weight in sums])


def value_at_marginal(batch: Batch, summary: Summary, check: Callable[[], None]) -> float | None:
    """The value if every row were predicted to be the mean target."""
    (form,) = (form for form in batch.family.predictions if form.columns[0].name == "probabilities")
    mean = mean_target(summary) if form.columns[0].rank == 2 else mean_target(summary)[0]
    if batch.family.name == "categorical" and batch.options.mask is not None and (mean == 0).any():
        return None  # a row may keep none of the classes that the mean target has
    constant = replace(
        batch,
        prediction_form=form,
        predictions={"probabilities": np.broadcast_to(mean, (batch.row_count, *np.shape(mean)))},
        activations={"probabilities": ACTIVATIONS["identity"]},
        options=replace(batch.options, clip=0.0, normalization="none"),
    )
    return finite(score(constant, frozenset(), check).value)
