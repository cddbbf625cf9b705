"""A warning as a code and numbers; `advice.warnings` has the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array

Code = Literal[
    "arguments_look_swapped",
    "clipped",
    "constant_predictions",
    "counts_weight_rows",
    "inputs_look_rounded",
    "label_smoothing_on_soft_targets",
    "labels_look_one_based",
    "logits_look_like_probabilities",
    "looks_transposed",
    "non_integer_counts",
    "not_available",
    "percent_scale",
    "predictions_look_like_logits",
    "predictions_rescaled",
    "predictions_unnormalized",
    "rows_excluded",
    "rows_sum_to_one",
    "saturated_logits",
    "targets_rescaled",
    "targets_unnormalized",
    "weights_move_optimum",
    "zero_prediction_with_target_mass",
]

LISTED = 10  # rows that a warning names


@dataclass(frozen=True)
class Notice:
    """A warning: what it is about, how often, in which rows first, and the numbers behind it."""

    code: Code
    count: int = 0  # of rows
    rows: list[int] = field(default_factory=list)  # the first of them
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    column: str = ""  # of the request, as in `targets.probabilities`, or another name that it is about
    reason: str = ""  # in words, where there are many


def in_rows(code: Code, wrong: NDArray[np.bool_], column: str = "", **numbers: float | None) -> list[Notice]:
    """A notice about the rows where something is wrong, (rows,), if there are any."""
    rows = np.flatnonzero(wrong)
    return [Notice(code, len(rows), rows[:LISTED].tolist(), numbers, column)] if len(rows) else []


def in_all_rows(code: Code, row_count: int, column: str = "") -> Notice:
    """A notice about every row."""
    return Notice(code, row_count, list(range(min(row_count, LISTED))), {}, column)


def any_in_row(wrong: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows have a wrong entry: (rows,) from (rows,) or (rows, width)."""
    return wrong if wrong.ndim == 1 else np.any(wrong, axis=1)


def kept(batch: Batch, values: Array) -> Array:
    """A column with 0 where the mask leaves an entry out: 0 raises no suspicion."""
    mask = batch.options.mask
    return values if mask is None or values.ndim == 1 else np.where(mask > 0, values, 0.0)
