"""POST /v1/score."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post("/v1/score", operation_id="score", summary="Score one batch with one loss")
async def score(request: Request) -> Response:
    """Value, losses, gradients, Hessian diagonals and diagnostics of one batch."""
    return await exchange(request, "score")
