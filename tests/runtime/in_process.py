"""The application in this process, without a network between."""

from typing import Any

import httpx
from fastapi import FastAPI

from distscore.app import create_app
from distscore.settings import Settings

ORIGIN = "https://page.example"


def application(**settings: Any) -> FastAPI:
    """The application, warm-up left out."""
    return create_app(Settings(**settings))


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://service")
