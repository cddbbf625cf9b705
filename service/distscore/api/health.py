"""What an orchestrator and Prometheus ask: is the process alive, should it get traffic, what has it done."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from distscore.runtime.metrics import CONTENT_TYPE
from distscore.runtime.state import Runtime
from distscore.wire.errors.problems import NotFound

router = APIRouter(tags=["operations"])


@router.get("/livez", operation_id="live", summary="Is the process alive?")
async def live() -> dict[str, str]:
    """200 as long as the process answers at all."""
    return {"status": "alive"}


@router.get(
    "/readyz",
    operation_id="ready",
    summary="Should traffic be sent here?",
    response_model=None,
    responses={503: {"description": "Not yet, or no more"}},
)
async def ready(request: Request) -> Response:
    """200 when every family has been scored once and the service is not draining, else 503."""
    is_ready = request.app.state.runtime.is_ready()
    content = b'{"status":"ready"}' if is_ready else b'{"status":"not ready"}'
    return Response(content, 200 if is_ready else 503, media_type="application/json")


@router.get("/metrics", operation_id="metrics", summary="Prometheus metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Counts and durations of requests, in the text format of Prometheus."""
    runtime: Runtime = request.app.state.runtime
    if runtime.settings.metrics_port is not None:
        raise NotFound(f"Metrics are on port {runtime.settings.metrics_port}.")
    return Response(runtime.metrics.exposition(), media_type=CONTENT_TYPE)
