"""GET / and GET /docs: the page for people, and Swagger UI from the package itself; no asset is remote."""

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from distscore import __version__
from distscore.page.assets import index
from distscore.runtime.bodies import accepted
from distscore.runtime.state import Runtime
from distscore.wire.errors.problems import NotFound

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OF_PAGE = POLICY.replace(" 'unsafe-inline'", "")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Distscore</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", tryItOutEnabled: true});\n'
ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
POINTERS = {"name": "distscore", "version": __version__, "documentation": "/docs", "openapi": "/openapi.json"}


@router.get("/")
async def root(request: Request) -> Response:
    """The page for people, or the documentation if there is no such page; a program is told where it is."""
    runtime: Runtime = request.app.state.runtime
    if accepted(request.headers.get("accept"), ("application/json", "text/html")) != "text/html":
        return JSONResponse(POINTERS)
    if not runtime.settings.page:
        return RedirectResponse("docs")
    return Response(index(), media_type="text/html", headers={"Content-Security-Policy": OF_PAGE})


@router.get("/docs")
async def docs() -> Response:
    """The page that loads Swagger UI, which may load and call nothing but this service."""
    return Response(PAGE, media_type="text/html", headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
async def asset(name: str) -> Response:
    """A style sheet, a script or an icon of Swagger UI."""
    if name == "start.js":
        return Response(START, media_type="text/javascript")
    if name not in ASSETS:
        raise NotFound("The documentation has no such file.")
    return Response((files("fastapi_swagger") / "resources" / name).read_bytes(), media_type=ASSETS[name])
