"""States as strings: a header, whole numbers and a checksum, in base64.

The bytes are a version, the number of classes, the length of the header, the header as JSON, each number as its length,
its trailing zero bits and the rest, little end first, and the first 8 bytes of SHA-256. What is read is checked until
every report can be made of it: a string with a right checksum may still come from anybody. The number of classes comes
first because it says how long a state may be, which is looked at before anything else is read.
"""

import base64
import hashlib
import struct
from collections.abc import Iterator
from typing import Any

from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.diagnostics.requirements import unmet_by
from distscore.core.diagnostics.sums.subject import NUMBERS, REDUCTIONS, TEXTS, Subject
from distscore.core.diagnostics.sums.summary import Summary, Sums
from distscore.core.exact.weighted_means import Series, Weights
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.state.header import BadState, Header, need, read_header, written
from distscore.core.state.sketch import BINS, INFINITE, LARGEST, Sketch
from distscore.core.state.state import State
from distscore.core.state.tags import Tags
from distscore.core.theory.distributions import Family
from distscore.core.theory.losses import AnyLoss

VERSION = b"\x04"
PREFIX = struct.Struct("<cII")  # version, classes, bytes of the header
PREFIX_LETTERS = 12  # of base64, for the 9 bytes of the prefix
SIZE, SIZE_PER_CLASS = 128_000, 4000  # letters at most: four times the usual, for weights of all sizes and long names
CHECKSUM = 8
SUMS = 32  # names of sums of one tally, at most
LONGEST = 2048  # bytes of a number; sums of products of doubles need fewer
TALLIES = {tally.name: tally for diagnostic in DIAGNOSTICS.values() for tally in diagnostic.tallies}


def encode(state: State) -> str:
    """The state as a string."""
    summary, sketch = state.summary, state.sketch
    header = {
        "subject": header_of(summary.subject),
        "rows": [summary.row_count, summary.sent_row_count],
        "sums": {tally: sorted(sums) for tally, sums in summary.tallies.items()},
        "bins": len(sketch.counts),
        "least": sketch.least.hex(),
        "most": sketch.most.hex(),
        "tags": {"kept": list(state.tags.kept), "beyond": state.tags.beyond},
    }
    text = written(header)
    body = b"".join((PREFIX.pack(VERSION, summary.subject.width, len(text)), text, *map(pack, numbers_of(state))))
    return base64.b64encode(body + checksum(body)).decode()


def header_of(subject: Subject) -> dict[str, Any]:
    """What a summary is about, as members of a JSON object."""
    return {**vars(subject), "family": subject.family.name, "loss": subject.loss.name}


def numbers_of(state: State) -> Iterator[int]:
    """All whole numbers of a state, in the order in which they are read."""
    summary = state.summary
    yield from summary.weights
    yield from summary.loss
    for _, sums in sorted(summary.tallies.items()):
        for _, column in sorted(sums.items()):
            yield from column
    previous = 0
    for key, count in sorted(state.sketch.counts.items()):
        yield key - previous
        yield count
        previous = key


def checksum(body: bytes) -> bytes:
    """What tells a damaged state from a whole one."""
    return hashlib.sha256(body).digest()[:CHECKSUM]


def pack(number: int) -> bytes:
    """A whole number; its trailing zeros are only counted."""
    if not number:
        return b"\0\0"
    zeros = (number & -number).bit_length() - 1
    rest = number >> zeros
    size = rest.bit_length() // 8 + 1
    return struct.pack("<HH", size, zeros) + rest.to_bytes(size, "little", signed=True)


class Numbers:
    """The whole numbers of some bytes, read one after the other."""

    def __init__(self, body: bytes, start: int = 0) -> None:
        self._body, self._at = body, start

    def take(self, count: int) -> list[int]:
        """The next numbers; raises BadState where there are fewer, or one is too long."""
        return [self._next() for _ in range(count)]

    def _next(self) -> int:
        size = self._short()
        if not size:
            return 0
        zeros, start = self._short(), self._at
        self._at += size
        need(size + zeros // 8 <= LONGEST and self._at <= len(self._body))
        return int.from_bytes(self._body[start : self._at], "little", signed=True) << zeros

    def _short(self) -> int:
        start, self._at = self._at, self._at + 2
        need(self._at <= len(self._body))
        return int.from_bytes(self._body[start : self._at], "little")

    @property
    def done(self) -> bool:
        """Whether all bytes were read."""
        return self._at == len(self._body)


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


def unpacked(text: str) -> bytes:
    """The bytes of a string in base64; raises BadState."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadState("not_base64") from None


def read(header: Header, numbers: Numbers, width: int) -> State:
    """The state of a header and the numbers after it."""
    subject = subject_of(header.part("subject"), width)
    rows, sent_rows = header.wholes("rows", 2)
    weights, loss = Weights(*numbers.take(2)), Series(*numbers.take(len(Series._fields)))
    need(rows <= sent_rows and all((weight > 0) == (rows > 0) for weight in weights))
    need(min(*weights, loss.above, loss.below) >= 0 and loss.above + loss.below <= rows)
    summary = Summary(subject, rows, sent_rows, weights, loss, tallies_of(header.part("sums"), numbers, subject))
    found = sketch_of(header, numbers, rows)
    need(numbers.done)
    return State(summary, found, tags_of(header.part("tags")))


def subject_of(header: Header, width: int) -> Subject:
    """The subject of a state."""
    need(header.text("family") in FAMILIES and header.text("reduction") in REDUCTIONS)
    family = FAMILIES[header.text("family")]
    need(header.text("loss") in losses_of(family) and header.whole("width", 1) == width)
    loss, classes = losses_of(family)[header.text("loss")], header.texts("classes")
    weights, positive = header.weights("class_weights"), header.weights("positive_weight")
    need(len(classes) in (0, width) and len(weights) in (0, width) and len(positive) in (1, width))
    return Subject(
        family=family,
        loss=loss,
        reduction=header.text("reduction"),
        width=width,
        counts_votes=header.flag("counts_votes"),
        masked=header.flag("masked"),
        class_weights=tuple(weights),
        positive_weight=tuple(positive),
        settings=settings_of(header.part("settings"), family, loss),
        classes=tuple(classes),
    )


def settings_of(header: Header, family: Family, loss: type[AnyLoss]) -> dict[str, float | str]:
    """The settings of a subject: those that every batch of this loss has, and constants of its form."""
    settings = header.settings(TEXTS)
    always = {*NUMBERS, *TEXTS, *loss.parameters}
    constants = {constant.name for form in family.predictions for constant in form.constants}
    need(always <= settings.keys() <= always | constants)
    return settings


def tags_of(header: Header) -> Tags:
    """The tags of a state, as many as there is room for."""
    tags = Tags(tuple(header.texts("kept")), header.text_or_none("beyond"))
    need(tags.merge(Tags()) == tags)
    return tags


def tallies_of(header: Header, numbers: Numbers, subject: Subject) -> dict[str, Sums]:
    """The sums of each tally."""
    tallies: dict[str, Sums] = {}
    unmet = unmet_by(subject)
    for name in header.names():
        need(name in TALLIES)
        tally, names = TALLIES[name], header.texts(name)
        need(unmet.isdisjoint(tally.requires))
        need(len(names) <= SUMS + (0 if tally.per_class else 2 * subject.width))
        length = tally.length * (subject.width if tally.per_class else 1)
        sums = {each: numbers.take(length) for each in names}
        need(tally.accepts(sums))
        tallies[name] = {each: tally.typed(column) for each, column in sums.items()}
    return tallies


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
