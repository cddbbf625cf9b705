"""POST /v1/report."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, compression, computed
from distscore.report.policy import POLICY
from distscore.runtime.answers import SpooledResponse
from distscore.runtime.compression import compressed
from distscore.runtime.presence import while_connected
from distscore.runtime.spool import spooled
from distscore.runtime.state import Runtime

router = APIRouter(route_class=Direct, tags=["score"])

HTML = "text/html"
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Content-Disposition": 'inline; filename="distscore-report.html"',
}


@router.post("/v1/report", operation_id="report", summary="Answer a batch with a page for people")
async def report(request: Request) -> Response:
    """A body of score, compare or merge; the answer is one HTML file: verdict, charts, tables, how it was computed."""
    runtime: Runtime = request.app.state.runtime
    _, content = await computed(request, runtime, "report", is_final=False)
    with content:
        page = await while_connected(request, runtime.renderer.page(content.view()))
    written, encoding = compressed(spooled([page]), compression(request, runtime.settings))
    return SpooledResponse(written, HTML, encoding, runtime.unread, HEADERS)
