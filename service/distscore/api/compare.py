"""POST /v1/compare."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post(
    "/v1/compare",
    operation_id="compare",
    summary="Compare several losses of one batch, or several predictions of its rows",
)
async def compare(request: Request) -> Response:
    """One table: of losses with floors and gradients, or of candidates with their differences, paired row by row."""
    return await exchange(request, "compare")
