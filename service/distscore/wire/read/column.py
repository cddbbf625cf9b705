"""The border of one column: from what was sent to an array whose every number lies where it may.

`read` makes an array of it: type, rank, finite doubles, whole numbers where it holds labels. `check` looks at the
numbers, once the shapes of all columns are known to fit: the support of the column, or of the parameter that its
activation makes of it, and sums of 1. What is excluded is not there any more by then (see `excluded`).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import SMALLEST_NORMAL
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Column
from distscore.core.theory.supports import Support
from distscore.wire.errors import hints
from distscore.wire.errors.place import Index, Place, shown
from distscore.wire.read.array import Booleans, Numbers, numbers, row_sums

Side = Literal["targets", "predictions"]

TOLERANCE, SINGLE_TOLERANCE = 1e-5, 1e-4  # of a row's sum, in doubles and as float32


@dataclass(frozen=True)
class SentColumn:
    """A column of the request as an array, (n,) or (n, width), and where it stands."""

    side: Side
    column: Column
    values: Numbers
    at: Place
    activation: str | None = None  # of a prediction, if one was asked for
    single: bool = False  # sent as float32, which rounds more coarsely

    @property
    def name(self) -> str:
        """The dotted name, as in `targets.probabilities`."""
        return ".".join(map(str, self.at.path))

    @property
    def tolerance(self) -> float:
        """How far the sum of a row may be from 1."""
        return SINGLE_TOLERANCE if self.single else TOLERANCE


@dataclass(frozen=True)
class Rules:
    """What the numbers of columns are held to, beside their supports."""

    classes: int  # classes or labels of a row, else 1
    mask: Booleans | None
    normalization: str
    temperature: float
    needs_complements: bool = False  # a loss takes 1 - q of probabilities that need not sum to 1


@dataclass(frozen=True)
class Deviation:
    """Rows of a column beyond the tolerance from a sum of 1, by the numbers they were sent with; largest |sum - 1|."""

    sent: SentColumn
    rows: NDArray[np.intp]
    largest: float


def read(
    side: Side, column: Column, sent: Any, at: Place, with_nulls: bool = False, activation: str | None = None
) -> SentColumn | None:
    """The column as an array, NaN where a null or a NaN was sent and may be; None after noting what is wrong."""
    is_array = type(sent) is np.ndarray  # and none with nulls, which are masked
    may_be_nan = with_nulls and not (is_array and side == "predictions")  # a NaN that was predicted is not missing
    values = numbers(sent, column.rank, at, may_be_nan, column.support.has_minus_infinity)
    if values is None:
        return None
    if column.support.integer:
        fractional = (values != np.floor(values)) & ~np.isnan(values)
        if at.wrong_where(fractional, "wrong_type", lambda entry: f"{shown(values[entry])} is no integer"):
            return None
    return SentColumn(side, column, values, at, activation, single=is_array and sent.dtype == np.float32)


def check(sent: SentColumn, rules: Rules) -> Deviation | None:
    """Note every number outside its domain; what is returned are rows that may differ from a sum of 1, and do."""
    if sent.column.sums_to_one:
        return _check_sums(sent, rules)
    values = sent.values if sent.activation is None else ACTIVATIONS[sent.activation].value(sent.values)
    if sent.column.support.integer:
        _check_labels(values, rules.classes, sent.at)
    else:
        _check_supports(sent, values)
    if sent.column.name == "logits" and rules.temperature < 1:
        with np.errstate(over="ignore"):
            beyond = np.isfinite(values) & ~np.isfinite(values / rules.temperature)
        sent.at.wrong_where(beyond, "out_of_range", "divided by the temperature it is beyond the doubles")
    return None


def _check_labels(values: Numbers, classes: int, at: Place) -> None:
    if values.min() >= 0 and values.max() < classes:
        return
    hint = hints.labels(values, classes)

    def detail(entry: Index) -> str:
        return f"{shown(values[entry])} is not in 0..{classes - 1}"

    at.wrong_where(values < 0, "negative", detail, hint)
    at.wrong_where(values >= classes, "out_of_range", detail, hint)


def _check_supports(sent: SentColumn, values: Numbers) -> None:
    """Parameters inside the support of their column, or of the part of the second axis where they stand."""
    column, raw, predicted = sent.column, sent.values, sent.side == "predictions"
    as_sent = values is raw
    for index, (name, support) in enumerate(column.entry_supports.items() or [("", column.support)]):
        if as_sent and support.low == -np.inf and support.high == np.inf:
            continue  # what was sent is finite
        part = np.s_[:, index] if column.entry_supports else np.s_[...]
        outside = _outside(values[part], support, predicted)
        if outside is None:
            continue
        wrong = np.zeros(values.shape, np.bool_)
        wrong[part] = outside
        negative = as_sent and support.low == 0 and support.low_included and not np.any(wrong & (values >= 0))

        def detail(entry: Index, name: str = name, support: Support = support) -> str:
            return f"{name} {_detail(raw[entry], values[entry], support)}".strip()

        hint = hints.outside(column, raw[part], support, predicted) if as_sent and wrong.any() else None
        sent.at.wrong_where(wrong, "negative" if negative else "out_of_range", detail, hint)


def _outside(values: Numbers, support: Support, predicted: bool) -> Booleans | None:
    """Where values are outside a support, None if nowhere; predictions near an open end at 0 must be normal doubles."""
    low, high = values.min(), values.max()
    open_at_0 = predicted and 0 in (support.low, support.high) and not support.low_included
    subnormal = open_at_0 and (low if support.low == 0 else -high) < SMALLEST_NORMAL
    if not subnormal and high < np.inf and support.contains(np.array((low, high))).all():
        return None
    outside = ~(support.contains(values) & np.isfinite(values))
    if open_at_0:
        outside |= np.abs(values) < SMALLEST_NORMAL
    return outside


def _detail(raw: float, value: float, support: Support) -> str:
    sent = shown(raw) if raw == value else f"{shown(value)}, from {shown(raw)},"
    if support.contains(np.asarray(value)) and np.isfinite(value):
        return f"{sent} is too close to the edge of {support.interval} for a double"
    return f"{sent} is not in {support.interval}"


def _check_sums(sent: SentColumn, rules: Rules) -> Deviation | None:
    """Rows of probabilities, or of their logarithms; a row that the mask touches is divided by what it keeps."""
    logarithms, mask, values = sent.column.support.low == -np.inf, rules.mask, sent.values
    kept = values if mask is None else np.where(mask, values, -np.inf if logarithms else 0.0)
    judged = np.ones(len(kept), np.bool_) if mask is None else mask.all(axis=1)
    if not logarithms:
        judged &= _check_simplex(kept, mask is None and not sent.column.support.low_included, sent.at)
    with np.errstate(over="ignore", invalid="ignore"):
        deviation = _log_deviation(kept) if logarithms else row_sums(kept) - 1
    beyond = ~(np.abs(deviation) <= sent.tolerance) & judged
    if not beyond.any():
        return None
    if rules.needs_complements and sent.side == "predictions":
        _note_above_one(sent, kept > (0.0 if logarithms else 1.0))
    nothing = ~np.any(kept > (-np.inf if logarithms else 0.0), axis=1) & judged
    wrong = beyond if rules.normalization == "strict" else ~np.isfinite(deviation) & judged
    if logarithms and rules.normalization == "rescale":
        wrong = np.zeros_like(beyond)
    if _note_sums(sent, kept, deviation, wrong & ~nothing, nothing):
        return None
    rows = np.flatnonzero(beyond) if sent.at.row_numbers is None else sent.at.row_numbers[beyond]
    return Deviation(sent, rows, float(np.abs(deviation[judged]).max()))


def _note_above_one(sent: SentColumn, above: Booleans) -> None:
    """Note probabilities above 1 where the loss takes their complements."""
    detail = "this loss needs 1 - q: no entry may be above 1"
    sent.at.wrong_where(above, "out_of_range", detail, "ask for normalization rescale")


def _note_sums(sent: SentColumn, kept: Numbers, deviation: Numbers, wrong: Booleans, nothing: Booleans) -> bool:
    """Note rows without any mass, and rows with a sum that is not to be accepted; says whether there is any."""

    def detail(row: Index) -> str:
        return f"the row sums to {1 + float(deviation[row]):.9g}, not 1"

    found = sent.at.wrong_where(nothing, "not_normalized", detail, hints.ZEROS)
    if not wrong.any():
        return found
    hint = hints.log_sums(kept[wrong])
    if sent.column.support.low == 0:
        hint = hints.sums(kept[~nothing], deviation[~nothing], sent.side == "predictions", sent.tolerance)
    return sent.at.wrong_where(wrong, "not_normalized", detail, hint) or found


def _check_simplex(kept: Numbers, open_edge: bool, at: Place) -> Booleans:
    """Which rows have no entry below 0, nor at 0 where that edge does not belong to the support."""
    least = kept.min()
    if least > 0 or (least == 0 and not open_edge):
        return np.ones(len(kept), np.bool_)
    outside = kept < 0
    at.wrong_where(outside, "negative", lambda entry: f"{shown(kept[entry])} is negative", hints.negative(kept))
    if open_edge:
        edge = kept == 0
        at.wrong_where(edge, "out_of_range", "not in the open simplex: every entry must be positive")
        outside |= edge
    return np.asarray(np.all(~outside, axis=1))


def _log_deviation(logarithms: Numbers) -> Numbers:
    """sum exp(l) - 1 of each row, by way of the largest l: no exp overflows."""
    top = logarithms.max(axis=1)
    shift = np.where(np.isfinite(top), top, 0.0)
    total = np.exp(logarithms - shift[:, None]).sum(axis=1)
    return np.asarray(np.expm1(np.log(total) + shift))
