"""GET /v1/families, /v1/losses, /v1/limits: what can be sent, the formulas behind it, and how much."""

from typing import Any

from fastapi import APIRouter, Request

from distscore import __version__
from distscore.wire.describe import catalog
from distscore.wire.errors.problems import NotFound

router = APIRouter(tags=["catalog"])


@router.get("/v1/families", operation_id="list_families", summary="All families")
async def list_families() -> dict[str, Any]:
    """The families, which are the assumed distributions of the targets, by name and in a sentence."""
    return catalog.families()


@router.get("/v1/families/{name}", operation_id="get_family", summary="One family")
async def get_family(name: str) -> dict[str, Any]:
    """A family: its columns, their domains, activations, losses, formulas in LaTeX, and a request that works."""
    return _found(catalog.family(name))


@router.get("/v1/losses", operation_id="list_losses", summary="All losses")
async def list_losses() -> dict[str, Any]:
    """The losses, by name and in a sentence."""
    return catalog.losses()


@router.get("/v1/losses/{name}", operation_id="get_loss", summary="One loss")
async def get_loss(name: str) -> dict[str, Any]:
    """A loss: its formula in LaTeX, properties, families, names of the same thing elsewhere, a request that works."""
    return _found(catalog.loss(name))


@router.get("/v1/limits", operation_id="get_limits", summary="Every limit in force")
async def get_limits(request: Request) -> dict[str, Any]:
    """The limits that are in force, and the version of the service."""
    return {"version": __version__, **request.app.state.runtime.settings.limits()}


def _found(entry: dict[str, Any] | None) -> dict[str, Any]:
    if entry is None:
        raise NotFound("There is nothing of that name.")
    return entry
