"""One POST from bytes to bytes: read, score, write, in one place off the event loop where the body is large."""

from collections.abc import Callable, Coroutine
from itertools import pairwise
from time import perf_counter
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from distscore.runtime import bodies, compression, workers
from distscore.runtime.state import Runtime
from distscore.use_cases.score import Answer
from distscore.wire.read import json
from distscore.wire.read.shapes import Limits

STAGES = ("decode", "score", "encode")
Check = Callable[[], None]
Scorer = Callable[[dict[str, Any], Limits, Check, frozenset[str]], Answer]


class Direct(APIRoute):
    """A route whose handler takes the request as it is: looking for parameters costs as much as a small batch."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


async def exchange(request: Request, scorer: Scorer) -> Response:
    """Answer a POST; every reason not to is raised as a problem."""
    runtime: Runtime = request.app.state.runtime
    settings = runtime.settings
    limits = Limits(settings.rows, settings.entries, settings.classes)
    bodies.check_headers(request, (json.MEDIA_TYPE,), settings.json_body_bytes)
    with runtime.admitted():
        sent = await bodies.receive(request, settings, settings.json_body_bytes)
        encoding = request.headers.get("content-encoding", "")

        def work(check: Check) -> tuple[bytes, int, tuple[float, ...]]:
            """The answer, its rows, and when each stage began and the last one ended."""
            start = perf_counter()
            document = json.read(bodies.decoded(sent, encoding, settings.json_body_bytes), settings.entries)
            read = perf_counter()
            answer = scorer(document, limits, check, frozenset())
            scored = perf_counter()
            content = json.write(answer.rest, answer.rows)
            return content, answer.rest.get("row_count", 0), (start, read, scored, perf_counter())

        small = len(sent) <= settings.inline_bytes and not encoding
        content, rows, times = await workers.run(runtime, work, small)
    stages = {name: end - start for name, (start, end) in zip(STAGES, pairwise(times), strict=True)}
    request.scope["state"].update(timings=stages, rows=rows)
    return await compression.encoded(request, content, json.MEDIA_TYPE, settings)
