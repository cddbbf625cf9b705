"""States: what is kept of a scored batch as a string, so that parts scored anywhere can be merged exactly.

A state is a header, whole numbers and a checksum: version, length of the header, the header as JSON, each number as
its length, its trailing zero bits and the rest, little end first; then the first 8 bytes of SHA-256. Numbers are sums,
merging is addition, and the same code reports on one batch and on many.
"""

import base64
import binascii
import hashlib
import json
import math
import struct
from dataclasses import asdict, dataclass, replace
from typing import Any

from distscore.core.diagnostics import reports
from distscore.core.diagnostics.sums.sketch import Sketch, quantiles_approximate, sketch
from distscore.core.diagnostics.sums.tallies import BINS, FEW, Series, Subject, Summary
from distscore.core.exact.moments import Moments
from distscore.core.exact.sums import as_double
from distscore.core.special.elementwise import Array
from distscore.core.state.tags import Tags, first_tags

VERSION = b"\x01"
CHECKSUM = 8
LONGEST = 512  # bytes of a number; sums of doubles need fewer


class BadState(ValueError):
    """A string that is no state, or one that cannot be merged with those before it."""


@dataclass(frozen=True)
class State:
    """A summary with what does not merge by addition alone."""

    summary: Summary
    sketch: Sketch
    tags: Tags

    def merge(self, other: "State") -> "State":
        """The state of the rows of both; raises BadState if they are about different things."""
        mine, theirs = self.summary, other.summary
        if mine.subject != theirs.subject:
            raise BadState(f"it differs in {difference(mine.subject, theirs.subject)}")
        sums = {
            name: [a + b for a, b in zip(column, theirs.sums[name], strict=True)]
            for name, column in mine.sums.items()
            if name in theirs.sums
        }
        return State(Summary(mine.subject, sums), self.sketch.merge(other.sketch), self.tags.merge(other.tags))


def difference(mine: Subject, theirs: Subject) -> str:
    """The first thing that two subjects do not share."""
    a, b = ({**asdict(subject), **subject.settings} for subject in (mine, theirs))
    return next(name for name in (*a, *b) if name != "settings" and a.get(name) != b.get(name))


def encode(state: State) -> str:
    """The state as a string."""
    summary = state.summary
    header = {
        "subject": asdict(summary.subject),
        "sums": {name: len(column) for name, column in sorted(summary.sums.items())},
        "bins": len(state.sketch.counts),
        "extremes": [state.sketch.least.hex(), state.sketch.most.hex()],
        "tags": asdict(state.tags),
    }
    text = json.dumps(header, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    numbers = [number for _, column in sorted(summary.sums.items()) for number in column]
    previous = 0
    for key, count in sorted(state.sketch.counts.items()):
        numbers += [key - previous, count]
        previous = key
    body = b"".join((VERSION, struct.pack("<I", len(text)), text, *map(pack, numbers)))
    return base64.b64encode(body + checksum(body)).decode()


def checksum(body: bytes) -> bytes:
    """What tells a damaged state."""
    return hashlib.sha256(body).digest()[:CHECKSUM]


def pack(number: int) -> bytes:
    """A whole number; its trailing zeros are only counted."""
    if not number:
        return b"\0\0"
    zeros = (number & -number).bit_length() - 1
    rest = number >> zeros
    size = rest.bit_length() // 8 + 1
    return struct.pack("<HH", size, zeros) + rest.to_bytes(size, "little", signed=True)


def unpack(body: bytes, start: int, count: int) -> tuple[list[int], int]:
    """Whole numbers from `start` on, and where they end."""
    numbers = []
    for _ in range(count):
        (size,) = struct.unpack_from("<H", body, start)
        start += 2
        if not size:
            numbers.append(0)
            continue
        (zeros,) = struct.unpack_from("<H", body, start)
        if size + zeros // 8 > LONGEST or start + 2 + size > len(body):
            raise BadState("a number in it is too long")
        numbers.append(int.from_bytes(body[start + 2 : start + 2 + size], "little", signed=True) << zeros)
        start += 2 + size
    return numbers, start


def decode(text: str) -> State:
    """The state of a string; raises BadState."""
    try:
        whole = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadState("it is not base64") from None
    body, sum_ = whole[:-CHECKSUM], whole[-CHECKSUM:]
    if body[:1] != VERSION:
        raise BadState("it is of another version")
    if checksum(body) != sum_:
        raise BadState("it is damaged: its checksum does not fit")
    try:
        return _decode(body)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error, OverflowError, RecursionError):
        raise BadState("it is not a state that this service made") from None


def _decode(body: bytes) -> State:
    (length,) = struct.unpack_from("<I", body, 1)
    header = json.loads(body[5 : 5 + length])
    subject = Subject(**{**header["subject"], "classes": tuple(header["subject"]["classes"])})
    sums, start = {}, 5 + length
    for name, count in sorted(header["sums"].items()):
        if count != length_of(name, subject):
            raise BadState
        sums[name], start = unpack(body, start, count)
    numbers, start = unpack(body, start, 2 * header["bins"])
    if start != len(body):
        raise BadState
    counts, key = {}, 0
    for step, count in zip(numbers[::2], numbers[1::2], strict=True):
        key += step
        counts[key] = count
    least, most = map(float.fromhex, header["extremes"])
    kept, beyond = header["tags"]["kept"], header["tags"]["beyond"]
    if not all(isinstance(tag, str) for tag in (*kept, beyond or "")):
        raise BadState
    return State(Summary(subject, sums), Sketch(counts, least, most), Tags(tuple(kept), beyond))


def length_of(name: str, subject: Subject) -> int:
    """How many numbers a state has under a name."""
    known = {"rows": 1, "sent_rows": 1, "weight": 2, "votes": 1, "coefficients": 1, "class_bins": BINS * subject.width}
    if name in known:
        return known[name]
    lengths = {"class": subject.width, "calibration": BINS, "agreement": 1}
    return lengths.get(name.split("_", maxsplit=1)[0], len(Series._fields))


def state_of(summary: Summary, losses: Array, tag: str) -> State:
    """The state of a scored batch."""
    sums = dict(summary.sums)
    if summary.subject.width > FEW:
        sums.pop("class_bins", None)
    return State(replace(summary, sums=sums), sketch(losses), first_tags([tag] if tag else []))


def report(state: State) -> dict[str, Any]:
    """What a batch of all the rows would have answered."""
    summary = state.summary
    members: dict[str, Any] = {
        "family": summary.subject.family,
        "loss": summary.subject.loss,
        "reduction": summary.subject.reduction,
        "units": summary.subject.units,
        "row_count": summary.sent_row_count,
        "total_weight": as_double(summary.weight),
        **value(summary),
        "tags": list(state.tags.kept),
        "tags_complete": state.tags.beyond is None,
    }
    diagnostics = {**reports(summary), "quantiles_approximate": quantiles_approximate(state.sketch)}
    return {**members, "state": encode(state), "diagnostics": diagnostics}


def value(summary: Summary) -> dict[str, float | None]:
    """The value with its standard error, unless there was no reduction."""
    reduction = summary.subject.reduction
    if reduction == "none":
        return {}
    loss = Series(*summary.sums["loss"])
    if loss.above or loss.below:
        infinite = math.inf * (bool(loss.above) - bool(loss.below)) if not (loss.above and loss.below) else None
        return {"value": infinite, "value_standard_error": math.inf}
    weight, squared_weight = summary.sums["weight"]
    sums = Moments(weight, squared_weight, loss.first, loss.second)
    if reduction == "mean":
        return {"value": sums.mean, "value_standard_error": sums.standard_error}
    return {"value": as_double(sums.loss), "value_standard_error": sums.standard_error * as_double(sums.weight)}
