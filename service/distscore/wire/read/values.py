"""Whether the numbers of a batch lie where they may: supports, sums of 1, weights. Says where they do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Column
from distscore.core.theory.supports import SMALLEST_NORMAL, Support
from distscore.wire.errors.findings import Findings, Path, shown
from distscore.wire.read.columns import Numbers
from distscore.wire.read.request import Read
from distscore.wire.read.shapes import Arrays

TOLERANCE = 1e-5  # of a row's sum
COARSE_TOLERANCE = 1e-4  # where the column came as float32
HEAVIEST = 1e150


@dataclass
class Deviations:
    """How far the rows of a column were from summing to 1; rows beyond the tolerance."""

    column: str
    rows: NDArray[np.intp]
    largest: float


@dataclass
class Checked:
    """What the checks learned on their way."""

    deviations: list[Deviations] = field(default_factory=list)


def check(read: Read[Any], arrays: Arrays, coarse: frozenset[str], findings: Findings) -> Checked:
    """Every number of the batch; `coarse` names columns that came as float32."""
    checked = Checked()
    mask, request = arrays.mask, read.request
    for column in read.target_form.columns:
        values, path = arrays.targets[column.name], ("targets", column.name)
        if column.support.integer:
            _labels(values, arrays.width, path, findings)
        elif column.sums_to_one:
            _distributions(column, values, mask, request.normalization, path, coarse, findings, checked)
        else:
            _inside(column, values, None, mask, path, findings)
        _tempered(column, values, request.temperature, mask, path, findings)
        if read.target_form.counts_votes and column.rank == 2 and mask is None:
            empty = np.all(values == 0, axis=1)
            findings.add_where(path, empty, "not_normalized", "no votes; leave the row out")
    for column in read.prediction_form.columns:
        raw, path = arrays.predictions[column.name], ("predictions", column.name)
        if column.sums_to_one:
            _distributions(column, raw, mask, request.normalization, path, coarse, findings, checked)
        else:
            activation = request.activations.get(column.name, "identity")
            after = None if activation == "identity" else ACTIVATIONS[activation].value(raw)
            _inside(column, raw, after, mask, path, findings)
            _tempered(column, raw if after is None else after, request.temperature, mask, path, findings)
    return checked


def consistent(read: Read[Any], arrays: Arrays, constants: Mapping[str, float], findings: Findings) -> None:
    """Conditions between columns, for numbers that are valid one by one."""
    columns = {name: values if values.ndim == 1 else values.T for name, values in arrays.targets.items()}
    fine = read.target_form.consistent(columns, constants)
    if fine is not None:
        name = read.target_form.columns[0].name
        findings.add_where(("targets", name), ~fine, "out_of_range", f"needed: {read.target_form.requirement}")


def weights(weights: Numbers | None, name: str, findings: Findings) -> None:
    """Sample or class weights."""
    if weights is None:
        return
    low = findings.add_where((name,), weights < 0, "negative", lambda at: f"{shown(weights[at])} is negative")
    with np.errstate(over="ignore"):
        heavy = findings.add_where((name,), weights > HEAVIEST, "out_of_range", "weights are at most 1e150")
        if not low and not heavy and weights.sum() > HEAVIEST:
            findings.add((name,), "out_of_range", "the weights sum to more than 1e150")
    if not weights.any():
        findings.add((name,), "all_weights_zero", "at least one weight must be positive")


def _labels(values: Numbers, width: int, path: Path, findings: Findings) -> None:
    findings.add_where(path, values != np.floor(values), "wrong_type", lambda at: f"{shown(values[at])} is no integer")
    one_based = values.min() == 1 and values.max() == width
    findings.add_where(
        path,
        (values == np.floor(values)) & ((values < 0) | (values >= width)),
        "out_of_range",
        lambda at: f"{shown(values[at])} is not in 0..{width - 1}",
        "labels count from 0: subtract 1" if one_based else None,
    )


def _inside(column: Column, raw: Numbers, after: Numbers | None, mask: Any, path: Path, findings: Findings) -> None:
    """A column, or what its activation makes of it, inside its support."""
    values = raw if after is None else after
    for at, support in enumerate(column.parts.values() or [column.support]):
        if after is None and support.low == -np.inf and support.high == np.inf:
            continue  # what was sent is finite
        part = values[:, at] if column.parts else values
        outside = _outside(part, support, normal=path[0] == "predictions")
        if outside is None:
            continue
        wrong = np.zeros(values.shape, np.bool_)
        wrong[(slice(None), at) if column.parts else ...] = outside
        if mask is not None and mask.shape == wrong.shape:
            wrong &= mask
        negative = support.low == 0 and support.low_included and after is None
        code = "negative" if negative and not (wrong & (values >= 0)).any() else "out_of_range"
        name = f"{list(column.parts)[at]} " if column.parts else ""
        raw_outputs = path[0] == "predictions" and after is None and len(column.activations) > 1
        hint = f"a network's raw output? ask for an activation: {', '.join(column.activations[1:])}"

        def says(i: tuple[int, ...], s: Support = support, n: str = name) -> str:
            return f"{n}{_says(raw[i], values[i], s)}"

        findings.add_where(path, wrong, code, says, hint if raw_outputs else None)


def _tempered(column: Column, values: Numbers, temperature: float, mask: Any, path: Path, findings: Findings) -> None:
    """Logits that are doubles after the division by the temperature, too."""
    if column.name != "logits" or temperature >= 1:
        return
    with np.errstate(over="ignore"):
        wrong = np.isfinite(values) & ~np.isfinite(values / temperature)
    if mask is not None and mask.shape == wrong.shape:
        wrong &= mask
    findings.add_where(path, wrong, "out_of_range", "divided by the temperature it is beyond the doubles")


def _says(raw: Any, value: Any, support: Support) -> str:
    sent = shown(raw) if raw == value else f"{shown(value)}, from {shown(raw)},"
    if support.contains(np.asarray(value)) and np.isfinite(value):
        return f"{sent} is too close to the edge of {support.interval} for a double"
    return f"{sent} is not in {support.interval}"


def _outside(values: Numbers, support: Support, normal: bool) -> NDArray[np.bool_] | None:
    """Where values are outside, or None if none is. Open ends at 0 want a normal double, for predictions."""
    low, high = values.min(), values.max()
    inside = bool(support.contains(np.asarray(low)) and support.contains(np.asarray(high)) and high < np.inf)
    edge = normal and 0 in (support.low, support.high) and not support.low_included
    if inside and not (edge and (low if support.low == 0 else -high) < SMALLEST_NORMAL):
        return None
    outside = ~(support.contains(values) & np.isfinite(values))
    return outside | (np.abs(values) < SMALLEST_NORMAL) if edge else outside


def _distributions(
    column: Column,
    values: Numbers,
    mask: NDArray[np.bool_] | None,
    normalization: str,
    path: Path,
    coarse: frozenset[str],
    findings: Findings,
    checked: Checked,
) -> None:
    """Rows that should sum to 1; with a mask, rows that it touches are divided by what it keeps and may not be 0."""
    logarithms = column.support.low == -np.inf
    kept = values if mask is None else np.where(mask, values, -np.inf if logarithms else 0.0)
    whole = np.ones(len(values), np.bool_) if mask is None else mask.all(axis=1)
    if not logarithms:
        whole &= _on_simplex(column, kept, mask is None, path, findings)
    name = ".".join(map(str, path))
    with np.errstate(over="ignore", invalid="ignore"):
        deviation = _log_deviation(kept) if logarithms else np.add.reduce(kept, axis=1) - 1
    beyond = ~(np.abs(deviation) <= (COARSE_TOLERANCE if name in coarse else TOLERANCE)) & whole
    if not beyond.any():
        return
    wrong = beyond
    if normalization != "strict":
        nothing = ~np.any(kept > (-np.inf if logarithms else 0.0), axis=1)
        softmax = logarithms and normalization == "rescale"
        wrong = (nothing | (~np.isfinite(deviation) & (not softmax))) & whole
    if wrong.any():
        hint = _hint(kept, deviation, logarithms)
        findings.add_where(
            path, wrong, "not_normalized", lambda at: f"the row sums to {1 + float(deviation[at]):.9g}, not 1", hint
        )
        return
    checked.deviations.append(Deviations(name, np.flatnonzero(beyond), float(np.abs(deviation[whole]).max())))


def _on_simplex(column: Column, kept: Numbers, unmasked: bool, path: Path, findings: Findings) -> NDArray[np.bool_]:
    """Which rows have no entry below 0, or on an edge that does not belong to it."""
    least, open_edge = kept.min(), unmasked and not column.support.low_included
    if least > 0 or (least == 0 and not open_edge):
        return np.ones(len(kept), np.bool_)
    outside = kept < 0
    hint = "looks like logits: send them as logits" if np.abs(kept).max() > 1 else None
    findings.add_where(path, outside, "negative", lambda at: f"{shown(kept[at])} is negative", hint)
    if open_edge:
        edge = kept == 0
        findings.add_where(path, edge, "out_of_range", "not in the open simplex: every entry must be positive")
        outside |= edge
    inside: NDArray[np.bool_] = np.all(~outside, axis=1)
    return inside


def _log_deviation(logarithms: Numbers) -> Numbers:
    """sum exp(l) - 1 of each row."""
    top = logarithms.max(axis=1)
    shift = np.where(np.isfinite(top), top, 0.0)
    whole = np.exp(logarithms - shift[:, None]).sum(axis=1)
    return np.asarray(np.expm1(np.log(whole) + shift))


def _hint(values: Numbers, deviation: Numbers, logarithms: bool) -> str | None:
    """What the sums remind of."""
    if logarithms:
        looks_plain = values.min() >= 0 and values.max() <= 1
        return "looks like probabilities: send them as probabilities" if looks_plain else None
    if np.abs(deviation - 99).max() < 0.5:
        return "rows sum to 100: percent? divide by 100"
    if len(values) > 1 and np.abs(np.add.reduce(values, axis=0) - 1).max() < TOLERANCE:
        return "columns sum to 1: transposed?"
    if values.max() > 1:
        return "amounts? ask for normalization rescale, or send counts"
    return "rounded? ask for normalization rescale"


def nothing_left(read: Read[Any], arrays: Arrays, findings: Findings) -> None:
    """Rows of exclusive classes whose mask keeps classes, but none with target or predicted mass."""
    mask = arrays.mask
    assert mask is not None
    for side, form, columns in (
        ("targets", read.target_form, arrays.targets),
        ("predictions", read.prediction_form, arrays.predictions),
    ):
        column = form.columns[0]
        values = columns[column.name]
        if column.support.integer:
            left = mask[np.arange(len(mask)), values.astype(np.intp)]
        elif column.support.low == 0 and column.support.low_included:
            left = np.any(mask & (values > 0), axis=1)
        else:  # what is kept of logits and of scores has mass
            continue
        wrong = np.any(mask, axis=1) & ~left
        findings.add_where((side, column.name), wrong, "nothing_left", "the mask keeps no class that has any mass")
