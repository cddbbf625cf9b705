"""The request to /v1/score that a recommendation comes with: it works as it stands, and is short."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.best_constant import BestConstant
from distscore.wire.read.advise import Question
from distscore.wire.read.reading import TargetsRead

ROWS = 20
MADE_UP = 2000  # numbers of predictions that nobody sent, unless one row has more


def recommended_request(
    question: Question, read: TargetsRead, predictions: Mapping[str, Any], constant: BestConstant
) -> tuple[dict[str, Any], bool]:
    """A request with the first rows that count, and whether those are all rows.

    Where there are no predictions they are the best constant one, or if there is none placeholders.
    """
    batch, members = read.batch.batch, read.request
    parameters = constant.parameters or {name: values[0] for name, values in batch.predictions.items()}
    count = ROWS
    if predictions:
        members = {name: value for name, value in members.items() if name != "family_parameters"}
    else:
        count = min(ROWS, max(1, MADE_UP // sum(np.size(values) for values in parameters.values())))
        predictions = {name: [values.tolist()] * question.row_count for name, values in parameters.items()}
    rows = np.arange(question.row_count) if question.row_count <= count else batch.row_numbers[:count]
    sides = {"targets": members["targets"], "predictions": predictions}
    taken = {side: {name: _taken(values, rows) for name, values in columns.items()} for side, columns in sides.items()}
    request = {**members, **taken}
    if "mask" in request:
        request["mask"] = _taken(request["mask"], rows)
    return request, len(rows) == question.row_count


def _taken(values: Any, rows: NDArray[np.intp]) -> list[Any]:
    """Some rows of an array as a list, their numbers and nulls as they came."""
    return values[rows].tolist() if isinstance(values, np.ndarray) else [values[row] for row in rows]
