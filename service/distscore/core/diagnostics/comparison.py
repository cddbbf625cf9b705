"""Several losses of one batch: which pulls where, and what always predicting the mean target would score.

Values of different losses do not compare; a value compares with its own floor and with its own marginal.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from distscore.core.diagnostics.constant import always
from distscore.core.diagnostics.optimum import Optimum
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.tallies import Summary, finite
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.exact.sums import as_double
from distscore.core.special.elementwise import Array


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
        line["optimum"] = Optimum(batch, ()).report(scored)
    return line


def reduced(batch: Batch, summary: Summary, name: str) -> float | None:
    """A series in the reduction of the value; None where it is undefined or infinite."""
    mean = summary.mean(name)
    return mean if mean is None or batch.reduction == "mean" else finite(as_double(summary.sums[name][0]))


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
    whole = sum(summary.class_means) or 1.0
    shares = [mean / whole for mean in summary.class_means] if summary.subject.exclusive else summary.class_means
    if batch.options.mask is not None and summary.subject.exclusive and 0 in shares:
        return None  # a row may keep none of the classes that the mean target has
    constant = always(batch, shares)
    unchanged = replace(constant, options=replace(batch.options, clip=0.0, normalization="none"))
    return finite(score(unchanged, frozenset(), check).value)
