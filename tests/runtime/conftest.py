import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tests.runtime.service_process import SECONDS, Service, free_port, running


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def silence() -> Iterator[None]:
    """Applications inside this process log nothing."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """A service of small limits and short deadlines, with one place to compute and one to wait."""
    settings: dict[str, Any] = {
        "json_body_bytes": 100_000,
        "concurrency": 1,
        "queue": 1,
        "metrics_port": free_port(),
        "body_seconds": SECONDS,
        "header_seconds": SECONDS,
        "receive_bytes_per_second": 0,
    }
    with running(**settings) as started:
        yield started
