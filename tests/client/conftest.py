from collections.abc import Iterator

import pytest

from distscore import Client


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    """A client of a service with the default settings."""
    with Client(url) as client:
        yield client


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
