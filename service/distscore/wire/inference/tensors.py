"""Tensors of the protocol: their types, and their numbers in JSON or as bytes, little end first."""

import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.wire.errors.place import Place, shown

TYPES: dict[str, np.dtype[Any]] = {
    "BOOL": np.dtype(np.bool_),
    "INT8": np.dtype("<i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "UINT8": np.dtype("<u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
NAMES = {kind: name for name, kind in TYPES.items()}
BYTES = "BYTES"
LENGTH = struct.Struct("<I")


def shape_of(sent: Any, at: Place) -> tuple[int, ...] | None:
    """One or two whole numbers; None after noting what is wrong."""
    if isinstance(sent, list) and len(sent) in (1, 2) and all(type(size) is int and size >= 0 for size in sent):
        return tuple(sent)
    at.wrong("wrong_type", "a shape is a list of one or two whole numbers")
    return None


def from_bytes(body: memoryview, kind: str, shape: tuple[int, ...], at: Place) -> NDArray[Any] | list[str] | None:
    """A tensor that stands behind the JSON; None after noting why it is none."""
    if kind == BYTES:
        return _texts(body, shape, at)
    dtype = TYPES[kind]
    count = int(np.prod(shape, dtype=object))
    if len(body) != count * dtype.itemsize:
        at.wrong("shape_mismatch", f"{len(body)} bytes, {kind} of this shape has {count * dtype.itemsize}")
        return None
    return np.frombuffer(body, dtype).reshape(shape)


def _texts(body: memoryview, shape: tuple[int, ...], at: Place) -> list[str] | None:
    """Texts, each after its length."""
    try:
        texts = [bytes(part).decode() for part in _parts(body)]
    except (struct.error, UnicodeDecodeError):
        at.wrong("wrong_type", "BYTES are texts in UTF-8, each after its length in four bytes")
        return None
    if len(texts) != int(np.prod(shape, dtype=object)):
        at.wrong("shape_mismatch", f"{len(texts)} texts, the shape says otherwise")
        return None
    return texts


def _parts(body: memoryview) -> Iterator[memoryview]:
    start = 0
    while start < len(body):
        (size,) = LENGTH.unpack_from(body, start)
        start += LENGTH.size
        if start + size > len(body):
            raise struct.error
        yield body[start : start + size]
        start += size


def from_list(sent: Any, kind: str, shape: tuple[int, ...], at: Place) -> NDArray[Any] | list[Any] | None:
    """A tensor in JSON, flat or nested, as the lists that a request has; None after noting why it is none."""
    if not isinstance(sent, list):
        at.wrong("wrong_type", f"expected an array, got {shown(sent)}")
        return None
    if len(shape) == 2 and not (sent and isinstance(sent[0], list)):
        rows, width = shape
        if len(sent) != rows * width:
            at.wrong("shape_mismatch", f"{len(sent)} entries, the shape says {rows * width}")
            return None
        return [sent[row * width : (row + 1) * width] for row in range(rows)]
    if len(sent) != shape[0]:
        at.wrong("shape_mismatch", f"{len(sent)} entries, the shape says {shape[0]}")
        return None
    if kind == BYTES and not all(isinstance(each, str) for each in sent):
        at.wrong("wrong_type", "BYTES are strings")
        return None
    return list(sent)


def as_bytes(values: NDArray[Any] | Sequence[str]) -> bytes:
    """A tensor behind the JSON."""
    if isinstance(values, np.ndarray):
        return np.ascontiguousarray(values).tobytes()
    encoded = [text.encode() for text in values]
    return b"".join(LENGTH.pack(len(text)) + text for text in encoded)
