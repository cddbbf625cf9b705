"""POST /v1/explain."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post("/v1/explain", operation_id="explain", summary="Whose convention gave this number")
async def explain(request: Request) -> Response:
    """The conventions of other libraries, and slips, that give the number which other code gave for a batch."""
    return await exchange(request, "explain")
