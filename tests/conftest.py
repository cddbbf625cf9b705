import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

SLOWEST_START = 60.0


@contextlib.contextmanager
def serving(**settings: Any) -> Iterator[str]:
    """The service in a process of its own, on a free port; it must end with 0 when it is asked to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DISTSCORE_DRAIN_SECONDS": "0"}
    environment |= {f"DISTSCORE_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "distscore", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + SLOWEST_START
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{url}/readyz").status_code == 200:
                    break
            assert process.poll() is None, "the service ended at once"
            assert time.monotonic() < deadline, "the service is not ready"
            time.sleep(0.05)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert code == 0


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Where a service with the default settings listens."""
    with serving() as address:
        yield address
