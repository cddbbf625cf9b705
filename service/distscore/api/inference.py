"""The Open Inference Protocol, version 2: GET /v2 and what is below it, POST /v2/models/{name}/infer."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from distscore.api.exchange import Direct, computed
from distscore.runtime.answers import SpooledResponse
from distscore.runtime.state import Runtime
from distscore.wire.errors.problems import MalformedJson, NotFound, Overloaded
from distscore.wire.inference import metadata

router = APIRouter(prefix="/v2", include_in_schema=False)
inferring = APIRouter(prefix="/v2", route_class=Direct, include_in_schema=False)

HEADER = "Inference-Header-Content-Length"


@router.get("")
async def server() -> dict[str, Any]:
    """The service and the extensions of the protocol that it has."""
    return metadata.server()


@router.get("/health/live")
async def live() -> dict[str, bool]:
    """200 as long as the process answers at all."""
    return {"live": True}


@router.get("/health/ready")
async def ready(request: Request) -> dict[str, bool]:
    """200 when traffic should be sent here, else 503."""
    runtime: Runtime = request.app.state.runtime
    if not runtime.is_ready():
        raise Overloaded("Not ready.", {"Retry-After": "1"})
    return {"ready": True}


@router.get("/models/{name}")
@router.get("/models/{name}/versions/{version}")
async def model(name: str, version: str = metadata.VERSION) -> dict[str, Any]:
    """The tensors that a model takes and gives."""
    found = metadata.model(name) if version == metadata.VERSION else None
    if found is None:
        raise NotFound("There is no such model.")
    return found


@router.get("/models/{name}/ready")
@router.get("/models/{name}/versions/{version}/ready")
async def model_ready(request: Request, name: str, version: str = metadata.VERSION) -> dict[str, Any]:
    """200 when a model can be asked."""
    await model(name, version)
    return {"name": name, **await ready(request)}


@inferring.post("/models/{name}/infer")
@inferring.post("/models/{name}/versions/{version}/infer")
async def infer(request: Request) -> Response:
    """The tensors that were asked for."""
    runtime: Runtime = request.app.state.runtime
    name, version = request.path_params["name"], request.path_params.get("version", metadata.VERSION)
    await model(name, version)
    told = request.headers.get(HEADER)
    if told is not None and not (told.isascii() and told.isdecimal() and len(told) <= metadata.DIGITS):
        raise MalformedJson(f"{HEADER} is a number of bytes.")
    query = urlencode({"model": name, **({} if told is None else {"header": told})})
    done, content = await computed(request, runtime, "infer", query=query)
    headers = {HEADER: str(done.head)} if done.head else None
    media_type = "application/octet-stream" if done.head else "application/json"
    return SpooledResponse(content, media_type, done.content_encoding, runtime.unread, headers)
