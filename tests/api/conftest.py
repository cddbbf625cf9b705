from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx import ASGITransport

from distscore.app import create_app
from distscore.settings import Settings


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def client(anyio_backend: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running application, without a network between."""
    app = create_app(Settings(rows=1000, entries=5000, classes=200, json_body_bytes=200_000))
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield client
