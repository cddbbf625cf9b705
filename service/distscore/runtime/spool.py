"""Bytes of a body or an answer: in this process while they are few, else in a file in memory that others can map."""

import io
import mmap
import os
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from distscore.wire.read.document import Buffer

IN_PROCESS = 1 << 16


class Spool:
    """Bytes that come in parts, or that came with a message; as a context manager it gives them back at the end."""

    def __init__(self, content: bytes = b"", descriptor: int | None = None) -> None:
        """Begin with these bytes, or take over the descriptor of a file in memory."""
        self.content = content
        self.file = None if descriptor is None else io.FileIO(descriptor, "r+")
        self.size = len(content) if descriptor is None else os.fstat(descriptor).st_size

    def write(self, part: Buffer) -> None:
        """Append a part; once they are many, all go to a file in memory."""
        self.size += len(part)
        if self.file is None and self.size <= IN_PROCESS:
            self.content += part
            return
        if self.file is None:
            self.file = io.FileIO(os.memfd_create("distscore"), "r+")
            self._append(self.content)
            self.content = b""
        self._append(part)

    def _append(self, part: Buffer) -> None:
        assert self.file is not None
        with memoryview(part) as left:
            at = 0
            while at < len(left):
                at += self.file.write(left[at:])

    def view(self) -> Buffer:
        """All of it, not copied: a file in memory is mapped for as long as anybody refers to the view."""
        if self.file is None:
            return self.content
        return memoryview(mmap.mmap(self.file.fileno(), self.size, prot=mmap.PROT_READ))

    def part(self, at: int, size: int) -> bytes:
        """A copy of so many bytes from a place on, fewer at the end."""
        return self.content[at : at + size] if self.file is None else os.pread(self.file.fileno(), size, at)

    def close(self) -> None:
        """Let go of the bytes, and of the file that holds them."""
        self.content = b""
        if self.file is not None:
            self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def spooled(parts: Iterable[Buffer]) -> Spool:
    """Bytes that come in parts, as one."""
    whole = Spool()
    for part in parts:
        whole.write(part)
    return whole
