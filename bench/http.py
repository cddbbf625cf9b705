"""One request after the other over loopback: the service beside a plain endpoint, an echo and an empty route."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, sleep
from types import TracebackType
from typing import Any

import numpy as np
import orjson

from bench.timing import interleaved, table

SIZES = ((1, 3, 400), (1000, 1000, 7))  # rows, classes, rounds
PATIENCE = 30.0  # seconds for a server to start, or to stop
SERVICE = ("-m", "distscore", "serve", "--port")
PLAIN = ("-m", "uvicorn", "bench.peers.plain:app", "--no-access-log", "--log-level", "error", "--port")


class Connection:
    """A kept connection on a bare socket, so that the client costs next to nothing."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.socket.close()

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer, which must be a 200 with its length."""
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.socket.sendall(head.encode() + b"\r\n\r\n" + body)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._some()
        lines = bytes(received[:end]).lower().split(b"\r\n")
        assert lines[0].split()[1] == b"200", bytes(received[:500])
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        while len(received) < end + 4 + length:
            received += self._some()
        return bytes(received[end + 4 :])

    def _some(self) -> bytes:
        some = self.socket.recv(1 << 20)
        assert some, "the server hung up"
        return some


@contextmanager
def server(*command: str) -> Iterator[int]:
    """A server of our own on a free port, stopped at the end whatever happens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DISTSCORE_LOG_LEVEL": "warning", "DISTSCORE_DRAIN_SECONDS": "0"}
    process = subprocess.Popen(
        [sys.executable, *command, str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            sleep(0.05)
    sys.exit(f"bench: {process.args!r} did not start")


def run() -> None:
    print(
        "\nPOST over loopback, one connection, softmax cross-entropy, losses and gradients: median of interleaved runs"
    )
    with ExitStack() as stack:
        ours = stack.enter_context(Connection(stack.enter_context(server(*SERVICE))))
        plain = stack.enter_context(Connection(stack.enter_context(server(*PLAIN))))
        for rows, classes, rounds in SIZES:
            compare(ours, plain, rows, classes, rounds)


def compare(ours: Connection, plain: Connection, rows: int, classes: int, rounds: int) -> None:
    random = np.random.default_rng(0)
    p, z = random.dirichlet(np.ones(classes), rows).tolist(), (3 * random.normal(size=(rows, classes))).tolist()
    request = {"family": "categorical", "targets": {"probabilities": p}, "predictions": {"logits": z}}
    bare = orjson.dumps({**request, "outputs": ["losses", "gradients"]})
    explained = orjson.dumps(request)
    other = orjson.dumps({"probabilities": p, "logits": z})
    agree(orjson.loads(ours.post("/v1/score", bare)), orjson.loads(plain.post("/score", other)))
    medians = interleaved(
        {
            "distscore": lambda: ours.post("/v1/score", bare),
            "distscore, with diagnostics": lambda: ours.post("/v1/score", explained),
            "plain FastAPI, Pydantic and NumPy": lambda: plain.post("/score", other),
            "echo of the same bytes": lambda: plain.post("/echo", bare),
            "empty POST route": lambda: plain.post("/empty", b""),
        },
        rounds,
    )
    table(f"{rows} x {classes}, {len(bare) / 1e6:.2g} MB", medians)


def agree(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Whoever is fast is also right."""
    np.testing.assert_allclose(one["losses"], other["losses"], rtol=1e-9)
    np.testing.assert_allclose(one["gradients"]["logits"], other["gradients"], rtol=1e-5, atol=1e-14)
