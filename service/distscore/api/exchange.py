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
from distscore.runtime.workers import Check
from distscore.wire.read.json import MEDIA_TYPE, read
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer
from distscore.wire.write.json import write

STAGES = ("decode", "score", "encode")
UseCase = Callable[[dict[str, Any], Limits, Check], Answer]


class Direct(APIRoute):
    """A route whose handler takes the request as it is: looking for parameters costs as much as a small batch."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


async def exchange(request: Request, answer: UseCase) -> Response:
    """Answer a POST; every reason not to is raised as a problem."""
    runtime: Runtime = request.app.state.runtime
    settings = runtime.settings
    limits = Limits(settings.rows, settings.entries, settings.classes)
    bodies.check_headers(request, (MEDIA_TYPE,), settings.json_body_bytes)
    with runtime.admitted():
        sent = await bodies.receive(request, settings, settings.json_body_bytes)
        encoding = request.headers.get("content-encoding", "")

        def work(check: Check) -> tuple[bytes, int, tuple[float, ...]]:
            """The answer as bytes, how many rows it is about, and the times between which each stage ran."""
            start = perf_counter()
            document = read(bodies.decoded(sent, encoding, settings.json_body_bytes), settings.entries)
            decoded = perf_counter()
            answered = answer(document, limits, check)
            scored = perf_counter()
            content = write(answered)
            return content, answered.members.get("row_count", 0), (start, decoded, scored, perf_counter())

        small = len(sent) <= settings.inline_bytes and not encoding
        content, rows, times = await workers.run(runtime, work, small)
    stages = {name: end - start for name, (start, end) in zip(STAGES, pairwise(times), strict=True)}
    request.scope["state"].update(timings=stages, rows=rows)
    return await compression.encoded(request, content, MEDIA_TYPE, settings)
