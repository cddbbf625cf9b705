"""Whole numbers as bytes, bytes in base64, and the checksum that tells damaged ones."""

import base64
import hashlib
import struct

from distscore.core.state.header import BadState, need

CHECKSUM = 8
LONGEST = 2048  # bytes of a number; sums of products of doubles need fewer


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
        """Whether all bytes were read, so that none is left over."""
        return self._at == len(self._body)


def unpacked(text: str) -> bytes:
    """The bytes of a string in base64; raises BadState."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadState("not_base64") from None
