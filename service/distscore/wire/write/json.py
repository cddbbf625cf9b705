"""An answer as JSON: arrays straight from their buffers, numbers that are not finite as null."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from distscore.core.special.elementwise import Array
from distscore.wire.write.answer import Answer, RowArrays

SLICE = 65_536  # numbers that are encoded at once


def write(answer: Answer) -> bytes:
    """The bytes of an answer: its members in order, arrays of columns as objects inside their output."""
    return b"".join(parts(answer))


def parts(answer: Answer) -> Iterator[bytes]:
    """The same bytes, those of long arrays by slices: the encoder reserves 32 bytes for each number of a call."""
    document: dict[str, Any] = {}
    for name, value in answer.members.items():
        if name == "nonfinite":  # after the scalars, as people read
            document |= nested(answer.rows)
        document[name] = value
    if sum(map(_size, answer.rows.values())) <= SLICE:
        yield _dumped(document)
    else:
        yield from _object(document, {name.partition(".")[0] for name in answer.rows})


def _object(members: Mapping[str, Any], outputs: Collection[str]) -> Iterator[bytes]:
    """An object of which some members are per-row outputs."""
    before = b"{"
    for name, value in members.items():
        yield before + _dumped(name) + b":"
        yield from _output(value) if name in outputs else [_dumped(value)]
        before = b","
    yield b"}"


def _output(values: dict[str, Any] | Array | list[None]) -> Iterator[bytes]:
    """An array in slices of whole rows, or an object of such arrays."""
    if isinstance(values, dict):
        yield from _object(values, values)
        return
    step = max(1, SLICE * len(values) // _size(values))
    before = b"["
    for at in range(0, len(values), step):
        yield before + _dumped(values[at : at + step])[1:-1]
        before = b","
    yield b"]"


def _size(values: Array | list[None]) -> int:
    return len(values) if isinstance(values, list) else values.size


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def nested(rows: RowArrays) -> dict[str, Any]:
    """The arrays of an output that has one per column as an object."""
    nested: dict[str, Any] = {}
    for name, values in rows.items():
        output, _, column = name.partition(".")
        if column:
            nested.setdefault(output, {})[column] = values
        else:
            nested[output] = values
    return nested
