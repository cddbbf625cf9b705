"""Requests and answers as Arrow streams, made and read by pyarrow alone."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

ARROW = "application/vnd.apache.arrow.stream"
BESIDE = ("sample_weights", "mask")
INTEGERS = {"labels": np.int32, "counts": np.uint16, "successes": np.int64, "trials": np.int8}


def column(values: ArrayLike) -> pa.Array:
    """An array with an entry per row as a column."""
    array = np.asarray(values)
    entries = pa.array(array.ravel())
    return entries if array.ndim == 1 else pa.FixedSizeListArray.from_arrays(entries, array.shape[1])


def stream(columns: Mapping[str, Any], request: Mapping[str, Any], rows: int | None = None) -> bytes:
    """A request whose record batches have so many rows."""
    arrays = {name: values if isinstance(values, pa.Array) else column(values) for name, values in columns.items()}
    return written(pa.table(arrays, metadata={"request": json.dumps(request)}), rows)


def written(table: pa.Table, rows: int | None = None, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def parted(document: Mapping[str, Any]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The columns of a request as arrays, whole numbers in types of integers, and its other members."""
    columns = {
        f"{side}.{name}": np.asarray(values, INTEGERS.get(name, np.float64))
        for side in ("targets", "predictions")
        for name, values in document[side].items()
    }
    columns |= {name: np.asarray(document[name]) for name in BESIDE if name in document}
    others = {name: value for name, value in document.items() if name not in {"targets", "predictions", *BESIDE}}
    return columns, others


def table_of(content: bytes) -> pa.Table:
    """An answer, whose metadata are JSON."""
    with pa.ipc.open_stream(content) as reader:
        return reader.read_all()


def document_of(content: bytes) -> dict[str, Any]:
    """An answer as it would be in JSON: columns nested by their dotted names, null where a number is infinite."""
    table = table_of(content)
    document: dict[str, Any] = json.loads(table.schema.metadata[b"response"])
    for name in table.schema.names:
        *outer, last = name.split(".")
        inside = document
        for step in outer:
            inside = inside.setdefault(step, {})
        inside[last] = finite(table[name].to_pylist())
    return document


def finite(value: Any) -> Any:
    if isinstance(value, list):
        return [finite(entry) for entry in value]
    return value if value is not None and np.isfinite(value) else None
