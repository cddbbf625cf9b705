"""What shows only after many requests."""

import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.runtime.service_process import JSON, SMALL, Service, running

pytestmark = pytest.mark.heavy

REJECTED = 10_000
BALANCED = 10_000
SENDERS = 4


def resident(service: Service) -> int:
    """The memory of the process, in kB."""
    lines = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_rejected_bodies_leave_nothing() -> None:
    """Ten thousand requests that are refused, for every reason, cost no memory that stays."""
    bodies = [b"[1, 2", b'{"family": "none"}', SMALL.replace(b"0.7", b"7.7"), SMALL.replace(b"[[0.7", b"[[null"), b"[]"]
    headers = [JSON, JSON, JSON, JSON, {"Content-Type": "text/csv"}]
    with running() as service, httpx.Client(base_url=service.url) as client:
        for at in range(REJECTED):
            if at == REJECTED // 10:
                before = resident(service)
            answer = client.post("/v1/score", content=bodies[at % 5], headers=headers[at % 5])
            assert 400 <= answer.status_code < 500
        assert resident(service) - before < 20_000


def test_nobody_notices_an_end() -> None:
    """Behind a balancer that looks at readiness, a service ends under load and no request fails."""
    with running(drain_seconds=2) as first, running(drain_seconds=2) as second:
        balancer = Balancer([first, second])
        senders = [threading.Thread(target=balancer.send) for _ in range(SENDERS)]
        watcher = threading.Thread(target=balancer.watch)
        for thread in (watcher, *senders):
            thread.start()
        while balancer.answered < BALANCED // 4:
            time.sleep(0.05)
        first.process.send_signal(signal.SIGTERM)
        for thread in (*senders, watcher):
            thread.join(120)
        assert balancer.failures == []
        assert balancer.answered >= BALANCED
        assert first.process.wait(10) == 0


class Balancer:
    """Sends each request to one that was ready a moment ago."""

    def __init__(self, services: list[Service]) -> None:
        self.services, self.ready = services, list(services)
        self.answered, self.failures = 0, list[str]()

    def watch(self) -> None:
        while self.answered < BALANCED and not self.failures:
            self.ready = [service for service in self.services if self.is_ready(service)]
            time.sleep(0.1)

    def is_ready(self, service: Service) -> bool:
        try:
            return service.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def send(self) -> None:
        with httpx.Client() as client:
            while self.answered < BALANCED and not self.failures:
                ready = self.ready
                service = ready[self.answered % len(ready)]
                try:
                    answer = client.post(f"{service.url}/v1/score", content=SMALL, headers=JSON)
                except httpx.TransportError as error:
                    self.failures.append(repr(error))
                    return
                if answer.status_code not in (200, 503) or (answer.status_code == 503 and "overl" not in answer.text):
                    self.failures.append(answer.text)
                self.answered += answer.status_code == 200
