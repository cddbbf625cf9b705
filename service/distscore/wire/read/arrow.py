"""Arrow streams: every array with an entry per row is a column under its dotted name, the rest is JSON in the schema.

A column of one record batch is not copied: its array is a view of the body. Those of several batches are put together.
"""

from math import prod
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from distscore.wire.errors.problems import (
    InvalidRequest,
    Issue,
    MalformedArrow,
    TooManyClasses,
    TooManyEntries,
    TooManyRows,
    pointer,
)
from distscore.wire.read import json
from distscore.wire.read.arrow_messages import count_rows
from distscore.wire.read.bounds import MEMBERS
from distscore.wire.read.document import Buffer, Document, without_empty
from distscore.wire.read.limits import Limits

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
REQUEST = b"request"  # key of the schema's metadata
INTEGERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
ENTRIES = frozenset({pa.float32(), pa.float64(), pa.bool_(), *INTEGERS})
OPTIONS = pa.ipc.IpcReadOptions(ensure_alignment=pa.ipc.Alignment.DataTypeSpecific, use_threads=False)
LONGEST = 200  # characters of what the decoder says, or of a name
TYPES = "floating-point numbers of 32 or 64 bits, integers, booleans, or lists of a fixed size of them"


def read(body: Buffer, limits: Limits) -> Document:
    """The members of a request; raises MalformedArrow, or a 413 before anything is decoded that is too large."""
    rows = count_rows(body)
    if rows > limits.rows:
        raise TooManyRows(f"The stream has {rows} rows, the limit is {limits.rows}; send it in parts.")
    try:
        with pa.ipc.open_stream(pa.py_buffer(body), options=OPTIONS) as reader:
            _check_schema(reader.schema, rows, limits)
            members = (reader.schema.metadata or {}).get(REQUEST, b"{}")
            columns = _columns(reader, rows)
    except pa.ArrowMemoryError:
        raise MemoryError from None
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise MalformedArrow(f"The stream cannot be decoded: {str(error)[:LONGEST]}") from None
    return _together(json.read(members, limits), columns)


def _check_schema(schema: pa.Schema, rows: int, limits: Limits) -> None:
    """Raises MalformedArrow for columns of other types or of one name, and a 413 for more numbers than there may be."""
    if len(schema) > MEMBERS or len(set(schema.names)) < len(schema):
        raise MalformedArrow(f"There are columns of the same name, or more than {MEMBERS}.")
    for field in schema:
        name, width = field.name[:LONGEST], prod(_shape(field.type, 1))
        if _entry_type(field.type) not in ENTRIES or width < 0:
            raise MalformedArrow(f"The column {name} is {str(field.type)[:LONGEST]}; send {TYPES}.")
        if width > limits.classes:
            raise TooManyClasses(f"{name} is {width} wide, the limit is {limits.classes}.")
    entries = sum(prod(_shape(kind, rows)) for kind in schema.types)
    if entries > limits.entries:
        raise TooManyEntries(f"The stream has {entries} numbers, the limit is {limits.entries}; send it in parts.")


def _shape(kind: pa.DataType, rows: int) -> tuple[int, ...]:
    """The shape of a column of so many rows: (rows,), or (rows, width) for a list of a fixed size."""
    return (rows, int(kind.list_size)) if pa.types.is_fixed_size_list(kind) else (rows,)


def _entry_type(kind: pa.DataType) -> pa.DataType:
    """The type of a column's entries."""
    return kind.value_type if pa.types.is_fixed_size_list(kind) else kind


def _columns(reader: pa.RecordBatchReader, rows: int) -> dict[str, NDArray[Any]]:
    """The columns as arrays, (rows,) or (rows, width): views if one batch has all rows; raises MalformedArrow."""
    kinds = dict(zip(reader.schema.names, reader.schema.types, strict=True))
    arrays = {name: np.empty(_shape(kind, rows), _entry_type(kind).to_pandas_dtype()) for name, kind in kinds.items()}
    at = 0
    for batch in reader:
        batch.validate(full=True)
        views = {name: _view(name, column) for name, column in zip(kinds, batch.columns, strict=True)}
        if len(batch) == rows:
            return views
        for name, view in views.items():
            arrays[name][at : at + len(view)] = view
        at += len(batch)
    return arrays


def _view(name: str, column: pa.Array) -> NDArray[Any]:
    """A column of a record batch as an array without a copy, but for booleans, which are single bits."""
    shape = _shape(column.type, len(column))
    entries = column if len(shape) == 1 else column.values.slice(column.offset * shape[1], prod(shape))
    if column.null_count or entries.null_count:
        raise MalformedArrow(f'The column {name} has nulls; for a missing target send NaN with "missing": "exclude".')
    return _entries(entries).reshape(shape)


def _entries(array: pa.Array) -> NDArray[Any]:
    """The entries of an array without nulls, from its buffer: Arrow's own way loads compute functions and pandas."""
    kind, (_, buffer) = array.type.to_pandas_dtype(), array.buffers()
    if not len(array):
        return np.empty(0, kind)
    if pa.types.is_boolean(array.type):
        bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=array.offset + len(array), bitorder="little")
        return bits[array.offset :].view(np.bool_)
    return np.frombuffer(buffer, kind, len(array), array.offset * np.dtype(kind).itemsize)


def _together(document: Document, columns: dict[str, NDArray[Any]]) -> Document:
    """The members of the metadata with the columns in their places; raises InvalidRequest for one that is in both."""
    document = without_empty(document)
    for name, array in columns.items():
        *outer, member = name.split(".", 1)
        inside: Any = document
        for side in outer:
            inside = document.setdefault(side, {})
        if not isinstance(inside, dict) or member in without_empty(inside):
            place = pointer(*outer, member)[:LONGEST]
            raise InvalidRequest([Issue(place, "duplicate_name", "this is a column, and in the metadata as well")])
        inside[member] = array
    return document
