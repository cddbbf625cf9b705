"""POST /v1/table."""

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, exchange

router = APIRouter(route_class=Direct, tags=["score"])


@router.post("/v1/table", operation_id="table", summary="What the columns of a file may be")
async def table(request: Request) -> Response:
    """The columns of a CSV or Parquet file, and the queries with which it can be scored, best first."""
    return await exchange(request, "table")
