"""Rows that are in memory as Arrow has them, of a file in whichever format."""

from collections.abc import Collection
from typing import Any

import pyarrow as pa

from distscore.files.part import Part
from distscore.wire.table.parquet import plain
from distscore.wire.table.sheet import Columns


class BatchPart(Part):
    """Rows of a batch; another process gets them, and not the whole batch that they are a slice of, as a stream."""

    has_lines = False

    def __init__(self, batch: pa.RecordBatch, first_row: int) -> None:
        self.names, self.first_row, self._batch = batch.schema.names, first_row, batch

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        return {name: plain(pa.chunked_array([self._batch.column(name)])) for name in (*numbers, *texts)}

    def __reduce__(self) -> tuple[Any, ...]:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._batch.schema) as stream:
            stream.write_batch(self._batch)
        return sent, (sink.getvalue().to_pybytes(), self.first_row)


def sent(stream: bytes, first_row: int) -> BatchPart:
    """A part that came from another process."""
    return BatchPart(pa.ipc.open_stream(stream).read_next_batch(), first_row)


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """A batch of no rows."""
    return pa.RecordBatch.from_arrays([pa.array([], each.type) for each in schema], schema=schema)
