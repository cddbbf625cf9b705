"""An answer as an Arrow stream: a column per per-row output, everything else as JSON in the metadata of the schema."""

from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from distscore.wire.write.answer import Answer

RESPONSE = "response"  # key of the schema's metadata
BATCH_ROWS = 65_536


def parts(answer: Answer) -> list[memoryview]:
    """The stream as the one part that it is made in."""
    return [write(answer)]


def write(answer: Answer) -> memoryview:
    """The stream, in record batches of at most 65 536 rows: infinite numbers stay, null is where there is no number."""
    columns = {name: _column(values, name in answer.single) for name, values in answer.rows.items()}
    metadata = {RESPONSE: orjson.dumps(answer.members, option=orjson.OPT_SERIALIZE_NUMPY)}
    table = pa.table(columns, metadata=metadata)
    size = pa.MockOutputStream()
    _write(table, size)
    stream = pa.allocate_buffer(size.size())
    _write(table, pa.FixedSizeBufferWriter(stream))
    return memoryview(stream)


def _write(table: pa.Table, sink: Any) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, BATCH_ROWS)


def _column(values: NDArray[np.float64] | list[None], single: bool) -> pa.Array:
    """An output as a column of doubles, or of float32 as its column came: beyond the largest of them it is infinite."""
    if isinstance(values, list):
        return pa.nulls(len(values), pa.float64())
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(values, np.float32 if single else np.float64)
    kind = pa.float32() if single else pa.float64()
    entries = pa.Array.from_buffers(kind, array.size, [None, pa.py_buffer(array)])
    return entries if array.ndim == 1 else pa.FixedSizeListArray.from_arrays(entries, array.shape[1])
