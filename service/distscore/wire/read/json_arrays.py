"""JSON whose columns go straight into arrays: no list is made of them, and no number becomes an object of Python.

The parser is simdjson, which is quick and lenient: it keeps duplicate members, and flattens arrays of any depth into
one buffer. So a document is taken from it only where it is shown to be what the strict reader would have found; any
doubt leaves the document to that reader, which alone tells what is wrong.
"""

import math
from typing import Any, cast

import numpy as np
import simdjson
from numpy.typing import NDArray

from distscore.wire.read.document import Buffer, Document

SIDES = frozenset({"targets", "predictions"})  # objects whose arrays are columns
OF_ROWS = frozenset({"sample_weights", "mask"})  # columns beside them
DEEPEST = 6  # objects and lists inside one another, columns not counted
MEMBERS = 64  # of an object: each is looked up from its first one on
COUNTED = 0xFFFFFF  # entries of an array from which on simdjson does not count them
BACKSLASH, ESCAPED_BRACKET = b"\\", b"\\u005"  # of a string: it would be counted as a bracket that is not there
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which simdjson skips
TRUE, FALSE, QUOTE = b'tf"'  # `true` and `false` have one of the two letters each, and no other value has any
SLICE = 1 << 16  # bytes that stay in cache


class Doubtful(Exception):
    """The document may be another one than the strict reader would find, or none at all."""


def occurrences(body: Buffer, byte: bytes) -> int:
    """How often a byte stands in a body: slice by slice, in a third of the time of `bytes.count`."""
    text, sought = np.frombuffer(body, np.uint8), byte[0]
    return sum(int(np.count_nonzero(text[at : at + SLICE] == sought)) for at in range(0, len(text), SLICE))


def read(body: Buffer) -> Document | None:
    """The members of a document, numbers and booleans of its columns as arrays; None where that is not certain."""
    if body[: len(BYTE_ORDER_MARK)] == BYTE_ORDER_MARK:
        return None
    if occurrences(body, BACKSLASH) and ESCAPED_BRACKET in bytes(body):
        return None
    try:
        document = simdjson.Parser().parse(body)
    except (ValueError, RuntimeError, MemoryError):  # no JSON, beyond a limit of the parser, or of this process
        return None
    reading = _Reading()
    try:
        members = reading.members(document, is_side=False, depth=0)
    except Doubtful:
        return None
    return members if reading.brackets == occurrences(body, b"[") else None  # else there are arrays inside a column


class _Reading:
    """Takes a document out of the parser, and counts the opening brackets that what it takes accounts for."""

    def __init__(self) -> None:
        self.brackets = 0

    def members(self, sent: Any, is_side: bool, depth: int) -> Document:
        """The members of an object; its arrays are columns if it is one of the sides of a batch."""
        if not isinstance(sent, simdjson.Object):
            raise Doubtful
        names = list(sent)
        if len(names) > MEMBERS or len(set(names)) < len(names) or any("\0" in name for name in names):
            raise Doubtful
        self.brackets += sum(name.count("[") for name in names)
        found: Document = {}
        for name in names:
            value = sent[name]
            if isinstance(value, simdjson.Array) and (is_side or (depth == 0 and name in OF_ROWS)):
                found[name] = self.column(value)
            else:
                found[name] = self.value(value, name in SIDES, depth + 1)
        return found

    def value(self, sent: Any, is_side: bool, depth: int) -> Any:
        """What is no column: a scalar, an object, or a list of such."""
        if depth > DEEPEST:
            raise Doubtful
        if isinstance(sent, simdjson.Object):
            return self.members(sent, is_side, depth)
        if isinstance(sent, simdjson.Array):
            self.brackets += 1
            return [self.value(entry, False, depth + 1) for entry in sent]
        if isinstance(sent, str):
            self.brackets += sent.count("[")
        return sent

    def column(self, sent: simdjson.Array) -> NDArray[Any]:
        """An array of numbers or of booleans, (n,) or (n, width), if its rows have one width."""
        count = len(sent)
        if not 0 < count < COUNTED:
            raise Doubtful
        self.brackets += 1
        first: Any = sent[0]
        if not isinstance(first, simdjson.Array):
            return _entries(sent, first, (count,))
        self.brackets += count
        width = len(first)
        if not 0 < width < COUNTED or _widths(sent) != {width}:
            raise Doubtful
        return _entries(sent, first[0], (count, width))


def _widths(rows: Any) -> set[int]:
    """How many entries the rows have."""
    try:
        return set(map(len, rows))
    except TypeError:  # a number, a boolean or null among them
        raise Doubtful from None


def _entries(sent: simdjson.Array, first: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """The entries of an array, or of its rows, if they are as many as the shape has and of the type of the first."""
    entries = _booleans(sent) if isinstance(first, bool) else _numbers(sent, whole=isinstance(first, int))
    if entries.size != math.prod(shape):
        raise Doubtful
    return entries.reshape(shape)


def _numbers(sent: simdjson.Array, whole: bool) -> NDArray[Any]:
    """The numbers of an array and of all arrays in it, one after the other; integers only if all of them are."""
    if whole:
        try:
            return np.frombuffer(sent.as_buffer(of_type="i"), np.int64)
        except (TypeError, ValueError):  # there are others, or one of 64 bits without a sign
            pass
    try:
        return np.frombuffer(sent.as_buffer(of_type="d"), np.float64)
    except TypeError:
        raise Doubtful from None


def _booleans(sent: simdjson.Array) -> NDArray[np.bool_]:
    """The booleans of an array and of all arrays in it, one after the other, by the letters that only they have."""
    text = np.frombuffer(cast(bytes, sent.mini), np.uint8)
    if np.any(text == QUOTE):  # a string may have any letters
        raise Doubtful
    letters = text[(text == TRUE) | (text == FALSE)]
    return np.asarray(letters == TRUE)
