"""The one middleware: what holds for every request, whatever its route.

It names the request, asks for the key, turns every error into a problem document, and adds headers, metrics and the
line in the log. Plain ASGI and a single layer, because each further one costs a small request several percent.
"""

import asyncio
import hmac
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from distscore.runtime.envelope import Envelope
from distscore.runtime.logs import where
from distscore.runtime.recording import PROBES, Recorder
from distscore.runtime.state import Runtime
from distscore.runtime.workers.pool import WorkerFailed
from distscore.wire.errors import problems

OPEN = PROBES | {"/", "/docs", "/openapi.json"}
OPEN_BELOW = "/docs/", "/page/"
METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS"})
EXPOSED = ["X-Request-Id", "Server-Timing", "Retry-After"]


class Origins(CORSMiddleware):
    """Lets pages of known origins call the service, and refuses the preflights of others with a problem document."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
            raise problems.Forbidden("The service does not let pages of this origin call it in this way.", kept)
        return answer


class Edge:
    """ASGI middleware: request id, API keys, problem documents, common headers, metrics and log of every request."""

    def __init__(self, app: ASGIApp, runtime: Runtime, direct: Mapping[str, APIRoute]) -> None:
        """`direct` are the routes, by path, whose handlers take a POST as it is, for which no framework is needed."""
        self.app, self.runtime, self.recorder, self.direct = app, runtime, Recorder(runtime.metrics), direct
        origins = runtime.settings.cors_origins
        self.inner: ASGIApp = self.guarded
        if origins:  # around the guard: errors must be readable across origins too, and preflights show no key
            self.inner = Origins(self.guarded, origins, ["GET", "POST"], ["*"], expose_headers=EXPOSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and record it however it ends; other scopes (lifespan) are passed on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        envelope = Envelope(scope, receive, send, self.runtime)
        try:
            await self.inner(envelope.scope, envelope.receive, envelope.send)
        except problems.Forbidden as refused:  # a preflight
            await self.refuse(refused, envelope, envelope.send)
        finally:
            self.record(envelope)
        await envelope.linger()

    async def guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with a valid key on to the routes, and turn whatever they raise into a problem document."""
        envelope: Envelope = scope["state"].pop("envelope")
        try:
            may_stay = scope["path"] in PROBES or await self.runtime.turns.come()
            self.authorize(scope["path"], scope["headers"])
            if not may_stay:
                await envelope.take_short_body()
                raise problems.Overloaded("Too many requests at once; send it again in a moment.", {"Retry-After": "1"})
            await self.answer(scope, receive, send)
        except problems.Problem as problem:
            await self.refuse(problem, envelope, send)
            problem.__traceback__ = problem.__context__ = None  # whose frames hold the body and the document
        except asyncio.CancelledError:  # at the end of the service, to which this is the answer
            await self.refuse(problems.Draining(headers={"Retry-After": "1"}), envelope, send)
        except WorkerFailed as failure:
            self.recorder.log.error("internal", request_id=envelope.request_id, error=failure.error, at=failure.at)
            await self.refuse(problems.Internal(), envelope, send)
        except Exception as error:  # noqa: BLE001  the one place where every defect ends
            self.recorder.log.error(
                "internal", request_id=envelope.request_id, error=type(error).__name__, at=where(error)
            )
            await self.refuse(problems.Internal(), envelope, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the handler of a route that was found by its path, or leave the request to the framework."""
        route = self.direct.get(scope["path"]) if scope["method"] == "POST" else None
        if route is None:
            await self.app(scope, receive, send)
        else:
            scope["route"] = route
            response = await route.endpoint(Request(scope, receive))
            await response(scope, receive, send)

    def authorize(self, path: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raise `Unauthorized` unless the request shows one valid key or needs none; comparing takes constant time."""
        keys = self.runtime.keys.current()
        if not keys or path in OPEN or path.startswith(OPEN_BELOW):
            return
        fields = [value for name, value in headers if name == b"authorization"]
        scheme, _, shown = (fields[0] if len(fields) == 1 else b"").partition(b" ")
        matches = [hmac.compare_digest(key, shown.strip()) for key in keys]  # all of them: time tells nothing
        if scheme.lower() != b"bearer" or not any(matches):
            raise problems.Unauthorized("Send Authorization: Bearer <key>.", {"WWW-Authenticate": "Bearer"})

    async def refuse(self, problem: problems.Problem, envelope: Envelope, send: Send) -> None:
        """Answer with a problem document, unless an answer has begun, and count it by its code."""
        self.recorder.refused(problem.code)
        envelope.code = problem.code
        if envelope.status:
            return
        of_protocol = envelope.scope["path"].startswith("/v2")
        body = problems.render_brief(problem) if of_protocol else problems.render(problem, envelope.request_id)
        media_type = b"application/json" if of_protocol else problems.MEDIA_TYPE.encode()
        headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def record(self, envelope: Envelope) -> None:
        """Keep the line and the numbers of a request, under the template of its route."""
        state = envelope.scope["state"]
        matched: APIRoute | None = envelope.scope.get("route")
        self.recorder.record(
            envelope.request_id,
            method=envelope.method if envelope.method in METHODS else "other",
            route="unmatched" if matched is None else matched.path,
            status=envelope.status,
            code=envelope.code,
            seconds=envelope.elapsed(),
            rows=state.get("rows", 0),
            bytes_in=envelope.bytes_in,
            bytes_out=envelope.bytes_out,
            stages=state.get("timings"),
        )


def raise_as_problem(_: Any, error: HTTPException) -> None:
    """Raise an error of the framework, which knows only a status and headers, as the problem of that status."""
    problem = problems.of_status(error.status_code)
    problem.headers.update(error.headers or {})
    if problem.status == 404:
        problem.detail = "The paths are listed on /docs and in /openapi.json."
    if problem.status == 405:
        problem.detail = f"The path has: {problem.headers.get('allow', problem.headers.get('Allow', 'other methods'))}."
    raise problem from None
