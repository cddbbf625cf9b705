"""A request as an Arrow stream: a column per array under its dotted name, the rest as JSON in the schema's metadata."""

import importlib
from typing import Any

import numpy as np
import orjson

from distscore.client.optional import installed
from distscore.client.sending.arrays import NUMBERS
from distscore.client.sending.request import Array, Path, Request, dotted

REQUEST = b"request"  # key of the metadata
LEAST_BYTES = 65_536  # of the arrays of a request, from which on a stream is worth its schema


def readable() -> bool:
    """Whether streams can be read and written here."""
    return installed("pyarrow")


def wanted(request: Request) -> bool:
    """Whether a request is better sent as a stream, if one can be: it is large, or has infinities that JSON has not."""
    return readable() and (request.byte_count >= LEAST_BYTES or _has_infinities(request))


def writable(request: Request) -> bool:
    """Whether a request can be a stream, which has no null: NaN is a missing number among targets only."""
    return not any(
        values.dtype.kind == "f" and np.isnan(values).any()
        for path, values in request.rows.items()
        if "predictions" in path
    )


def _has_infinities(request: Request) -> bool:
    return any(np.isneginf(values).any() for path, values in request.rows.items() if path[-1] == "log_probabilities")


def write(request: Request) -> memoryview:
    """The stream, in one record batch: float32 stays float32, and columns are not copied but into the stream."""
    arrow: Any = importlib.import_module("pyarrow")
    rest = {path: values.tolist() for path, values in request.rows.items() if not _is_column(path, values, request)}
    columns = {path: values for path, values in request.rows.items() if path not in rest}
    metadata = {REQUEST: orjson.dumps(request.document(rest))}
    batch = arrow.record_batch({dotted(path): _column(arrow, values) for path, values in columns.items()})
    batch = batch.replace_schema_metadata(metadata)
    stream = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(stream, batch.schema) as writer:
        writer.write_batch(batch)
    return memoryview(stream.getvalue())


def _is_column(path: Path, values: Array, request: Request) -> bool:
    """Whether an array goes as a column; groups do all or none, to keep their order, and words are not columns."""
    alike = [each for at, each in request.rows.items() if path[0] == at[0] == "groups"] or [values]
    return all(each.dtype.kind in NUMBERS for each in alike)


def _column(arrow: Any, values: Array) -> Any:
    """A column of numbers or booleans, of lists of a fixed size where it has several per row."""
    kind = np.float32 if values.dtype == np.float16 else np.float64 if values.dtype == np.longdouble else values.dtype
    entries = arrow.array(np.ascontiguousarray(values, np.dtype(kind).newbyteorder("=")).reshape(-1))
    return entries if values.ndim == 1 else arrow.FixedSizeListArray.from_arrays(entries, values.shape[1])
