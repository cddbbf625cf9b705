"""The one middleware: what holds for every request, whatever its route.

It names the request, asks for the key, turns every error into a problem document, and adds headers, metrics and the
line in the log. Plain ASGI, because each further layer costs a small request several percent.
"""

import asyncio
import hmac
import re
from time import perf_counter
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.runtime.logs import request_log, where
from service.runtime.state import Runtime
from service.wire import problems

OPEN = frozenset({"/livez", "/readyz", "/metrics"})
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Accept, Accept-Encoding"),
]
LINGER_SECONDS = 1.0


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self.app, self.runtime = app, runtime
        self.log = request_log()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        try:
            self.authorize(scope, exchange.headers)
            await self.app(scope, exchange.receive, exchange.send)
        except problems.Problem as problem:
            await self.refuse(exchange, problem)
        except Exception as error:  # noqa: BLE001  the one place where everything ends
            self.log.error("internal", request_id=exchange.request_id, error=type(error).__name__, at=where(error))
            await self.refuse(exchange, problems.Internal())
        finally:
            self.record(exchange)

    def authorize(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Raise unless the request shows one of the keys, or needs none."""
        keys = self.runtime.keys
        if not keys or scope["path"] in OPEN:
            return
        scheme, _, shown = headers.get(b"authorization", b"").partition(b" ")
        matches = [hmac.compare_digest(key, shown.strip()) for key in keys]  # all of them: time tells nothing
        if scheme.lower() != b"bearer" or not any(matches):
            raise problems.Unauthorized("Send Authorization: Bearer <key>.", {"WWW-Authenticate": "Bearer"})

    async def refuse(self, exchange: "Exchange", problem: problems.Problem) -> None:
        """Answer with a problem document, unless an answer has begun."""
        self.runtime.metrics.rejected.labels(problem.code).inc()
        exchange.code = problem.code
        if exchange.status:
            return
        body = problems.render(problem, exchange.request_id)
        headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
        if not exchange.received:
            headers.append((b"connection", b"close"))
        await exchange.send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await exchange.send({"type": "http.response.body", "body": body, "more_body": not exchange.received})
        if not exchange.received:
            await exchange.linger()

    def record(self, exchange: "Exchange") -> None:
        """Metrics, and the line in the log."""
        scope, metrics = exchange.scope, self.runtime.metrics
        seconds = perf_counter() - exchange.start
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in ("GET", "POST", "HEAD", "OPTIONS") else "other"
        metrics.record(method, route, exchange.status, seconds)
        state = scope["state"]
        timings = state.get("timings", {})
        if timings:
            metrics.record_work(state["rows"], timings)
        stages = {f"{stage}_seconds": round(spent, 6) for stage, spent in timings.items()}
        self.log.info(
            "request",
            request_id=exchange.request_id,
            method=method,
            route=route,
            status=exchange.status,
            code=exchange.code,
            seconds=round(seconds, 6),
            rows=state.get("rows", 0),
            bytes_in=exchange.bytes_in,
            bytes_out=exchange.bytes_out,
            **stages,
        )


class Exchange:
    """One request and its answer, as they pass."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.start = perf_counter()
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.headers.get(b"x-request-id", b"")
        self.request_id = given.decode() if REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})
        self.status, self.code = 0, ""
        self.bytes_in = self.bytes_out = 0
        has_body = self.headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in self.headers
        self.received = not has_body

    async def receive(self) -> Message:
        """The next message, counted."""
        message = await self._receive()
        if message["type"] == "http.request":
            self.bytes_in += len(message.get("body", b""))
            self.received = not message.get("more_body", False)
        else:
            self.received = True
        return message

    async def send(self, message: Message) -> None:
        """Pass a message on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), *HEADERS, (b"x-request-id", self.request_id.encode())]
            timings: dict[str, float] = self.scope["state"].get("timings", {})
            if timings:
                stages = ", ".join(f"{stage};dur={spent * 1000:.3f}" for stage, spent in timings.items())
                headers.append((b"server-timing", stages.encode()))
            message = {**message, "headers": headers}
        else:
            self.bytes_out += len(message.get("body", b""))
        await self._send(message)

    async def linger(self) -> None:
        """Swallow what is still being sent: a connection closed with unread bytes resets, and the answer is lost."""
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while not self.received:
                    await self.receive()
        except TimeoutError:
            pass
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def raise_as_problem(_: Any, error: Exception) -> None:
    """An error of the framework, which knows a status and headers."""
    problem = problems.of_status(getattr(error, "status_code", 500))
    problem.headers.update(getattr(error, "headers", None) or {})
    raise problem from None
