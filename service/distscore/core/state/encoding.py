"""States as strings: a header, whole numbers and a checksum, in base64.

The bytes are a version, the number of classes, the length of the header, the header as JSON, each number as its length,
its trailing zero bits and the rest, little end first, and the first 8 bytes of SHA-256. What is read is checked until
every report can be made of it: a string with a right checksum may still come from anybody. The number of classes comes
first because it says how long a state may be, which is looked at before anything else is read.
"""

import base64
import struct
from collections.abc import Iterator

from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.state import summaries
from distscore.core.state.header import BadState, Header, need, read_header, written
from distscore.core.state.numbers import CHECKSUM, Numbers, checksum, pack, unpacked
from distscore.core.state.sketch import BINS, INFINITE, LARGEST, Sketch
from distscore.core.state.state import State

VERSION = b"\x04"
PREFIX = struct.Struct("<cII")  # version, classes, bytes of the header
PREFIX_LETTERS = 12  # of base64, for the 9 bytes of the prefix
SIZE, SIZE_PER_CLASS = 128_000, 4000  # letters at most: four times the usual, for weights of all sizes and long names
TALLIES = {tally.name: tally for diagnostic in DIAGNOSTICS.values() for tally in diagnostic.tallies}


def encode(state: State) -> str:
    """The state as a string."""
    sketch = state.sketch
    header = {
        **summaries.header_of(state.summary),
        "bins": len(sketch.counts),
        "least": sketch.least.hex(),
        "most": sketch.most.hex(),
        "tags": summaries.tags_header(state.tags),
    }
    text = written(header)
    prefix = PREFIX.pack(VERSION, state.summary.subject.width, len(text))
    body = b"".join((prefix, text, *map(pack, numbers_of(state))))
    return base64.b64encode(body + checksum(body)).decode()


def numbers_of(state: State) -> Iterator[int]:
    """All whole numbers of a state, in the order in which they are read."""
    yield from summaries.numbers_of(state.summary)
    previous = 0
    for key, count in sorted(state.sketch.counts.items()):
        yield key - previous
        yield count
        previous = key


def decode(text: str, widest: int) -> State:
    """The state of a string, of so many classes at most; raises BadState."""
    prefix = unpacked(text[:PREFIX_LETTERS])
    if prefix[:1] != VERSION:
        raise BadState("other_version")
    if len(prefix) < PREFIX.size:
        raise BadState("damaged")
    _, width, length = PREFIX.unpack(prefix)
    if width > widest:
        raise BadState("too_wide")
    if len(text) > SIZE + SIZE_PER_CLASS * width:
        raise BadState("too_long")
    whole = unpacked(text)
    body, found = whole[:-CHECKSUM], whole[-CHECKSUM:]
    if checksum(body) != found:
        raise BadState("damaged")
    start = PREFIX.size + length
    return read(read_header(body[PREFIX.size : start], width), Numbers(body, start), width)


def read(header: Header, numbers: Numbers, width: int) -> State:
    """The state of a header and the numbers after it."""
    summary = summaries.summary_of(header, numbers, width, TALLIES)
    found = sketch_of(header, numbers, summary.row_count)
    need(numbers.done)
    return State(summary, found, summaries.tags_of(header.part("tags")))


def sketch_of(header: Header, numbers: Numbers, rows: int) -> Sketch:
    """The counts of the losses of so many rows by size."""
    counts, key = {}, 0
    pairs = numbers.take(2 * header.whole("bins", 0, BINS))
    for step, count in zip(pairs[::2], pairs[1::2], strict=True):
        key += step
        need(count > 0 and key not in counts and (abs(key) <= LARGEST or abs(key) == INFINITE))
        counts[key] = count
    least, most = header.double("least"), header.double("most")
    need(sum(counts.values()) == rows and (least <= most) == (rows > 0))
    return Sketch(counts, least, most)
