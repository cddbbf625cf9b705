"""What looks like a slip although every rule is met. Each looks at a few rows first, and at all of them only then."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array
from distscore.core.warnings.changes import Notice, at, by_row

FIRST = 8  # rows that are looked at before all of them
CLOSE = 1e-5  # to 1, of a sum
MANY = 100  # numbers from which rounding to four decimals is no accident
SATURATED = 36.7  # beyond this logit, 1 - q is less than what 1 can be told from


def suspicions(batch: Batch) -> Iterator[Notice]:
    """Everything that looks odd about the columns as they were sent."""
    if not batch.row_count:
        return
    if not batch.family.has_classes:
        yield from _constant(batch)
        return
    for suspect in (_logits, _scale, _swapped, _transposed, _one_based, _rounded, _exclusive, _saturated, _constant):
        yield from suspect(batch)


def everywhere(test: Callable[[Array], bool | np.bool_], values: Array) -> bool:
    """Whether a test holds for the first rows, and for all."""
    return bool(test(values[:FIRST])) and (len(values) <= FIRST or bool(test(values)))


def sums_to_one(values: Array) -> bool:
    """Whether all rows do."""
    return bool(np.abs(np.add.reduce(values, axis=1) - 1).max() <= CLOSE)


def in_unit_interval(values: Array) -> bool:
    """Whether all numbers could be probabilities."""
    return bool(values.min() >= 0 and values.max() <= 1)


def is_hard(values: Array) -> bool:
    """Whether all numbers are 0 or 1."""
    return bool(np.all((values == 0) | (values == 1)))


def _whole(code: str, message: str, batch: Batch, **numbers: float) -> Iterator[Notice]:
    yield Notice(code, message, batch.row_count, list(range(min(batch.row_count, 10))), dict(numbers))


def _logits(batch: Batch) -> Iterator[Notice]:
    logits = batch.predictions.get("logits")
    if logits is not None and everywhere(in_unit_interval, logits):
        exclusive = batch.family.exclusive and everywhere(sums_to_one, logits)
        events = not batch.family.exclusive and logits.size >= FIRST and logits.max() > logits.min()
        if exclusive or events:
            message = "All logits lie in [0, 1]: if they are probabilities already, send them as probabilities."
            yield from _whole("logits_look_like_probabilities", message, batch)
    sent = batch.predictions.get("probabilities")
    if sent is not None and sent.max() > 1 and not _hundreds(sent):
        message = "Predicted probabilities above 1: if these are logits, send them as logits."
        yield from at("predictions_look_like_logits", message, by_row(sent > 1))


def _hundreds(values: Array) -> bool:
    return values.ndim == 2 and everywhere(lambda x: np.abs(np.add.reduce(x, axis=1) - 100).max() < 0.5, values)


def _scale(batch: Batch) -> Iterator[Notice]:
    for side, columns in (("targets", batch.targets), ("predictions", batch.predictions)):
        values = columns.get("probabilities")
        if values is not None and _hundreds(values):
            yield from _whole("percent_scale", f"Rows of {side}.probabilities sum to 100: percent?", batch)


def _swapped(batch: Batch) -> Iterator[Notice]:
    p, q = batch.targets.get("probabilities"), batch.predictions.get("probabilities")
    if p is not None and q is not None and everywhere(is_hard, q) and not is_hard(p):
        message = "Every prediction is 0 or 1 and the targets are soft: targets and predictions may be swapped."
        yield from _whole("arguments_look_swapped", message, batch)


def _transposed(batch: Batch) -> Iterator[Notice]:
    for side, columns in (("targets", batch.targets), ("predictions", batch.predictions)):
        values = columns.get("probabilities")
        if not batch.family.exclusive or values is None or batch.row_count < 2 or sums_to_one(values[:FIRST]):
            continue
        if np.abs(np.add.reduce(values, axis=0) - 1).max() <= CLOSE:
            message = f"Columns of {side}.probabilities sum to 1, rows do not: transposed?"
            yield from _whole("looks_transposed", message, batch)


def _one_based(batch: Batch) -> Iterator[Notice]:
    labels = batch.targets.get("labels")
    if labels is None or batch.row_count < 2 * batch.width or labels.min() != 1:
        return
    if len(np.unique(labels)) == batch.width - 1:
        message = "Every class but the first occurs: labels count from 0. Do these count from 1?"
        yield from _whole("labels_look_one_based", message, batch)


def _rounded(batch: Batch) -> Iterator[Notice]:
    for side, columns in (("targets", batch.targets), ("predictions", batch.predictions)):
        values = columns.get("probabilities")
        if values is None or values.size < MANY or not everywhere(_few_decimals, values):
            continue
        if not is_hard(values):
            message = f"All of {side}.probabilities have at most four decimals: rounding moves losses near 0 and 1."
            yield from _whole("inputs_look_rounded", message, batch)


def _few_decimals(values: Array) -> bool:
    scaled = values * 1e4
    return bool(np.all(np.abs(scaled - np.rint(scaled)) <= 1e-9))


def _exclusive(batch: Batch) -> Iterator[Notice]:
    values = batch.targets.get("probabilities")
    if batch.family.kind == "labels" and values is not None and batch.width > 1 and everywhere(sums_to_one, values):
        message = "All rows of the targets sum to 1: exclusive classes are the family categorical."
        yield from _whole("rows_sum_to_one", message, batch)


def _saturated(batch: Batch) -> Iterator[Notice]:
    logits = batch.predictions.get("logits")
    if logits is None:
        return
    reach = SATURATED * batch.options.temperature
    if max(logits.max(), -logits.min()) <= reach / 2:
        return
    if batch.family.exclusive:
        top = logits.max(axis=1)
        rest = np.where(logits == top[:, None], -np.inf, logits).max(axis=1)
        rows: NDArray[np.bool_] = (top / 2 - rest / 2 > reach / 2) & np.isfinite(rest)
    else:
        rows = by_row(np.abs(logits) > reach)
    message = (
        "Logits so large that a probability rounds to 1: losses and gradients are exact, but the model is certain."
    )
    yield from at("saturated_logits", message, rows)


def _constant(batch: Batch) -> Iterator[Notice]:
    same = all(everywhere(lambda x: np.all(x == x[0]), values) for values in batch.predictions.values())
    if batch.row_count > 1 and same:
        yield from _whole("constant_predictions", "Every row has the same prediction.", batch)
