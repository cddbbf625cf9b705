"""One POST from headers to answer: what is asked becomes a job, which is done where its size belongs."""

from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from distscore.runtime import bodies, workers
from distscore.runtime.compression import NEVER, accepts_gzip
from distscore.runtime.jobs import MEDIA_TYPES, Done, Job, body_limits
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
    settings = runtime.settings
    content_type, answer_type = bodies.check_headers(request, MEDIA_TYPES[use_case], body_limits(settings))
    with runtime.admitted():
        body = await bodies.receive(request, settings, body_limits(settings)[content_type])
        job = job_of(
            request, settings, use_case=use_case, body=body, content_type=content_type, answer_type=answer_type
        )
        done = await workers.run(runtime, job)
    request.scope["state"].update(timings=done.stages, rows=done.rows)
    return response(done)


def job_of(request: Request, settings: Settings, **sent: Any) -> Job:
    """What a request asks for, once its body is complete: the time for its answer starts here."""
    headers, seconds = request.headers, settings.request_seconds
    sizes = (settings.compress_minimum_bytes, settings.compress_maximum_bytes)
    return Job(
        **sent,
        is_gzip=headers.get("content-encoding", "").strip().lower() == "gzip",
        compress=sizes if accepts_gzip(headers.get("accept-encoding", "")) else NEVER,
        limits=Limits(settings.rows, settings.entries, settings.classes),
        body_bytes=body_limits(settings)[sent["content_type"]],
        seconds=seconds,
        deadline=monotonic() + seconds,
    )


def response(done: Done) -> Response:
    """The answer that came of a job."""
    headers = {"Content-Encoding": done.content_encoding} if done.content_encoding else None
    return Response(done.content, media_type=done.content_type, headers=headers)
