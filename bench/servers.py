"""Servers of our own on free ports of this machine, stopped at the end whatever happens."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

PATIENCE = 30.0  # seconds for a server to start, or to stop
MIB = 1 << 20
UVICORN = (
    "-m",
    "uvicorn",
    "--no-access-log",
    "--log-level",
    "error",
    "--loop",
    "uvloop",
    "--http",
    "httptools",
    "--timeout-keep-alive",
    "600",
)
SERVICE = ("-m", "distscore", "serve")
PLAIN = (*UVICORN, "bench.peers.plain:app")
BARE = (*UVICORN, "bench.peers.bare:app")
SETTINGS = {
    "DISTSCORE_LOG_LEVEL": "warning",
    "DISTSCORE_DRAIN_SECONDS": "0",
    "DISTSCORE_JSON_BODY_BYTES": str(128 * MIB),
    "DISTSCORE_QUEUE": "64",
}


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    port: int
    pid: int


@contextmanager
def server(command: tuple[str, ...], settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """A server that listens on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            sleep(0.05)
    sys.exit(f"bench: {process.args!r} did not start")
