"""More requests than there are places, and requests that take too long."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from distscore.runtime.state import Runtime
from distscore.use_cases.registry import USE_CASES
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer
from tests.runtime.in_process import application, client_of
from tests.runtime.service_process import JSON, SMALL, Service, batch

Check = Callable[[], None]


class Work:
    """A scorer that goes on until it is told to end, and looks at the time or not."""

    def __init__(self, looks: bool) -> None:
        self.looks, self.ended = looks, threading.Event()
        self.running = self.most = 0

    def score(self, document: dict[str, Any], limits: Limits, check: Check) -> Answer:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            while not self.ended.wait(0.005):
                if self.looks:
                    check()
        finally:
            self.running -= 1
        return Answer({"row_count": 1})


def working(work: Work, patch: pytest.MonkeyPatch, **settings: Any) -> FastAPI:
    """An application whose POST /v1/score does this work, off the event loop."""
    patch.setitem(USE_CASES, "score", work.score)
    return application(inline_bytes=0, **settings)


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


def post(client: httpx.AsyncClient) -> "asyncio.Task[httpx.Response]":
    return asyncio.create_task(client.post("/v1/score", content=SMALL, headers=JSON))


@pytest.mark.anyio
@pytest.mark.parametrize(("concurrency", "queue"), [(1, 0), (1, 1), (2, 3)])
async def test_what_is_too_much_is_refused(concurrency: int, queue: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as may compute do, as many as may wait do, and all others are told to come again."""
    work = Work(looks=True)
    app = working(work, monkeypatch, concurrency=concurrency, queue=queue)
    runtime: Runtime = app.state.runtime
    async with client_of(app) as client:
        inside = [post(client) for _ in range(concurrency + queue)]
        await until(lambda: work.running == concurrency and runtime.admitted_requests == len(inside))
        for answer in await asyncio.gather(*[post(client) for _ in range(5)]):
            assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
            assert answer.headers["retry-after"] == "1"
        assert (await client.get("/livez")).status_code == 200
        gauges = (await client.get("/metrics")).text.splitlines()
        assert f"distscore_busy_slots {concurrency:.1f}" in gauges
        assert f"distscore_admitted_requests {len(inside):.1f}" in gauges
        work.ended.set()
        assert [answer.status_code for answer in await asyncio.gather(*inside)] == [200] * len(inside)
        assert (await post(client)).status_code == 200
    assert work.most == concurrency
    assert runtime.admitted_requests == 0
    await until(lambda: runtime.computing == 0)


@pytest.mark.anyio
async def test_work_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is 504 in time, and the worker is free as soon as it notices."""
    work = Work(looks=True)
    app = working(work, monkeypatch, concurrency=1, queue=1, request_seconds=0.1)
    async with client_of(app) as client:
        answers = await asyncio.gather(post(client), post(client))
        assert [answer.json()["code"] for answer in answers] == ["deadline_exceeded"] * 2
        await until(lambda: work.running == 0)
        work.ended.set()
        assert (await post(client)).status_code == 200


@pytest.mark.anyio
async def test_abandoned_work_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does not notice is not counted as free: nobody is let in to wait behind it."""
    work = Work(looks=False)
    app = working(work, monkeypatch, concurrency=1, queue=0, request_seconds=0.05)
    runtime: Runtime = app.state.runtime
    async with client_of(app) as client:
        assert (await post(client)).json()["code"] == "deadline_exceeded"
        assert (await post(client)).json()["code"] == "overloaded"
        work.ended.set()
        await until(lambda: runtime.abandoned == 0)
        assert (await post(client)).status_code == 200


@pytest.mark.anyio
async def test_a_saturated_service_may_be_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness ends after all workers were busy for long, where that is asked for, and comes back."""
    work = Work(looks=True)
    app = working(work, monkeypatch, concurrency=1, queue=0, ready_when_saturated=False)
    runtime: Runtime = app.state.runtime
    runtime.ready = True
    monkeypatch.setattr("distscore.runtime.state.SATURATED_SECONDS", 0.05)
    async with client_of(app) as client:
        running = post(client)
        await until(lambda: not runtime.is_ready())
        assert (await client.get("/readyz")).status_code == 503
        work.ended.set()
        await running
        await until(runtime.is_ready)


def test_a_body_is_not_waited_for_without_a_place(service: Service) -> None:
    """Requests that are still being sent hold places; one more is refused by its headers, and probes are quick."""
    with service.connect() as first, service.connect() as second, service.connect() as third:
        first.head(1000)
        second.head(None)
        time.sleep(0.2)
        third.head(1000)
        start = time.monotonic()
        status, headers, document = third.answer()
        assert time.monotonic() - start < 0.2
        assert (status, document["code"], headers["retry-after"]) == (503, "overloaded", "1")
        start = time.monotonic()
        assert service.get("/livez").status_code == 200
        assert time.monotonic() - start < 0.2
        assert [connection.answer()[0] for connection in (first, second)] == [408, 408]
    assert service.post(SMALL).status_code == 200


@pytest.mark.anyio
async def test_a_deadline_of_the_real_thing() -> None:
    """A large batch that takes too long is given up in the middle, and the service goes on."""
    app = application(concurrency=1, queue=0, request_seconds=0.03)
    runtime: Runtime = app.state.runtime
    async with client_of(app) as client:
        answer = await client.post("/v1/score", content=batch(300_000), headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
        await until(lambda: runtime.abandoned == runtime.computing == 0)
        assert (await client.post("/v1/score", content=SMALL, headers=JSON)).status_code == 200
