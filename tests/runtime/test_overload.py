"""More requests than there are places."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from distscore.runtime.answers import SpooledResponse
from distscore.runtime.places import Places
from distscore.runtime.spool import Spool
from distscore.runtime.state import Runtime
from tests.runtime.in_process import application, client_of
from tests.runtime.service_process import JSON, SMALL, Connection, Service, batch, document


def ask(service: Service, **members: Any) -> Connection:
    """A connection on which something was asked for."""
    body, connection = document(**members), service.connect()
    connection.head(len(body))
    connection.send(body)
    return connection


def until(service: Service, metric: str, value: float) -> None:
    """Wait until a metric has a value."""
    deadline = time.monotonic() + 5
    while service.metric(metric) != value:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_too_much_is_refused(laboratory: Service, tmp_path: Path) -> None:
    """As many as may compute do, as many as may wait do, and all others are told to come again."""
    go = tmp_path / "go"
    inside = [ask(laboratory, wait=str(go)) for _ in range(3)]
    until(laboratory, "distscore_admitted_requests", 3)
    until(laboratory, "distscore_busy_slots", 2)
    for _ in range(5):
        answer = laboratory.post(document(wait=str(go)))
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert answer.headers["retry-after"] == "1"
    assert laboratory.get("/livez").status_code == 200
    go.touch()
    answers = [connection.answer() for connection in inside]
    assert [status for status, _, _ in answers] == [200, 200, 200]
    assert len({answer["process"] for _, _, answer in answers}) == 2
    until(laboratory, "distscore_admitted_requests", 0)
    until(laboratory, "distscore_busy_slots", 0)
    for connection in inside:
        connection.close()


def test_a_saturated_service_may_be_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness ends after all places to compute were taken for long, where that is asked for, and comes back."""
    monkeypatch.setattr("distscore.runtime.state.SATURATED_SECONDS", 0.0)
    runtime: Runtime = application(concurrency=2, queue=0, ready_when_saturated=False).state.runtime
    runtime.ready = True
    with runtime.admitted():
        assert runtime.is_ready()
        with runtime.admitted():
            assert not runtime.is_ready()
        assert runtime.is_ready()


def test_a_body_is_not_waited_for_without_a_place(service: Service) -> None:
    """Requests that are still being sent hold places; one more is refused by its headers, and probes are quick."""
    with service.connect() as first, service.connect() as second, service.connect() as third:
        first.head(1000)
        second.head(None)
        time.sleep(0.2)
        third.head(1000)
        start = time.monotonic()
        status, headers, problem = third.answer()
        assert time.monotonic() - start < 0.2
        assert (status, problem["code"], headers["retry-after"]) == (503, "overloaded", "1")
        start = time.monotonic()
        assert service.get("/livez").status_code == 200
        assert time.monotonic() - start < 0.2
        assert [connection.answer()[0] for connection in (first, second)] == [408, 408]
    assert service.post(SMALL).status_code == 200


def test_slow_bodies_keep_no_worker_busy(service: Service) -> None:
    """While bodies arrive, requests that are complete are answered."""
    with service.connect() as slow:
        slow.head(1000)
        slow.send(b"{")
        assert service.post(SMALL).status_code == 200
        assert slow.answer()[0] == 408


def test_bodies_have_so_many_bytes(laboratory: Service) -> None:
    """What is too much for all bodies together is refused by its length, or as soon as it is too much."""
    with laboratory.connect() as first, laboratory.connect() as second:
        first.head(200_000)
        first.send(b" " * 199_999)
        time.sleep(0.2)
        assert laboratory.post(b" " * 150_000).json()["code"] == "overloaded"
        second.head(None)
        second.send(b"%x\r\n" % 150_000 + b" " * 150_000)
        assert second.answer()[0] == 503
        first.send(b"{")
        assert first.answer()[0] == 400
    assert laboratory.post(b" " * 150_000).status_code == 400


def test_answers_that_nobody_reads(laboratory: Service) -> None:
    """They hold no worker but places of their own, and a client that does not read for long is hung up on."""
    with ask(laboratory, numbers=4_000_000):
        until(laboratory, "distscore_unread_answers", 1)
        assert laboratory.metric("distscore_busy_slots") == 0
        assert laboratory.post(document()).json()["code"] == "overloaded"
        until(laboratory, "distscore_unread_answers", 0)
        assert laboratory.post(document()).status_code == 200


def test_a_slow_reader_gets_all_of_it(laboratory: Service) -> None:
    """A client that reads slowly, but does read, gets the whole answer."""
    connection = ask(laboratory, numbers=4_000_000)
    received = 0
    while received < 16_000_000:
        part = connection.socket.recv(1 << 20)
        assert part
        received += len(part)
        time.sleep(0.02)
    connection.close()


def test_all_are_answered_or_refused(laboratory: Service) -> None:
    """Of many requests at once none is forgotten."""
    statuses: list[int] = []

    def send() -> None:
        statuses.extend(laboratory.post(document(numbers=25_000)).status_code for _ in range(10))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(laboratory, "distscore_admitted_requests", 0)
    assert len(statuses) == 80
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= 10


@pytest.mark.anyio
async def test_whoever_computes_looks_at_the_time() -> None:
    """A large batch that takes too long is given up in the middle, also where nobody would end it from outside."""
    async with client_of(application(request_seconds=0.03)) as client:
        answer = await client.post("/v1/score", content=batch(300_000), headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")


class Watched(Spool):
    """Bytes that know in which thread they were let go."""

    thread = 0

    def close(self) -> None:
        self.thread = threading.get_ident()
        super().close()


@pytest.mark.anyio
@pytest.mark.parametrize("size", [10, 11])
async def test_large_answers_are_freed_in_a_thread(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """The event loop does not wait until the memory of an answer is free, also where its client is gone."""
    monkeypatch.setattr("distscore.runtime.answers.LARGE", 10)
    content, unread = Watched(b" " * size), Places(1, 100, "")

    async def send(_: Message) -> None:
        raise ConnectionResetError

    async def receive() -> Message:
        raise NotImplementedError

    with pytest.raises(ConnectionResetError):
        await SpooledResponse(content, "text/plain", "", unread)({}, receive, send)
    assert content.thread != 0
    assert (content.thread == threading.get_ident()) == (size == 10)
    assert unread.bytes == 0
