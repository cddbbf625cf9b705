"""Batches made parts that the service takes: cut by its limits of rows, numbers and bytes, small ones put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
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
    """Some rows of a large batch, or all rows of a few small ones.

    It has its number, that of its first row among those of all batches, and the number of each of its batches with the
    row of the part where that begins.
    """

    number: int
    first_of_all: int
    batches: Sequence[tuple[int, int]]
    request: Request

    def place(self, row: int) -> tuple[int, int]:
        """The batch of a row of the part, and the number of the row there."""
        batch, start = max(each for each in self.batches if each[1] <= row)
        return batch, row - start

    @property
    def where(self) -> str:
        """Which rows these are, as people say it."""
        (first, start), (last, _) = self.batches[0], self.batches[-1]
        if first < last:
            return f"part {self.number}, batches {first} to {last}"
        return f"part {self.number}, rows {-start} to {self.request.row_count - 1 - start} of batch {first}"


class Cutting:
    """Parts of about the same size: large batches are cut by the limits in force, small ones go together."""

    def __init__(self, limits: Document) -> None:
        self._limits = limits
        self._parts = self._batches = self._rows = 0
        self._waiting: list[Request] = []
        self._first_waiting = 0  # the number of its batch

    def add(self, request: Request) -> Iterator[Part]:
        """The parts that are complete with the next batch."""
        most = rows_at_once(request, self._limits)
        if self._waiting and not (alike(self._waiting[0], request) and self._has_room(request, most)):
            yield from self.rest()
        if not self._waiting:
            self._first_waiting = self._batches
        self._batches += 1
        self._waiting.append(request)
        if not self._has_room(request, most):
            yield from self.rest()

    def rest(self) -> Iterator[Part]:
        """The parts of what waits for more; none if that has no rows."""
        if not self._waiting:
            return
        request = joined(self._waiting)
        ends = [0, *accumulate(each.row_count for each in self._waiting)]
        batches = list(enumerate(pairwise(ends), self._first_waiting))
        self._waiting = []
        for start, stop in even(request.row_count, rows_at_once(request, self._limits)):
            here = [(batch, first - start) for batch, (first, end) in batches if first < stop and start < end]
            yield Part(self._parts, self._rows + start, here, request.cut(start, stop))
            self._parts += 1
        self._rows += request.row_count

    def _has_room(self, request: Request, most: int) -> bool:
        """Whether a batch of the size of this one fits beside what waits."""
        return sum(each.row_count for each in self._waiting) + request.row_count <= most


def alike(first: Request, second: Request) -> bool:
    """Whether two requests are one but for their rows: the same members, and columns of the same types and widths."""
    if first.members != second.members or first.rows.keys() != second.rows.keys():
        return False
    pairs = ((values, second.rows[path]) for path, values in first.rows.items())
    return all(mine.dtype == other.dtype and mine.shape[1:] == other.shape[1:] for mine, other in pairs)


def joined(requests: Sequence[Request]) -> Request:
    """One request of the rows of all."""
    if len(requests) == 1:
        return requests[0]
    rows = {path: np.concatenate([each.rows[path] for each in requests]) for path in requests[0].rows}
    return Request(requests[0].members, rows)


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
