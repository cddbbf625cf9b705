"""The messages of an Arrow stream, looked at one by one before anything of them is decoded.

A stream of a few bytes can ask for any amount of memory: compressed buffers, dictionaries, columns of nulls that have a
length and no bytes. And a decoder takes a stream that was cut between two messages for a shorter one. So the stream is
walked first: a schema, record batches whose rows are counted, and the marker of its end, which nothing follows. Only
three fields of a message's flatbuffer are needed for that (Message.fbs in the Arrow columnar format).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import error as OutOfBounds
from struct import unpack_from

from distscore.wire.errors.problems import MalformedArrow
from distscore.wire.read.document import Buffer

CONTINUATION = 0xFFFFFFFF  # before the size of every message
FILE = b"ARROW1"  # how the format for files begins
HEADER_TYPE, HEADER, BODY_LENGTH = 1, 2, 3  # fields of a Message
SCHEMA, RECORD_BATCH = 1, 3  # types of a header
LENGTH, COMPRESSION = 0, 3  # fields of a RecordBatch


@dataclass(frozen=True)
class Table:
    """A table of a flatbuffer: its fields by number; `struct.error` for one that is said to lie outside the buffer."""

    buffer: memoryview
    at: int

    def integer(self, field: int, form: str) -> int:
        """A number in the form of `struct`, 0 where it is absent."""
        place = self._place(field)
        return 0 if place is None else int(unpack_from(form, self.buffer, place)[0])

    def table(self, field: int) -> "Table | None":
        """A table inside this one, None where it is absent."""
        place = self._place(field)
        return None if place is None else Table(self.buffer, place + unpack_from("<I", self.buffer, place)[0])

    def _place(self, field: int) -> int | None:
        """Where a field stands, by the table of offsets that this table points back to."""
        offsets = self.at - unpack_from("<i", self.buffer, self.at)[0]
        if offsets < 0:
            raise OutOfBounds
        entry = 4 + 2 * field
        if entry + 2 > unpack_from("<H", self.buffer, offsets)[0]:
            return None
        offset = unpack_from("<H", self.buffer, offsets + entry)[0]
        return self.at + offset if offset else None


def count_rows(body: Buffer) -> int:
    """The rows of all record batches; raises MalformedArrow if there is more in the stream than its schema and them."""
    if body[: len(FILE)] == FILE:
        raise MalformedArrow("This is the Arrow format for files; send the one for streams.")
    try:
        return sum(map(_rows_of, _record_batches(memoryview(body))))
    except OutOfBounds:
        raise MalformedArrow("The stream is damaged, or ends before its end-of-stream marker.") from None


def _record_batches(body: memoryview) -> Iterator[Table]:
    """The header of each record batch, between the schema and the marker of the end of the stream."""
    at, expected = 0, SCHEMA
    while True:
        mark, size = unpack_from("<II", body, at)
        at += 8
        if mark != CONTINUATION or size % 8:
            raise MalformedArrow(f"There is no message where one should begin, at byte {at - 8}.")
        if size == 0:
            break
        metadata = body[at : at + size]
        message = Table(metadata, unpack_from("<I", metadata)[0])
        header, length = message.table(HEADER), message.integer(BODY_LENGTH, "<q")
        if message.integer(HEADER_TYPE, "<B") != expected or header is None or length < 0:
            raise MalformedArrow("A stream is a schema and then record batches; dictionaries are not read.")
        if expected == RECORD_BATCH:
            yield header
        expected = RECORD_BATCH
        at += size + length
    if at != len(body) or expected == SCHEMA:
        raise MalformedArrow("There are bytes after the end-of-stream marker, or none before it.")


def _rows_of(batch: Table) -> int:
    rows = batch.integer(LENGTH, "<q")
    if rows < 0 or batch.table(COMPRESSION) is not None:
        raise MalformedArrow("The buffers of a record batch are compressed; send them as they are.")
    return rows
