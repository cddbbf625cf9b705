import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tests.runtime.service_process import LABORATORY, SECONDS, Service, free_port, running


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
    """A service of small limits and short deadlines, with one place to compute, one to wait, and two for bodies."""
    settings: dict[str, Any] = {
        "json_body_bytes": 100_000,
        "concurrency": 1,
        "queue": 1,
        "receiving_places": 2,
        "metrics_port": free_port(),
        "body_seconds": SECONDS,
        "header_seconds": SECONDS,
        "receive_bytes_per_second": 0,
    }
    with running(**settings) as started:
        yield started


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Service]:
    """A service whose workers do what they are told to: two of them, of little memory, and one place to wait."""
    settings: dict[str, Any] = {
        "inline_bytes": 0,
        "concurrency": 2,
        "queue": 1,
        "worker_bytes": 300 << 20,
        "request_seconds": 2 * SECONDS,
        "receiving_bytes": 300_000,
        "unread_answers": 1,
        "unread_seconds": SECONDS,
        "metrics_port": free_port(),
    }
    with running(LABORATORY, **settings) as started:
        yield started
