"""How long a client may take for its headers and to read an answer, and whether it is still there."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from distscore.runtime.writer import Writer

PROBE_SECONDS = 0.1
PROGRESS = b"HTTP/1.1 102 Processing\r\n\r\n"


class Patience:
    """The timers of one connection, which hang up on its client."""

    def __init__(self, header_seconds: float, unread_seconds: float) -> None:
        self._header_seconds, self._unread_seconds = header_seconds, unread_seconds
        self._headers: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._probe: asyncio.TimerHandle | None = None

    def expect_headers(self, transport: Writer) -> None:
        """Close the connection unless all headers of a request arrive in time, from its first byte on."""
        if self._headers is None:
            self._headers = _later(self._header_seconds, transport.close)

    def have_headers(self) -> None:
        """Wait no longer for headers: they are here."""
        _cancel(self._headers)
        self._headers = None

    def expect_reading(self, transport: Writer) -> None:
        """Abort the connection unless the client reads what has been written so far, all but a little, in time."""
        self._unread = _later(self._unread_seconds, transport.abort)

    def was_read(self) -> None:
        """Wait no longer for the client to read."""
        _cancel(self._unread)

    def find_out_whether_gone(self, transport: Writer, cycle: RequestResponseCycle) -> None:
        """Send progress to a client that closed its side: one that waits ignores it, one that is gone resets.

        Every client may ignore such a response (RFC 9110, 15.2). A reset is noticed when the next one is written.
        """
        self._probe_after(PROBE_SECONDS, transport, cycle)

    def _probe_after(self, seconds: float, transport: Writer, cycle: RequestResponseCycle) -> None:
        self._probe = _later(seconds, self._write_progress, seconds, transport, cycle)

    def _write_progress(self, seconds: float, transport: Writer, cycle: RequestResponseCycle) -> None:
        if not cycle.response_started and not transport.is_closing():
            transport.write(PROGRESS)
            self._probe_after(2 * seconds, transport, cycle)

    def end(self) -> None:
        """Forget all that was waited for."""
        for timer in (self._headers, self._unread, self._probe):
            _cancel(timer)


def _later(seconds: float, call: Callable[..., object], *arguments: object) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(seconds, call, *arguments)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
