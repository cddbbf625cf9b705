"""One request with its answer, as the middleware sees them: an id, byte counts, headers that every answer has."""

import asyncio
import re
from time import perf_counter
from uuid import uuid4

from starlette.types import Message, Receive, Scope, Send

from distscore.runtime.state import Runtime

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Accept, Accept-Encoding"),
]
LINGER_SECONDS = 1.0
SHORT_DIGITS = 5  # of the length of a body


class Envelope:
    """The ASGI messages of one request: receives and sends them, counts bytes, keeps the status, adds headers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, runtime: Runtime) -> None:
        self._receive, self._send, self.runtime = receive, send, runtime
        state = scope.setdefault("state", {})
        state["envelope"] = self
        self.start = perf_counter()
        self.method: str = scope["method"]
        self.scope = {**scope, "method": "GET"} if self.method == "HEAD" else scope
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.headers.get(b"x-request-id", b"")
        self.request_id = given.decode() if REQUEST_ID.fullmatch(given) else uuid4().hex
        self.status, self.code = 0, ""
        self.bytes_in = self.bytes_out = 0
        has_body = self.headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in self.headers
        self.received = not has_body
        self._held = False

    async def receive(self) -> Message:
        """The next ASGI message of the request, its bytes counted."""
        message = await self._receive()
        if message["type"] == "http.request":
            self.bytes_in += len(message.get("body", b""))
            self.received = not message.get("more_body", False)
        else:
            self.received = True
        return message

    async def send(self, message: Message) -> None:
        """Pass an ASGI message of the answer on; an answer that is complete before its request is ended by `linger`."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            own = self._own_headers(is_kept=b"cache-control" in dict(given))
            await self._send({**message, "headers": [*given, *own]})
            return
        body = b"" if self.method == "HEAD" else message.get("body", b"")
        more = message.get("more_body", False)
        self.bytes_out += len(body)
        self._held = not more and not self.received
        await self._send({"type": "http.response.body", "body": body, "more_body": more or self._held})

    def _own_headers(self, is_kept: bool) -> list[tuple[bytes, bytes]]:
        """What every answer has; one that may be kept says so itself."""
        headers = [*HEADERS[is_kept:], (b"x-request-id", self.request_id.encode())]
        timings: dict[str, float] = self.scope["state"].get("timings", {})
        if timings:
            stages = ", ".join(f"{stage};dur={spent * 1000:.3f}" for stage, spent in timings.items())
            headers.append((b"server-timing", stages.encode()))
        if not self.received or self.runtime.draining:
            headers.append((b"connection", b"close"))
        return headers

    def elapsed(self) -> float:
        """Seconds since the headers of the request arrived."""
        return perf_counter() - self.start

    async def linger(self) -> None:
        """Read on, for a second at most, what the client still sends after an early answer, and then end the answer.

        A connection that is closed with unread bytes is reset, and the client would lose the answer.
        """
        if self._held:
            await self._read_on()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def take_short_body(self) -> None:
        """Read a body that is short before it is refused, so that the connection can be kept."""
        length = self.headers.get(b"content-length", b"")
        if len(length) <= SHORT_DIGITS and b"expect" not in self.headers:
            await self._read_on()

    async def _read_on(self) -> None:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while not self.received:
                    await self.receive()
        except (TimeoutError, asyncio.CancelledError):  # the latter at the end of the service
            pass
