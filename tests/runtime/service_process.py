"""The service in a process of its own, and requests to it byte by byte."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SLOWEST_START = 60.0
SECONDS = 0.6  # what the shared service waits for headers, and for bodies
PATIENCE = 20.0  # no test waits longer for anything
COMMAND = ("-m", "distscore")
LABORATORY = ("-m", "tests.runtime.laboratory")
JSON = {"Content-Type": "application/json"}
SOFT = {
    "family": "categorical",
    "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]},
    "outputs": ["losses"],
}
SMALL = json.dumps(SOFT).encode()


def batch(rows: int, **members: Any) -> bytes:
    """A request of many rows."""
    return json.dumps(
        {
            "family": "gaussian",
            "targets": {"values": [0.5] * rows},
            "predictions": {"mean": [0.25] * rows, "standard_deviation": [1.5] * rows},
            **members,
        }
    ).encode()


def document(**members: Any) -> bytes:
    """A request to the laboratory."""
    return json.dumps(members).encode()


@dataclass
class Service:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path
    metrics_port: int | None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **more: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=PATIENCE, **more)

    def post(self, content: Any, **headers: str) -> httpx.Response:
        sent = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.post(f"{self.url}/v1/score", content=content, headers=sent, timeout=PATIENCE)

    def metric(self, name: str) -> float:
        """A metric without labels."""
        lines = httpx.get(f"http://127.0.0.1:{self.metrics_port}/metrics").text.splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def log(self) -> list[dict[str, Any]]:
        """Everything that was logged so far."""
        return [json.loads(line) for line in self.output.read_bytes().splitlines()]

    def line(self, request_id: str) -> dict[str, Any]:
        """The line of a request, which is written after its answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in self.log():
                if line["event"] == "request" and line["request_id"] == request_id:
                    return line
            time.sleep(0.02)
        raise AssertionError(f"{request_id} was not logged")

    def connect(self) -> "Connection":
        return Connection(socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE))

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def running(command: tuple[str, ...] = COMMAND, **settings: Any) -> Iterator[Service]:
    """A service with these settings, ended at the end if it has not ended yet."""
    port = free_port()
    with tempfile.NamedTemporaryFile(suffix=".log") as output:
        command_line = [sys.executable, *command, "serve", "--port", str(port)]
        with Path(output.name).open("ab") as lines:
            process = subprocess.Popen(command_line, env=environment(settings), stdout=lines, stderr=lines)
        service = Service(process, port, Path(output.name), settings.get("metrics_port"))
        try:
            deadline = time.monotonic() + SLOWEST_START
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if service.get("/readyz").status_code == 200:
                        break
                assert process.poll() is None, service.output.read_text()
                assert time.monotonic() < deadline, "the service is not ready"
                time.sleep(0.05)
            os.truncate(output.name, 0)
            yield service
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                finally:
                    process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(settings: dict[str, Any]) -> dict[str, str]:
    """The settings as environment variables; a short drain if nothing is said about it."""
    given = {"drain_seconds": 0, **settings}
    return os.environ | {f"DISTSCORE_{name.upper()}": str(value) for name, value in given.items()}


class Connection:
    """A connection that sends what it is told to, and reads answers."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.file = connected.makefile("rb")

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def head(self, length: int | None, *lines: str, path: str = "/v1/score") -> None:
        """The headers of a POST; without a length its body comes in chunks."""
        framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        typed = [] if any(line.lower().startswith("content-type") for line in lines) else [f"Content-Type: {JSON_TYPE}"]
        self.send("\r\n".join([f"POST {path} HTTP/1.1", "Host: test", framing, *typed, *lines, "", ""]).encode())

    def answer(self) -> tuple[int, dict[str, str], Any]:
        """The next answer: status, headers, document."""
        line = self.file.readline()
        assert line.startswith(b"HTTP/1.1 "), line
        headers = {}
        while (field := self.file.readline().strip()) != b"":
            name, _, value = field.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = self.file.read(int(headers["content-length"]))
        return int(line.split()[1]), headers, json.loads(body)

    def seconds_to_close(self) -> float:
        """How long the other side keeps the connection, and that it does not keep it forever."""
        start = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while self.socket.recv(65536):
                pass
        return time.monotonic() - start


JSON_TYPE = JSON["Content-Type"]
