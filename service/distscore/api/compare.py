"""POST /v1/compare."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post("/v1/compare", operation_id="compare", summary="Score one batch with several losses")
async def compare(request: Request) -> Response:
    """One table: values, floors, gradients and what the mean target would score."""
    return await exchange(request, "compare")
