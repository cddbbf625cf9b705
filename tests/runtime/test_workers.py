"""Workers that die, are late, or take too much: one request notices, and the service goes on."""

import os
import signal
import struct
import time
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET

import pytest

from tests.runtime.resources import family
from tests.runtime.service_process import LABORATORY, Service, document, running

SECONDS = 1.2  # until a worker is late in the laboratory
TICKS = os.sysconf("SC_CLK_TCK")


def seconds_computed(service: Service) -> float:
    """How long all processes of a service have computed so far."""
    fields = [Path(f"/proc/{each}/stat").read_text(encoding="ascii").split() for each in family(service.process.pid)]
    return sum(int(each[13]) + int(each[14]) for each in fields) / TICKS


def all_idle(service: Service) -> bool:
    """Whether no worker is busy any more, or being replaced, soon."""
    deadline = time.monotonic() + 2
    while service.metric("distscore_busy_slots"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("act", ["abort", "exit", "kill", "fault"])
def test_a_worker_that_dies(laboratory: Service, act: str) -> None:
    """Its request is told that there was an internal error, and the log how the worker ended."""
    answer = laboratory.post(document(act=act), X_Request_Id=f"dies-{act}")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.json()["request_id"] == f"dies-{act}"
    (line,) = (line for line in laboratory.log() if line["event"] == "internal" and f"dies-{act}" in line.values())
    assert line["error"] == {"abort": "SIGABRT", "exit": "WorkerEnded", "kill": "SIGKILL", "fault": "SIGSEGV"}[act]
    assert laboratory.post(document()).status_code == 200
    assert all_idle(laboratory)


@pytest.mark.parametrize("act", ["grow", "grow_and_abort"])
def test_a_worker_that_takes_too_much(laboratory: Service, act: str) -> None:
    """What does not fit the memory of a worker is too large, whichever library noticed."""
    answer = laboratory.post(document(act=act))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert "in parts" in answer.json()["detail"]
    assert all_idle(laboratory)


def test_a_worker_that_is_late(laboratory: Service) -> None:
    """The answer is 504 in time, and the work has ended with it, although it never looked at the clock."""
    start = time.monotonic()
    answer = laboratory.post(document(act="spin"))
    assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
    assert SECONDS - 0.05 < time.monotonic() - start < SECONDS + 0.3
    assert all_idle(laboratory)
    before = seconds_computed(laboratory)
    time.sleep(0.5)
    assert seconds_computed(laboratory) - before < 0.1


@pytest.mark.parametrize("how", ["closed", "reset"])
def test_a_client_that_is_gone(laboratory: Service, how: str) -> None:
    """Its work ends at once, and not only at its deadline."""
    connection = laboratory.connect()
    body = document(act="spin")
    connection.head(len(body), f"X-Request-Id: gone-{how}")
    connection.send(body)
    time.sleep(0.1)
    assert laboratory.metric("distscore_busy_slots") == 1
    if how == "reset":
        connection.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    assert laboratory.line(f"gone-{how}")["code"] == "client_gone"
    assert all_idle(laboratory)


def test_one_that_fails_disturbs_no_other(laboratory: Service, tmp_path: Path) -> None:
    """While one worker dies again and again, the answer of another is not lost."""
    connection = laboratory.connect()
    body = document(wait=str(tmp_path / "go"))
    connection.head(len(body))
    connection.send(body)
    for _ in range(3):
        assert laboratory.post(document(act="fault")).status_code == 500
    (tmp_path / "go").touch()
    assert connection.answer()[0] == 200
    connection.close()


def test_work_does_not_keep_the_service() -> None:
    """At its end the service waits a while for work in flight, then ends it, and tells its client."""
    with running(LABORATORY, inline_bytes=0, shutdown_seconds=1) as service, service.connect() as connection:
        body = document(act="spin")
        connection.head(len(body))
        connection.send(body)
        time.sleep(0.2)
        start = time.monotonic()
        assert service.end(signal.SIGTERM) == 0
        assert 0.9 < time.monotonic() - start < 4
        assert connection.answer()[2]["code"] == "draining"
        events = [line["event"] for line in service.log() if line["level"] == "error"]
        assert all("timeout graceful shutdown" in event for event in events)


def test_all_end_with_the_service() -> None:
    """When the serving process is killed, no other one is left, though they ignore the signals of its group."""
    with running(LABORATORY, inline_bytes=0) as service:
        processes = family(service.process.pid)
        assert len(processes) >= 3
        with service.connect() as connection:
            body = document(act="spin")
            connection.head(len(body))
            connection.send(body)
            time.sleep(0.1)
            service.process.kill()
            service.process.wait()
        deadline = time.monotonic() + 2
        while any(Path(f"/proc/{each}").exists() for each in processes):
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.mark.heavy
def test_without_a_template_the_service_ends() -> None:
    """A service that could not replace a worker any more ends, so that it is started anew."""
    with running(LABORATORY, inline_bytes=0) as service:
        os.kill(family(service.process.pid)[1], signal.SIGKILL)
        assert service.process.wait(5) == 0
