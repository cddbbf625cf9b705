"""GET /page: the files of the page for people; their addresses change with them, so that browsers may keep them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from distscore.page.assets import TYPES, VEGA, contents, edition
from distscore.runtime.state import Runtime
from distscore.wire.errors.problems import NotFound

router = APIRouter(include_in_schema=False)

KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/page/{edition_asked}/{name}")
async def asset(request: Request, edition_asked: str, name: str) -> Response:
    """A script or a style sheet of the page, or the script that draws charts."""
    runtime: Runtime = request.app.state.runtime
    if edition_asked != edition() or (name != VEGA and name not in contents()) or not runtime.settings.page:
        raise NotFound("The page has no such file.")
    content = await runtime.vega.script() if name == VEGA else contents()[name]
    return Response(content, media_type=TYPES[name.rpartition(".")[2]], headers=KEPT)
