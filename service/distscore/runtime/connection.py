"""HTTP/1.1 on one connection: requests are parsed one after the other, each answered before the next is looked at."""

import asyncio
from typing import Any
from uuid import uuid4

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from distscore.runtime.patience import Patience
from distscore.runtime.recording import Recorder
from distscore.runtime.writer import Writer
from distscore.settings import Settings
from distscore.wire.errors import problems

HEAD_PIECE, CHUNK_PIECE = 1 << 8, 1 << 13  # bytes parsed at once: all requests that begin in them are kept in memory
OVERHEAD_BYTES = 1 << 16  # headers, trailers, and what stands between chunks
CHUNK_OVERHEAD = 16
GARBAGE = "What was sent is not an HTTP request."


class BadRequest(problems.Problem):
    """The bytes on the connection are not an HTTP request."""

    status, code, title = 400, "bad_request", "This is not a valid HTTP request"


class Connection(HttpToolsProtocol):
    """One client's connection, with bounds on what is kept of it and on how long it may take for anything."""

    def __init__(self, settings: Settings, recorder: Recorder, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._patience = Patience(settings.header_seconds, settings.unread_seconds)
        self._recorder = recorder
        self._held = b""  # what arrived after a request that is not answered yet
        self._body_left = self._overhead = 0
        self._garbage: str | None = None  # why nothing more is read, once the requests before it are answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._writer = Writer(transport)
        self.transport = self._writer  # type: ignore[assignment]
        self._patience.expect_headers(self._writer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.end()
        self._held = b""
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._patience.expect_reading(self._writer)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._patience.was_read()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection of a client that closes its side after a whole request: it waits for the answer."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.more_body or cycle.response_complete:
            return False
        cycle.keep_alive = False
        if self.parser.get_http_version() == "1.1":
            self._patience.find_out_whether_gone(self._writer, cycle)
        return True

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._held or self._garbage is not None:
            self._hold(data)
        else:
            self._read(data)

    def _read(self, data: bytes) -> None:
        """Parse piece by piece, as far as the next request that has to be answered first."""
        left = memoryview(data)
        while left and not self.transport.is_closing():
            if self._is_answering():
                self._hold(bytes(left))
                return
            size = self._piece()
            piece, left = left[:size], left[size:]
            self._parse(piece)

    def _piece(self) -> int:
        """How many bytes surely belong to one request, or are few enough to hold only a few."""
        cycle: RequestResponseCycle | None = self.cycle
        return self._body_left or (CHUNK_PIECE if cycle is not None and cycle.more_body else HEAD_PIECE)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return self._garbage is not None or (cycle is not None and not (cycle.more_body or cycle.response_complete))

    def _hold(self, data: bytes) -> None:
        if self._garbage is None:
            self._held += data
        self.flow.pause_reading()

    def on_response_complete(self) -> None:
        self._writer.flush()
        super().on_response_complete()
        if self.pipeline or self.transport.is_closing():
            return
        if self._garbage is not None:
            self.send_400_response(self._garbage)
        elif self._held:
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self.flow.resume_reading()
        held, self._held = self._held, b""
        if not self.transport.is_closing():
            self._read(held)

    def _parse(self, piece: memoryview) -> None:
        self._overhead += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as offer:
            self._decline(bytes(piece[offer.args[0] :]))
        except httptools.HttpParserError:
            self._refuse(GARBAGE)
        if self._overhead > OVERHEAD_BYTES:
            self._refuse("The headers are too long.")

    def _decline(self, rest: bytes) -> None:
        """Read the request again without its offer to change protocols, after which the parser expects no body."""
        line = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        kept = [b"%s: %s" % (name, value) for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self._read(b"\r\n".join([line, *kept, b"", rest]))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._body_left = self._overhead = 0
        self._patience.expect_headers(self._writer)

    def on_headers_complete(self) -> None:
        """Begin to answer; an error that is raised here is answered by the parser with 400."""
        self._patience.have_headers()
        found = {name: [value for each, value in self.headers if each == name] for name in (b"host", TRANSFER, LENGTH)}
        if len(found[b"host"]) > 1 or (not found[b"host"] and self.parser.get_http_version() == "1.1"):
            raise ValueError("one Host header is needed")  # RFC 9112, 3.2
        if found[TRANSFER] and b",".join(found[TRANSFER]).strip().lower() != b"chunked":
            raise ValueError("no other transfer coding is known")  # RFC 9112, 6.1
        if self.parser.get_method() == b"CONNECT":
            raise ValueError("this is no proxy")
        if not self.parser.should_upgrade():
            self._body_left = int(found[LENGTH][0]) if found[LENGTH] else 0
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._overhead -= len(body) + CHUNK_OVERHEAD
        self._body_left = max(0, self._body_left - len(body))
        if self.cycle.body or self.cycle.response_complete or self.parser.should_upgrade():
            super().on_body(body)
        else:  # handed over as it is, rather than copied twice
            self.cycle.body = body  # type: ignore[assignment]
            self.cycle.message_event.set()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _refuse(self, why: str) -> None:
        """Answer with 400 and close, after the answers to the requests that were whole."""
        if self._is_answering() or self.pipeline:
            self._garbage = why
        elif not self.transport.is_closing():
            self.send_400_response(why)

    def send_400_response(self, msg: str) -> None:
        request_id = uuid4().hex
        body = problems.render(BadRequest(msg), request_id)
        self._recorder.refused(BadRequest.code)
        self._recorder.record(request_id, status=BadRequest.status, code=BadRequest.code, bytes_out=len(body))
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\nx-request-id: %s\r\n"
            b"content-type: %s\r\ncontent-length: %d\r\n\r\n%s"
            % (request_id.encode(), problems.MEDIA_TYPE.encode(), len(body), body)
        )
        self.transport.close()


TRANSFER, LENGTH = b"transfer-encoding", b"content-length"
