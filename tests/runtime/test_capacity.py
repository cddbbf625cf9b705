"""What a service does at twice its capacity: whom it accepts it answers soon, and whom it refuses it tells at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from statistics import median, quantiles
from time import perf_counter, sleep

import pytest

from distscore.settings import Settings
from tests.runtime.resources import probed
from tests.runtime.service_process import SOFT, Connection, document, running

pytestmark = pytest.mark.heavy

SECONDS = 1.0  # of each round
ROUNDS = 8  # without load and with it, in turn, so that whatever else the machine does meets both
SENDERS = 32
REFUSED = 0.005  # seconds, at the median
QUICK = 0.1  # for a probe
COPIES = 1000
BODY = document(
    **SOFT
    | {"outputs": ["value", "diagnostics.all"]}
    | {side: {name: rows * COPIES for name, rows in SOFT[side].items()} for side in ("targets", "predictions")}  # type: ignore[attr-defined]
)


class Load:
    """Requests to a service on kept connections: how long they took, by status."""

    def __init__(self) -> None:
        self.seconds: dict[int, list[float]] = {200: [], 503: []}

    @property
    def late(self) -> float:
        """The 99th percentile of those that were accepted."""
        return quantiles(self.seconds[200], n=100)[98]

    def send(self, connections: SimpleQueue[Connection]) -> None:
        """Send one request on a connection that is free."""
        connection, start = connections.get(), perf_counter()
        connection.head(len(BODY))
        connection.send(BODY)
        self.seconds[connection.answer()[0]].append(perf_counter() - start)
        connections.put(connection)

    def one_by_one(self, connections: SimpleQueue[Connection]) -> None:
        """Send the next request after the answer to the last one."""
        end = perf_counter() + SECONDS
        while perf_counter() < end:
            self.send(connections)

    def twice_as_many(self, connections: SimpleQueue[Connection]) -> None:
        """Send two requests for each that is accepted, whether or not others are answered."""
        settings, end = Settings(), perf_counter() + SECONDS
        sent, accepted = 0, len(self.seconds[200])
        with ThreadPoolExecutor(SENDERS) as pool:
            while perf_counter() < end:
                if sent < 2 * (len(self.seconds[200]) - accepted + settings.concurrency + settings.waiting):
                    pool.submit(self.send, connections)
                    sent += 1
                else:
                    sleep(0.001)


def test_twice_the_capacity() -> None:
    """The slowest percent of the accepted take at most twice as long as without load, refusals and probes no time.

    So it is where nobody waits: where few processors are shared, each that waits adds nearly a whole computation to the
    time of those that are accepted.
    """
    alone, busy = Load(), Load()
    with running(log_level="warning", queue=0) as service, ExitStack() as stack:
        connections: SimpleQueue[Connection] = SimpleQueue()
        for _ in range(SENDERS):
            connections.put(stack.enter_context(service.connect()))
        with probed(service) as probes:
            for _ in range(ROUNDS):
                alone.one_by_one(connections)
                busy.twice_as_many(connections)
    assert len(busy.seconds[503]) > 0.8 * len(busy.seconds[200])
    assert median(busy.seconds[503]) < REFUSED
    assert probes["slowest"] < QUICK
    assert busy.late < 2 * alone.late
