"""Arrow files and streams: the file is mapped, and batches are in it as they are in memory."""

from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from distscore.files.batch import BatchPart, empty
from distscore.files.part import Part, Source, Span, even, rows_of_part, spans_of
from distscore.wire.errors.problems import MalformedTable
from distscore.wire.table.sheet import Sheet

FILE_MARK = b"ARROW1"
STREAM_MARK = b"\xff\xff\xff\xff"
BEGINNING = 10_000  # rows from which columns are guessed
BYTES_PER_NUMBER = 8


class ArrowSource(Source):
    """Batches of columns of numbers, text, booleans, or lists of numbers."""

    def __init__(self, path: Path) -> None:
        """Raises MalformedTable for what is no Arrow."""
        self._path = path
        self.names = next(self._batches()).schema.names

    def header(self) -> Sheet:
        return BatchPart(next(self._batches()), 0)

    def beginning(self) -> Sheet:
        return BatchPart(max(islice(self._batches(), 2), key=len).slice(0, BEGINNING), 0)

    def spans(self, columns: Collection[str]) -> Iterator[Span]:
        return spans_of(self._path, self._parts(columns))

    def _parts(self, columns: Collection[str]) -> Iterator[tuple[Part, int]]:
        first_row = 0
        for batch in self._batches():
            asked = batch.select(sorted(columns))
            for start, stop in even(len(batch), rows_of_part(len(batch), asked.nbytes // BYTES_PER_NUMBER)):
                part = BatchPart(asked.slice(start, stop - start), first_row + start)
                yield part, batch.nbytes * (stop - start) // len(batch)
            first_row += len(batch)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """An empty batch with the schema, and all batches of the file."""
        try:
            file = pa.memory_map(str(self._path))
            if file.read_at(len(FILE_MARK), 0) == FILE_MARK:
                reader = pa.ipc.open_file(file)
                batches = map(reader.get_batch, range(reader.num_record_batches))
            else:
                reader = pa.ipc.open_stream(file)
                batches = iter(reader)
            yield empty(reader.schema)
            yield from batches
        except (pa.ArrowException, OSError):
            raise MalformedTable("The file is not Arrow, or ends too early.") from None
