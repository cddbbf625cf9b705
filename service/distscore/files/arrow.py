"""Arrow files and streams in parts: the file is mapped, and batches are in it as they are in memory."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from distscore.files.part import Part, Source, even
from distscore.wire.errors.problems import MalformedTable
from distscore.wire.table.parquet import plain
from distscore.wire.table.sheet import Columns, Sheet

FILE_MARK = b"ARROW1"
STREAM_MARK = b"\xff\xff\xff\xff"
BEGINNING = 10_000  # rows from which columns are guessed
BYTES_PER_NUMBER = 8


class ArrowPart(Part):
    """Some rows of a batch; another process gets them, and not the whole batch, as a stream of their own."""

    has_lines = False

    def __init__(self, path: Path, batch: pa.RecordBatch, first_row: int) -> None:
        self.path, self.names, self.first_row, self.size = path, batch.schema.names, first_row, batch.nbytes
        self._batch = batch

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        return {name: plain(pa.chunked_array([self._batch.column(name)])) for name in (*numbers, *texts)}

    def __reduce__(self) -> tuple[Any, ...]:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._batch.schema) as stream:
            stream.write_batch(self._batch)
        return sent, (self.path, sink.getvalue().to_pybytes(), self.first_row)


def sent(path: Path, stream: bytes, first_row: int) -> ArrowPart:
    """A part that came from another process."""
    return ArrowPart(path, pa.ipc.open_stream(stream).read_next_batch(), first_row)


class ArrowSource(Source):
    """Batches of columns of numbers, text, booleans, or lists of numbers."""

    def __init__(self, path: Path) -> None:
        """Raises MalformedTable for what is no Arrow."""
        self.path = path
        self.names = next(self._batches()).schema.names

    def beginning(self) -> Sheet:
        empty, *some = self._batches()
        return ArrowPart(self.path, (some or [empty])[0].slice(0, BEGINNING), 0)

    def parts(self, columns: Collection[str]) -> Iterator[Part]:
        first_row = 0
        for batch in self._batches():
            asked = batch.select(sorted(columns))
            for start, stop in even(len(batch), asked.nbytes // BYTES_PER_NUMBER):
                yield ArrowPart(self.path, asked.slice(start, stop - start), first_row + start)
            first_row += len(batch)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """An empty batch with the schema, and all batches of the file."""
        try:
            file = pa.memory_map(str(self.path))
            if file.read_at(len(FILE_MARK), 0) == FILE_MARK:
                reader = pa.ipc.open_file(file)
                batches = map(reader.get_batch, range(reader.num_record_batches))
            else:
                reader = pa.ipc.open_stream(file)
                batches = iter(reader)
            yield pa.RecordBatch.from_arrays([pa.array([], each.type) for each in reader.schema], schema=reader.schema)
            yield from batches
        except (pa.ArrowException, OSError):
            raise MalformedTable("The file is not Arrow, or ends too early.") from None
