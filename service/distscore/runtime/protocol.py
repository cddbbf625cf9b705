"""HTTP/1.1 on one connection: headers arrive in time and in a bounded size; a half-closed client gets its answer."""

import asyncio
import re
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from distscore.wire.errors import problems

OVERHEAD_BYTES = 1 << 16  # headers, trailers, and what stands between chunks
CHUNK_OVERHEAD = 16
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class BadRequest(problems.Problem):
    """The bytes on the connection are not an HTTP request."""

    status, code, title = 400, "bad_request", "This is not a valid HTTP request"


def without_upgrade(data: bytes) -> bytes:
    """The same bytes with a header `Upgrade` renamed: after an offer to change protocols the parser expects no body."""
    end = data.find(b"\r\n\r\n")
    end = len(data) if end < 0 else end
    return UPGRADE.sub(b"\r\nx-offer:", data[:end]) + data[end:] if UPGRADE.search(data, 0, end) else data


def with_header_deadline(seconds: float) -> type[asyncio.Protocol]:
    """The server's protocol class, which closes connections whose headers do not arrive within these seconds."""

    class Protocol(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None
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
            self._overhead = 0
            if self._deadline is None:
                self._expect_headers()

        def on_headers_complete(self) -> None:
            self._cancel_deadline()
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
            return True

        def connection_lost(self, exc: Exception | None) -> None:
            self._cancel_deadline()
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
            self._deadline = self.loop.call_later(seconds, self._hang_up)

        def _cancel_deadline(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _hang_up(self) -> None:
            self._deadline = None
            if not self.transport.is_closing():
                self.transport.close()

    protocol: Any = Protocol
    return protocol  # type: ignore[no-any-return]
