"""Batches cut into parts that the service takes: by its limits of rows, numbers and bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from distscore.client.question import speaks_arrow
from distscore.client.sending import arrow
from distscore.client.sending.arrays import NUMBERS
from distscore.client.sending.request import Array, Document, Request

NUMBERS_AT_ONCE = 1 << 20  # of a part: a fraction of a second to score, and no more to ask again
JSON_NUMBER = 26  # letters of the longest double, with its comma and a bracket
SLACK = 1 << 16  # bytes of a body for names, schema and padding
UNLIMITED = 1 << 62


@dataclass(frozen=True)
class Part:
    """Some rows of a batch, with the numbers of the part, its batch, and its first row there and of all batches."""

    number: int
    batch: int
    first_row: int
    first_of_all: int
    request: Request

    @property
    def where(self) -> str:
        """Which rows these are, as people say it."""
        last = self.first_row + self.request.row_count - 1
        return f"part {self.number}, rows {self.first_row} to {last} of batch {self.batch}"


class Cutting:
    """The parts of one batch after the other, cut by the limits in force."""

    def __init__(self, limits: Document) -> None:
        self._limits = limits
        self._parts = self._batches = self._rows = 0

    def of_batch(self, request: Request) -> Iterator[Part]:
        """The parts of the next batch; none if it has no rows."""
        for start, stop in even(request.row_count, rows_at_once(request, self._limits)):
            yield Part(self._parts, self._batches, start, self._rows + start, request.cut(start, stop))
            self._parts += 1
        self._batches += 1
        self._rows += request.row_count


def even(rows: int, most: int) -> Iterator[tuple[int, int]]:
    """First and last + 1 of the rows of as few parts as there have to be, of about the same size."""
    count = -(-rows // most)
    return ((rows * part // count, rows * (part + 1) // count) for part in range(count))


def rows_at_once(request: Request, limits: Document) -> int:
    """How many rows of a request fit into a body, at least one: one that is too large is the service's to refuse."""
    as_arrow = arrow.wanted(request) and speaks_arrow(limits)
    numbers = sum(values.size // len(values) for values in request.rows.values() if len(values))
    size = sum(_row_bytes(values, as_arrow) for values in request.rows.values() if len(values))
    body = limits.get("arrow_body_bytes" if as_arrow else "json_body_bytes", UNLIMITED)
    room = body - SLACK - len(orjson.dumps(request.members))
    entries = min(NUMBERS_AT_ONCE, limits.get("entries", UNLIMITED)) // max(1, numbers)
    return max(1, int(min(limits.get("rows", UNLIMITED), entries, room // max(1, size))))


def _row_bytes(values: Array, as_arrow: bool) -> int:
    """Bytes of a row in a body, at most: of words, which are in JSON either way, those of the longest one."""
    if values.dtype.kind not in NUMBERS:
        return max(len(orjson.dumps(str(each))) for each in set(values.tolist())) + 1
    return (values.nbytes if as_arrow else JSON_NUMBER * values.size) // len(values)
