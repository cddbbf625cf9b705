"""Bodies that try to take the service down: probes stay quick, memory stays within its bound and comes back."""

import contextlib
import time
from collections.abc import Iterator

import httpx
import pytest

from distscore.settings import Settings
from tests.runtime.attacks import ILLEGAL, LEGAL, Attack
from tests.runtime.resources import MIB, memory, peak, probed
from tests.runtime.service_process import Connection, Service, running

pytestmark = pytest.mark.heavy

QUICK = 0.1  # seconds, for a probe
PROCESSES = 256 * MIB  # of the service before anybody asks for anything
WRITTEN_TO = 16 * MIB  # of what the template shares with each of four processes, once they have worked


@pytest.fixture(scope="module")
def attacked() -> Iterator[Service]:
    """A service as it is by default, to which nobody has done anything yet."""
    with running() as service:
        assert memory(service) < PROCESSES
        yield service


def most_memory() -> int:
    """The formula of docs/decisions.md, for a service with default settings."""
    settings = Settings()
    workers = settings.concurrency * settings.worker_bytes * 3 // 2
    return PROCESSES + workers + settings.receiving_bytes + settings.unread_bytes


@pytest.mark.parametrize("attack", [*ILLEGAL, *LEGAL], ids=lambda attack: attack.name)
def test_one_after_the_other(attacked: Service, attack: Attack) -> None:
    """Whatever the body, the answer is fair, probes are answered at once, and one worker's memory is all it takes."""
    body = attack.body()
    headers = {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if attack.is_gzip else {})
    with peak(attacked) as found, probed(attacked) as probes:
        answer = httpx.post(attacked.url + attack.path, content=body, headers=headers, timeout=70)
    assert answer.status_code in attack.statuses
    assert found.bytes < most_memory() - (Settings().concurrency - 1) * Settings().worker_bytes * 3 // 2
    assert probes["slowest"] < QUICK


def test_memory_comes_back(attacked: Service) -> None:
    """After all of it the service has no more memory than a little above the start."""
    time.sleep(2)
    assert memory(attacked) < PROCESSES + 4 * WRITTEN_TO
    assert not [line for line in attacked.log() if line["level"] == "error"]


def test_answers_that_nobody_reads(attacked: Service) -> None:
    """A dozen clients that read nothing of large answers disturb nobody, and lose their answers in the end."""
    body = LEGAL[0].body()
    with probed(attacked) as probes:
        connections = [asked(attacked, body) for _ in range(12)]
        time.sleep(5)
        for connection in connections:
            connection.close()
    assert probes["slowest"] < QUICK


def asked(service: Service, body: bytes) -> Connection:
    """A connection on which a request was sent whose answer is not read."""
    connection = service.connect()
    connection.head(len(body))
    with contextlib.suppress(ConnectionError):  # refused by its headers
        connection.send(body)
    return connection


def test_many_pipelined_requests(attacked: Service) -> None:
    """Forty connections, each with a quarter of a megabyte of requests at once."""
    requests = b"GET /v1/limits HTTP/1.1\r\nHost: test\r\n\r\n" * 6_000
    with probed(attacked) as probes, peak(attacked) as found:
        connections = [attacked.connect() for _ in range(40)]
        for connection in connections:
            connection.socket.setblocking(False)
            connection.socket.send(requests)
        time.sleep(5)
        for connection in connections:
            connection.close()
    assert probes["slowest"] < QUICK
    assert found.bytes < PROCESSES + 64 * MIB


def test_bursts_of_new_connections(attacked: Service) -> None:
    """While 60 connections are open, 200 new ones at once are all answered soon."""
    busy = [attacked.connect() for _ in range(60)]
    start = time.monotonic()
    new = [attacked.connect() for _ in range(200)]
    for connection in new:
        connection.send(b"GET /livez HTTP/1.1\r\nHost: test\r\n\r\n")
    assert [connection.answer()[0] for connection in new] == [200] * 200
    assert time.monotonic() - start < 1
    for connection in (*busy, *new):
        connection.close()
