"""What carries a call to whoever answers it: the one seam between questions, which do no I/O, and a service.

A question is written as a `Call` and its answer is read from a `Reply`, both plain bytes with headers. A transport
makes one of the other: over HTTP (`distscore.client.http`), in process (`distscore.local`), or from a recording in a
test. To plug one in, give `Client(transport=...)` any object with `send` and `close`:

    class Recorded:
        def send(self, call: Call) -> Reply:
            return Reply(200, {"content-type": "application/json"}, RECORDED[call.path])

        def close(self) -> None:
            pass
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

JSON, ARROW = "application/json", "application/vnd.apache.arrow.stream"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `path` with its leading slash, `query` without its question mark; a GET has no content."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | memoryview = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of any status; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes | memoryview

    @property
    def media_type(self) -> str:
        """The media type of the content, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Transport(Protocol):
    """Carries calls, from several threads at the same time.

    A problem document is a reply like any other. `Unreachable` says that there is none.
    """

    def send(self, call: Call) -> Reply: ...

    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """Carries calls from tasks of one event loop; else as `Transport`."""

    async def send(self, call: Call) -> Reply: ...

    async def close(self) -> None: ...
