"""One POST from headers to answer: what is asked becomes a job, which is done where its size belongs."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from time import monotonic
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from distscore.runtime import bodies
from distscore.runtime.answers import SpooledResponse
from distscore.runtime.compression import NEVER, accepts_gzip
from distscore.runtime.jobs import ANSWER_TYPES, JSON, MEDIA_TYPES, Done, Job, is_small, perform
from distscore.runtime.presence import while_connected
from distscore.runtime.spool import Spool
from distscore.runtime.state import Runtime
from distscore.settings import Settings
from distscore.wire.read.limits import Limits


class Direct(APIRoute):
    """A route whose handler takes the request as it is: looking for parameters costs as much as a small batch."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


async def exchange(request: Request, use_case: str) -> Response:
    """Answer a POST; every reason not to is raised as a problem."""
    runtime: Runtime = request.app.state.runtime
    done, content = await computed(request, runtime, use_case)
    return SpooledResponse(content, done.content_type, done.content_encoding, runtime.unread)


async def computed(
    request: Request, runtime: Runtime, use_case: str, is_final: bool = True, query: str | None = None
) -> tuple[Done, Spool]:
    """What comes of a POST: a small job is done here and now, a large one by a worker, while its client waits for it.

    Where something else is made of it before it is sent, it is plain JSON whatever the client accepts.
    """
    types = MEDIA_TYPES[use_case], ANSWER_TYPES[use_case]
    content_type, answer_type, length = bodies.check_headers(request, *types, runtime.body_limits, is_final)
    with (
        runtime.receiving(length) as taken,
        await bodies.receive(request, runtime.settings, runtime.body_limits[content_type], taken) as body,
        runtime.admitted(),
    ):
        job = job_of(request, runtime, use_case, content_type, answer_type)
        if query is not None:
            job = replace(job, query=query)
        if not is_final:
            job = replace(job, answer_type=JSON, compress=NEVER)
        if runtime.pool is None or is_small(job, body, runtime.settings.inline_bytes):
            await runtime.turns.work()
            done, content = perform(job, body.view())
        else:
            done, content = await while_connected(request, runtime.pool.do(job, body))
    request.scope["state"].update(timings=done.stages, rows=done.rows)
    return done, content


def job_of(request: Request, runtime: Runtime, use_case: str, content_type: str, answer_type: str) -> Job:
    """What a request asks for, once its body is complete: the time for its answer starts here."""
    settings, headers = runtime.settings, request.headers
    return Job(
        use_case=use_case,
        query=request.scope["query_string"].decode(errors="replace"),
        content_type=content_type,
        is_gzip=headers.get("content-encoding", "").strip().lower() in ("gzip", "deflate"),
        answer_type=answer_type,
        compress=compression(request, settings),
        limits=Limits(settings.rows, settings.entries, settings.classes),
        body_bytes=runtime.body_limits[content_type],
        seconds=settings.request_seconds,
        deadline=monotonic() + settings.request_seconds,
    )


def compression(request: Request, settings: Settings) -> tuple[int, int]:
    """The least and the largest answer that is compressed for a client."""
    sizes = (settings.compress_minimum_bytes, settings.compress_maximum_bytes)
    return sizes if accepts_gzip(request.headers.get("accept-encoding", "")) else NEVER
