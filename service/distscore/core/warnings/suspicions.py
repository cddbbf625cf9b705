"""What looks like a slip although every rule is met. Each looks at a few rows first, and at all of them only then.

Rows that do not count are not in the batch; entries that the mask leaves out are taken as 0, which raises no suspicion.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array
from distscore.core.warnings.notice import Notice, any_in_row, in_all_rows, in_rows, kept

FIRST = 8  # rows that are looked at before all of them
CLOSE = 1e-5  # to 1, of a sum
MANY = 100  # numbers from which rounding to four decimals is no accident
SATURATED = 36.7  # beyond this logit, 1 - q is below machine epsilon


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
    """Whether all rows sum to 1 but for rounding."""
    return bool(np.abs(np.add.reduce(values, axis=1) - 1).max() <= CLOSE)


def in_unit_interval(values: Array) -> bool:
    """Whether all numbers could be probabilities."""
    return bool(values.min() >= 0 and values.max() <= 1)


def is_hard(values: Array) -> bool:
    """Whether all numbers are 0 or 1."""
    return bool(np.all((values == 0) | (values == 1)))


def probabilities(batch: Batch) -> Iterator[tuple[str, Array]]:
    """The columns of probabilities, targets first, by their names in a request."""
    for side, columns in (("targets", batch.targets), ("predictions", batch.predictions)):
        if "probabilities" in columns:
            yield f"{side}.probabilities", kept(batch, columns["probabilities"])


def _logits(batch: Batch) -> Iterator[Notice]:
    if "logits" in batch.predictions:
        logits = kept(batch, batch.predictions["logits"])
        if everywhere(in_unit_interval, logits):
            exclusive = batch.family.exclusive and everywhere(sums_to_one, logits)
            events = not batch.family.exclusive and logits.size >= FIRST and logits.max() > logits.min()
            if exclusive or events:
                yield in_all_rows("logits_look_like_probabilities", batch.row_count)
    if "probabilities" in batch.predictions:
        sent = kept(batch, batch.predictions["probabilities"])
        if sent.max() > 1 and not _hundreds(sent):
            yield from in_rows("predictions_look_like_logits", any_in_row(sent > 1))


def _hundreds(values: Array) -> bool:
    return values.ndim == 2 and everywhere(lambda x: np.abs(np.add.reduce(x, axis=1) - 100).max() < 0.5, values)


def _scale(batch: Batch) -> Iterator[Notice]:
    for column, values in probabilities(batch):
        if _hundreds(values):
            yield in_all_rows("percent_scale", batch.row_count, column)


def _swapped(batch: Batch) -> Iterator[Notice]:
    columns = [values for _, values in probabilities(batch)]
    if len(columns) == 2 and everywhere(is_hard, columns[1]) and not is_hard(columns[0]):
        yield in_all_rows("arguments_look_swapped", batch.row_count)


def _transposed(batch: Batch) -> Iterator[Notice]:
    for column, values in probabilities(batch):
        if not batch.family.exclusive or batch.row_count < 2 or sums_to_one(values[:FIRST]):
            continue
        if np.abs(np.add.reduce(values, axis=0) - 1).max() <= CLOSE:
            yield in_all_rows("looks_transposed", batch.row_count, column)


def _one_based(batch: Batch) -> Iterator[Notice]:
    labels = batch.targets.get("labels")
    if labels is None or batch.row_count < 2 * batch.width or labels.min() != 1:
        return
    if len(np.unique(labels)) == batch.width - 1:
        yield in_all_rows("labels_look_one_based", batch.row_count)


def _rounded(batch: Batch) -> Iterator[Notice]:
    mask = batch.options.mask
    for column, values in probabilities(batch):
        many = (values.size if mask is None else np.count_nonzero(mask)) >= MANY
        if many and everywhere(_few_decimals, values) and not is_hard(values):
            yield in_all_rows("inputs_look_rounded", batch.row_count, column)


def _few_decimals(values: Array) -> bool:
    scaled = values * 1e4
    return bool(np.all(np.abs(scaled - np.rint(scaled)) <= 1e-9))


def _exclusive(batch: Batch) -> Iterator[Notice]:
    if batch.family.kind != "labels" or batch.width == 1 or "probabilities" not in batch.targets:
        return
    if everywhere(sums_to_one, kept(batch, batch.targets["probabilities"])):
        yield in_all_rows("rows_sum_to_one", batch.row_count)


def _saturated(batch: Batch) -> Iterator[Notice]:
    logits, mask = batch.predictions.get("logits"), batch.options.mask
    if logits is None:
        return
    reach = SATURATED * batch.options.temperature
    if max(logits.max(), -logits.min()) <= reach / 2:
        return
    if batch.family.exclusive:
        counted = logits if mask is None else np.where(mask > 0, logits, -np.inf)
        top = counted.max(axis=1)
        rest = np.where(counted == top[:, None], -np.inf, counted).max(axis=1)
        rows: NDArray[np.bool_] = (top / 2 - rest / 2 > reach / 2) & np.isfinite(rest)
    else:
        rows = any_in_row(np.abs(kept(batch, logits)) > reach)
    yield from in_rows("saturated_logits", rows)


def _constant(batch: Batch) -> Iterator[Notice]:
    if batch.row_count > 1 and all(_is_constant(batch, values) for values in batch.predictions.values()):
        yield in_all_rows("constant_predictions", batch.row_count)


def _is_constant(batch: Batch, values: Array) -> bool:
    """Whether a column is the same in all rows, as far as its entries count."""
    mask = batch.options.mask
    if mask is None or values.ndim == 1:
        return everywhere(lambda x: np.all(x == x[0]), values)
    least, most = (np.where(mask > 0, values, bound) for bound in (np.inf, -np.inf))
    return bool(np.all(least.min(axis=0) >= most.max(axis=0)))
