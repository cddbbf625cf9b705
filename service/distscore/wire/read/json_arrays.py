"""JSON whose columns go straight into arrays: no list is made of them, and no number becomes an object of Python.

Numbers have no quotes, so a long column is a long stretch without any. What remains of a document when such columns are
cut out is short: the strict reader reads it, with a string in the place of each. The columns are parsed by simdjson, in
pieces that stay in cache. That parser is quick and lenient, and flattens arrays of any depth, so an array is taken from
it only where its shape is proven. Any doubt leaves the document to the strict reader, which alone tells what is wrong.
"""

import re
from collections.abc import Iterable, Iterator
from math import prod
from secrets import token_hex
from typing import Any

import jiter
import numpy as np
import simdjson
from numpy.typing import NDArray

from distscore.wire.read.document import Buffer, Document

SIDES = ("targets", "predictions")  # objects whose arrays are columns
OF_ROWS = ("sample_weights", "mask")  # columns beside them
LONG = 4096  # bytes without a quote from which on they may be a column
PIECE = 1 << 18  # bytes that are parsed at a time
LARGEST = 1 << 23  # bytes of a row, for which the parser reserves fourteen times as many
SLICE = 1 << 16  # bytes that are compared at a time
TAIL = 256  # bytes before the next quote in which a column ends
BEGIN = re.compile(rb'"\s*:\s*(?=\[)')  # what stands between the name of a member and its array
END = re.compile(rb"\](?=\s*[,}][\s,{}\]]*\Z)")  # the last bracket of an array, before what closes around it or goes on
LIST_OF_LISTS = re.compile(rb"\[\s*\[")
NEXT_ROW, NEXT_ENTRY = re.compile(rb"\]\s*(,)\s*\["), re.compile(rb"(,)")
NULL, PLACEHOLDER = b"null", b" -1.7976931348623157e308 "  # the least double: is it sent as well, all is left as it is
TRUE, FALSE, QUOTE = b'tf"'  # `true` and `false` have one of the two letters each, and nothing else outside of strings


class Doubtful(Exception):
    """The document may be another one than the strict reader would find, or none at all."""


def occurrences(body: Buffer, byte: bytes) -> int:
    """How often a byte stands in a body: slice by slice, in a third of the time of `bytes.count`."""
    return sum(int(np.count_nonzero(part == byte[0])) for _, part in _slices(body))


def read(body: Buffer) -> Document | None:
    """The members of a document, numbers and booleans of its columns as arrays; None where that is not certain."""
    view = memoryview(body)
    spans, token = list(_columns(view)), token_hex(16)
    if not spans:
        return None
    strings = [f"{token}-{number}" for number in range(len(spans))]  # which stand nowhere in the document
    try:
        document = jiter.from_json(_without(view, spans, strings), allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    try:
        columns = {string: _array(view[start:end]) for string, (start, end) in zip(strings, spans, strict=True)}
    except Doubtful:
        return None
    _put_back(document, columns)
    return None if columns else document  # else there are long arrays that are no columns


def _slices(body: Buffer) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """A body in parts that stay in cache, each with the place where it begins."""
    text = np.frombuffer(body, np.uint8)
    return ((at, text[at : at + SLICE]) for at in range(0, len(text), SLICE))


def _columns(body: memoryview) -> Iterator[tuple[int, int]]:
    """Where arrays begin and end that are members of an object, in stretches between two quotes or after the last."""
    for quote, following in _stretches(body):
        begin = BEGIN.match(body, quote)
        end = END.search(body, max(quote, following - TAIL), following)
        if begin and end:
            yield begin.end(), end.end()


def _stretches(body: memoryview) -> Iterator[tuple[int, int]]:
    """Places of two quotes that are far from each other, without any between them; the end of the body is one."""
    last = 0
    for at, part in _slices(body):
        quotes = np.concatenate([[last], at + np.flatnonzero(part == QUOTE)])
        for index in np.flatnonzero(np.diff(quotes) > LONG).tolist():
            yield int(quotes[index]), int(quotes[index + 1])
        last = int(quotes[-1])
    if len(body) - last > LONG:
        yield last, len(body)


def _without(body: memoryview, spans: Iterable[tuple[int, int]], strings: Iterable[str]) -> bytes:
    """The document with a string in the place of each span.

    The string that is put in begins and ends with a quote, so that only in the place of a whole value it leaves JSON
    what was JSON, and the other way around.
    """
    parts: list[Buffer] = []
    at = 0
    for (start, end), string in zip(spans, strings, strict=True):
        parts += [body[at:start], b'"%b"' % string.encode()]
        at = end
    return b"".join([*parts, body[at:]])


def _put_back(document: Document, columns: dict[str, NDArray[Any]]) -> None:
    """Move the columns to where their strings stand: on the sides of the batch and of candidates, or beside them."""
    candidates = document.get("candidates")
    batches = [document, *(candidates if isinstance(candidates, list) else [])]
    sides = [each.get(side) for each in batches if isinstance(each, dict) for side in SIDES]
    for members, names in [(document, OF_ROWS), *((side, tuple(side)) for side in sides if isinstance(side, dict))]:
        for name in names:
            if isinstance(members.get(name), str) and members[name] in columns:
                members[name] = columns.pop(members[name])


def _array(text: memoryview) -> NDArray[Any]:
    """An array of numbers or of booleans, (n,) or (n, width), if that is what the text is."""
    rank, separator = (2, NEXT_ROW) if LIST_OF_LISTS.match(text) else (1, NEXT_ENTRY)
    parser, pieces, at = simdjson.Parser(), [], 1
    while at:
        found = separator.search(text, at + PIECE)
        end = found.start(1) if found else len(text) - 1
        if end - at > LARGEST:
            raise Doubtful
        pieces.append(_piece(parser, b"".join((b"[", text[at:end], b"]")), rank))
        at = end + 1 if found else 0
    if len({(piece.shape[1:], piece.dtype == np.bool_) for piece in pieces}) > 1:
        raise Doubtful
    concatenate = np.ma.concatenate if any(map(np.ma.isMaskedArray, pieces)) else np.concatenate
    return pieces[0] if len(pieces) == 1 else concatenate(pieces)


def _piece(parser: simdjson.Parser, text: bytes, rank: int) -> NDArray[Any]:
    """The entries or rows of a list, if all are of the rank and of one width; nulls are masked."""
    nulls = text.count(NULL) if b"n" in text else 0
    text = text.replace(NULL, PLACEHOLDER) if nulls else text
    try:
        sent: Any = parser.parse(text)
        shape = [len(sent)] if rank == 1 else [len(sent), *set(map(len, sent))]
    except (ValueError, RuntimeError, TypeError):  # no JSON, or something else among its rows
        raise Doubtful from None
    brackets = 1 if rank == 1 else 1 + shape[0]
    if len(shape) != rank or not all(shape) or occurrences(text, b"[") != brackets:
        raise Doubtful  # of no entries, of several widths, or with arrays inside its entries
    entries = _entries(sent, sent[0] if rank == 1 else sent[0][0], text)
    if entries.size != prod(shape):
        raise Doubtful
    return _masked(entries.reshape(shape), nulls) if nulls else entries.reshape(shape)


def _masked(values: NDArray[Any], nulls: int) -> NDArray[Any]:
    """Numbers of which those that stand for nulls are masked, if they are as many."""
    absent = values == float(PLACEHOLDER)
    if np.count_nonzero(absent) != nulls:
        raise Doubtful
    return np.ma.MaskedArray(values, absent)


def _entries(sent: simdjson.Array, first: Any, text: bytes) -> NDArray[Any]:
    """All entries of a list and of the lists in it: booleans, integers if all are such, or doubles."""
    if isinstance(first, bool):
        letters = np.frombuffer(text, np.uint8)
        return np.asarray(letters[(letters == TRUE) | (letters == FALSE)] == TRUE)
    if isinstance(first, int):
        try:
            return np.frombuffer(sent.as_buffer(of_type="i"), np.int64)
        except (TypeError, ValueError):  # there are others, or one of 64 bits without a sign
            pass
    try:
        return np.frombuffer(sent.as_buffer(of_type="d"), np.float64)
    except TypeError:
        raise Doubtful from None
