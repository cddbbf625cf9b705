"""The end of the service: announced, then orderly, and in any case soon."""

import signal
import time

import httpx

from tests.runtime.service_process import PATIENCE, SMALL, Service, running


def refuses_connections(service: Service) -> bool:
    for _ in range(40):
        try:
            service.get("/livez")
        except httpx.TransportError:
            return True
        time.sleep(0.05)
    return False


def test_it_drains_before_it_ends() -> None:
    """On SIGTERM it is not ready at once, serves on for a while, finishes what it has begun, and ends with 0."""
    with running(drain_seconds=1) as service, service.connect() as begun:
        begun.head(len(SMALL))
        begun.send(SMALL[:10])
        start = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        assert service.get("/readyz").status_code == 503
        assert service.get("/livez").status_code == 200
        answer = service.post(SMALL)
        assert answer.status_code == 200
        assert answer.headers["connection"] == "close"
        assert refuses_connections(service)
        assert time.monotonic() - start > 1
        begun.send(SMALL[10:])
        assert begun.answer()[0] == 200
        assert service.process.wait(PATIENCE) == 0
        assert service.log()[-1]["event"].startswith("Finished")


def test_half_a_body_does_not_keep_it() -> None:
    """A body that does not come is given up, and its sender told why; idle connections are closed."""
    with running(shutdown_seconds=1) as service, service.connect() as idle, service.connect() as half:
        idle.head(len(SMALL))
        idle.send(SMALL)
        assert idle.answer()[0] == 200
        half.head(1000)
        start = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        status, headers, document = half.answer()
        assert (status, document["code"], headers["retry-after"]) == (503, "draining", "1")
        assert service.process.wait(PATIENCE) == 0
        assert time.monotonic() - start < 4


def test_interrupted_twice() -> None:
    """Ctrl-C waits for what has begun, but not to drain; the second one waits for nothing. The exit code is 0."""
    with running(drain_seconds=600, shutdown_seconds=600) as service, service.connect() as half:
        half.head(1000)
        start = time.monotonic()
        service.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert service.process.poll() is None
        assert service.end(signal.SIGINT) == 0
        assert time.monotonic() - start < 3
        assert not [line for line in service.log() if line["level"] == "error"]


def test_the_terminal_has_gone() -> None:
    """SIGHUP drains like SIGTERM."""
    with running(drain_seconds=0) as service:
        service.post(SMALL, X_Request_Id="last")
        assert service.end(signal.SIGHUP) == 0
        assert service.log()[-1]["event"].startswith("Finished")
