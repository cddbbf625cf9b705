"""HTTP/1.1 on one connection: headers arrive in time and in a bounded size; a half-closed client gets its answer."""

import asyncio
import re
from time import perf_counter
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from distscore.wire.errors import problems

OVERHEAD_BYTES = 1 << 16  # headers, trailers, and what stands between chunks
CHUNK_OVERHEAD = 16
PROBE_SECONDS = 0.1  # after a client has closed its side, until it is found out whether the other one is open
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class BadRequest(problems.Problem):
    """The bytes on the connection are not an HTTP request."""

    status, code, title = 400, "bad_request", "This is not a valid HTTP request"


def without_upgrade(data: bytes) -> bytes:
    """The same bytes with a header `Upgrade` renamed: after an offer to change protocols the parser expects no body."""
    end = data.find(b"\r\n\r\n")
    end = len(data) if end < 0 else end
    return UPGRADE.sub(b"\r\nx-offer:", data[:end]) + data[end:] if UPGRADE.search(data, 0, end) else data


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def within(header_seconds: float, unread_seconds: float) -> type[asyncio.Protocol]:
    """The server's protocol class, which hangs up on clients that take longer for headers, or to read an answer."""

    class Protocol(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None
        _unread: asyncio.TimerHandle | None = None
        _probe: asyncio.TimerHandle | None = None
        _overhead = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_headers()

        def data_received(self, data: bytes) -> None:
            self._overhead += len(data)
            cycle: RequestResponseCycle | None = self.cycle
            super().data_received(without_upgrade(data) if cycle is None or not cycle.more_body else data)
            if self._overhead > OVERHEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The headers are too long.")

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self.scope["state"]["arrived"] = perf_counter()
            self._overhead = 0
            if self._deadline is None:
                self._expect_headers()

        def on_headers_complete(self) -> None:
            _cancel(self._deadline)
            self._deadline = None
            hosts = sum(name == b"host" for name, _ in self.headers)
            if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
                raise ValueError("one Host header is needed")  # RFC 9112, 3.2: the parser answers with 400
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self._overhead -= len(body) + CHUNK_OVERHEAD
            super().on_body(body)

        def eof_received(self) -> bool:  # type: ignore[override]
            """Keep the connection of a client that closes its side after a whole request: it waits for the answer."""
            cycle: RequestResponseCycle | None = self.cycle
            if cycle is None or cycle.more_body or cycle.response_complete:
                return False
            cycle.keep_alive = False
            if self.parser.get_http_version() == "1.1":
                self._probe_later(cycle, PROBE_SECONDS)
            return True

        def _probe_later(self, cycle: RequestResponseCycle, seconds: float) -> None:
            self._probe = self.loop.call_later(seconds, self._tell_progress, cycle, 2 * seconds)

        def _tell_progress(self, cycle: RequestResponseCycle, seconds: float) -> None:
            """Send what a waiting client ignores: one that is gone altogether resets the connection in return."""
            if not cycle.response_started and not self.transport.is_closing():
                self.transport.write(b"HTTP/1.1 102 Processing\r\n\r\n")
                self._probe_later(cycle, seconds)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._unread = self.loop.call_later(unread_seconds, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            _cancel(self._unread)

        def connection_lost(self, exc: Exception | None) -> None:
            for timer in (self._deadline, self._unread, self._probe):
                _cancel(timer)
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            request_id = uuid4().hex
            body = problems.render(BadRequest(msg), request_id)
            self.transport.write(
                b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\nx-request-id: %s\r\n"
                b"content-type: %s\r\ncontent-length: %d\r\n\r\n%s"
                % (request_id.encode(), problems.MEDIA_TYPE.encode(), len(body), body)
            )
            self.transport.close()

        def _expect_headers(self) -> None:
            self._deadline = self.loop.call_later(header_seconds, self._hang_up)

        def _hang_up(self) -> None:
            self._deadline = None
            if not self.transport.is_closing():
                self.transport.close()

    protocol: Any = Protocol
    return protocol  # type: ignore[no-any-return]
