"""Columns of a request as arrays of one batch: the same rows everywhere, the same classes everywhere, within limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.theory.columns import Column
from distscore.wire.describe.requests import Options
from distscore.wire.errors.findings import Findings
from distscore.wire.errors.problems import TooManyClasses, TooManyEntries, TooManyRows
from distscore.wire.read import columns
from distscore.wire.read.columns import Numbers
from distscore.wire.read.request import Read


@dataclass(frozen=True)
class Limits:
    """How large a batch may be."""

    rows: int
    entries: int
    classes: int


@dataclass(frozen=True)
class Arrays:
    """The arrays of a request, of matching shapes."""

    targets: Mapping[str, Numbers]
    predictions: Mapping[str, Numbers]
    width: int  # classes, labels, or 1
    sample_weights: Numbers | None
    class_weights: Numbers | None
    mask: NDArray[np.bool_] | None

    @property
    def row_count(self) -> int:
        """n."""
        return len(next(iter(self.targets.values())))


def arrays_of(read: Read[Any], limits: Limits, findings: Findings) -> Arrays:
    """Raises InvalidRequest if any array is none or has the wrong shape, and a 413 if the batch is too large."""
    request = read.request
    targets = _side("targets", request.targets, read.target_form.columns, findings)
    predictions = _side("predictions", request.predictions, read.prediction_form.columns, findings)
    sample_weights = _optional(request.sample_weights, "sample_weights", findings)
    class_weights = _optional(request.class_weights, "class_weights", findings)
    mask = None if request.mask is None else columns.booleans(request.mask, 2, ("mask",), findings)
    findings.raise_any(complete=False)
    described = [*read.target_form.columns, *read.prediction_form.columns]
    given = {
        **{f"targets.{k}": v for k, v in targets.items()},
        **{f"predictions.{k}": v for k, v in predictions.items()},
    }
    _limit(given, limits)
    width = _compare(described, given, findings)
    arrays = Arrays(targets, predictions, width, sample_weights, class_weights, mask)
    _compare_options(arrays, request, any(column.width in ("classes", "labels") for column in described), findings)
    findings.raise_any(complete=False)
    return arrays


def _side(side: str, sent: Any, described: tuple[Column, ...], findings: Findings) -> dict[str, Numbers]:
    arrays = {}
    for column in described:
        values = columns.numbers(getattr(sent, column.name), column.rank, (side, column.name), findings)
        if values is not None:
            arrays[column.name] = values
    return arrays


def _optional(value: Any, name: str, findings: Findings) -> Numbers | None:
    return None if value is None else columns.numbers(value, 1, (name,), findings)


def _limit(given: Mapping[str, Numbers], limits: Limits) -> None:
    for name, values in given.items():
        if len(values) > limits.rows:
            raise TooManyRows(f"{name} has {len(values)} rows, the limit is {limits.rows}; send it in parts.")
        if values.ndim > 1 and values.shape[1] > limits.classes:
            raise TooManyClasses(f"{name} is {values.shape[1]} wide, the limit is {limits.classes}.")
    entries = sum(values.size for values in given.values())
    if entries > limits.entries:
        raise TooManyEntries(f"The batch has {entries} numbers, the limit is {limits.entries}; send it in parts.")


def _compare(described: list[Column], given: Mapping[str, Numbers], findings: Findings) -> int:
    """Rows and widths against the first column that has them; the width of a row."""
    (first, reference), *rest = given.items()
    for name, values in rest:
        if len(values) != len(reference):
            hint = "transposed?" if values.shape == reference.shape[::-1] else None
            says = f"{len(values)} rows, {first} has {len(reference)}"
            findings.add(tuple(name.split(".")), "shape_mismatch", says, hint)
    width = 1
    widest = ""
    for column, (name, values) in zip(described, given.items(), strict=True):
        path = tuple(name.split("."))
        if column.parts and values.shape[1] != len(column.parts):
            says = f"{values.shape[1]} entries per row, expected {len(column.parts)}: {', '.join(column.parts)}"
            findings.add(path, "shape_mismatch", says)
        if column.width not in ("classes", "labels"):
            continue
        if column.width == "classes" and values.shape[1] < 2:
            findings.add(path, "shape_mismatch", "one class; at least two are needed", "one event? family bernoulli")
        if widest and values.shape[1] != width:
            says = f"{values.shape[1]} {column.width}, {widest} has {width}"
            findings.add(path, "shape_mismatch", says)
        elif not widest:
            width, widest = values.shape[1], name
    return width


def _compare_options(arrays: Arrays, request: Options, is_wide: bool, findings: Findings) -> None:
    rows, width = arrays.row_count, arrays.width
    if arrays.sample_weights is not None and len(arrays.sample_weights) != rows:
        findings.add(("sample_weights",), "shape_mismatch", f"{len(arrays.sample_weights)} weights for {rows} rows")
    if not is_wide:
        return
    if arrays.class_weights is not None and len(arrays.class_weights) != width:
        findings.add(("class_weights",), "shape_mismatch", f"{len(arrays.class_weights)} weights, rows have {width}")
    if arrays.mask is not None and arrays.mask.shape != (rows, width):
        found = " x ".join(map(str, arrays.mask.shape))
        findings.add(("mask",), "shape_mismatch", f"{found}, expected {rows} x {width}")
    if request.classes and len(request.classes) != width:
        findings.add(("classes",), "shape_mismatch", f"{len(request.classes)} names, rows have {width}")
