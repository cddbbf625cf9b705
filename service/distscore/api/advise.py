"""POST /v1/advise."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post("/v1/advise", operation_id="advise", summary="Which family and loss fit these targets, and why")
async def advise(request: Request) -> Response:
    """What the targets look like, the evidence, and requests that are ready to be sent."""
    return await exchange(request, "advise")
