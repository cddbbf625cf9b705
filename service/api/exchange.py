"""One POST from bytes to bytes: read, score, write, in one place off the event loop where the body is large."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from service.runtime import bodies, compression, workers
from service.runtime.state import Runtime
from service.scoring import Answer
from service.settings import Settings
from service.wire import json
from service.wire.shapes import Limits

Check = Callable[[], None]
Scorer = Callable[[dict[str, Any], Limits, Check, frozenset[str]], Answer]


@dataclass
class Timings:
    """Seconds of each stage of a request, and its rows."""

    decode: float = 0.0
    score: float = 0.0
    encode: float = 0.0
    rows: int = 0


class Direct(APIRoute):
    """A route whose handler takes the request as it is: looking for parameters costs as much as a small batch."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


async def exchange(request: Request, scorer: Scorer) -> Response:
    """Answer a POST; every reason not to is raised as a problem."""
    runtime: Runtime = request.app.state.runtime
    settings = runtime.settings
    bodies.check_headers(request, (json.MEDIA_TYPE,), settings.json_body_bytes)
    with runtime.admitted():
        sent = await bodies.receive(request, settings, settings.json_body_bytes)
        encoding = request.headers.get("content-encoding", "")
        small = len(sent) <= settings.inline_bytes and not encoding
        timings = Timings()
        content = await workers.run(
            runtime, lambda check: _work(sent, encoding, scorer, settings, check, timings), small
        )
    state = request.scope["state"]
    state["timings"] = {"decode": timings.decode, "score": timings.score, "encode": timings.encode}
    state["rows"] = timings.rows
    return await compression.encoded(request, content, json.MEDIA_TYPE, settings)


def _work(sent: bytes, encoding: str, scorer: Scorer, settings: Settings, check: Check, timings: Timings) -> bytes:
    start = perf_counter()
    body = bodies.decoded(sent, encoding, settings.json_body_bytes)
    document = json.read(body, settings.entries)
    read = perf_counter()
    limits = Limits(settings.rows, settings.entries, settings.classes)
    answer = scorer(document, limits, check, frozenset())
    scored = perf_counter()
    content = json.write(answer.rest, answer.rows)
    timings.decode, timings.score, timings.encode = read - start, scored - read, perf_counter() - scored
    timings.rows = answer.rest.get("row_count", 0)
    return content
