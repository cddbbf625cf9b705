"""From a request with arrays to the document that a reader of bodies makes: columns stay arrays and are not copied."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from distscore.wire.read.document import Document

NUMBERS = "fiub"  # kinds of the types of columns: floating-point numbers, integers of either kind, booleans
Reader = Callable[[Any], Any]


def document_of(request: Mapping[str, Any]) -> Document:
    """The document of a request: columns as contiguous arrays of numbers, and all else as JSON would hold it."""
    document = {name: COLUMNS.get(name, plain)(value) for name, value in request.items() if name != "candidates"}
    if "candidates" in request:
        document["candidates"] = _each(request["candidates"], document_of)
    return document


def column(value: Any) -> Any:
    """Numbers as the machine computes with them: one row after the other, aligned, in its own order of bytes.

    A masked entry is a null, as in a list.
    """
    if not isinstance(value, np.ndarray) or np.ma.isMaskedArray(value) or value.dtype.kind not in NUMBERS:
        return plain(value)
    return np.require(value, value.dtype.newbyteorder("="), ["C", "A"])


def columns(value: Any) -> Any:
    """The columns of one side."""
    return {name: column(each) for name, each in value.items()} if isinstance(value, Mapping) else plain(value)


def plain(value: Any) -> Any:
    """Arrays and tuples as lists and their scalars as Python's, wherever they stand."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return _each(value, plain)


def _each(value: Any, read: Reader) -> Any:
    return [read(each) for each in value] if isinstance(value, list | tuple) else value


COLUMNS: Mapping[str, Reader] = {
    "targets": columns,
    "predictions": columns,
    "sample_weights": column,
    "mask": column,
}
