"""POST /v1/summaries/merge."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post("/v1/summaries/merge", operation_id="merge_summaries", summary="Merge the states of several batches")
async def merge(request: Request) -> Response:
    """One report and one state of all their rows, to the last bit those of one batch."""
    return await exchange(request, "merge")
