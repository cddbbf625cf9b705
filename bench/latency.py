"""Many clients at once: how long a request waits, and how many are answered, beside an empty POST of a bare app."""

import selectors
from contextlib import ExitStack
from statistics import median, quantiles
from time import perf_counter

from bench.bodies import DIAGNOSED, Bodies
from bench.client import Connection, request
from bench.report import Table
from bench.servers import BARE, PLAIN, SERVICE, Server, server

CLIENTS = (1, 8, 32)
SHAPES = ((1, 3), (1_000, 10))
SECONDS = 0.7  # of each turn
TURNS = 2
NOTE = """Clients that each send the next request once they have the answer to the last one: the median and the 99th
percentile of their waiting, and the answers per second, as ratios to an empty POST of a bare app with as many clients;
and the share of requests that were refused with 503 because the service was busy, which are sent again at once.
All clients run in one process beside the servers, so that with many of them the client's own work counts as well."""


def run() -> Table:
    columns = ["request", "clients", "ms", "median / empty", "99 % / empty", "empty / ours, per second", "refused, %"]
    table = Table("Clients at the same time", NOTE, columns)
    with ExitStack() as stack:
        ours, plain, bare = (stack.enter_context(server(command)) for command in (SERVICE, PLAIN, BARE))
        requests = {"empty": (bare, request("/empty", b""))}
        for rows, classes in SHAPES:
            bodies, shape = Bodies(rows, classes), f"{rows} x {classes}"
            requests[shape] = ours, request("/v1/score", bodies.json())
            requests[f"{shape}, with diagnostics"] = ours, request("/v1/score", bodies.json(DIAGNOSED))
            requests[f"{shape}, plain endpoint"] = plain, bodies.plain()
        for clients in CLIENTS:
            table.rows += lines(requests, clients)
    return table


class Waits:
    """How long answers took, in seconds, and how many requests were refused because the service was busy."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.refused = 0

    @property
    def middle(self) -> float:
        return median(self.seconds)

    @property
    def late(self) -> float:
        return quantiles(self.seconds, n=100)[98]

    @property
    def refused_share(self) -> float:
        return 100 * self.refused / (self.refused + len(self.seconds))


def lines(requests: dict[str, tuple[Server, bytes]], clients: int) -> list[list[str | float | None]]:
    """The figures of so many clients: requests take turns."""
    waits = {name: Waits() for name in requests}
    for _ in range(TURNS):
        for name, (to, sent) in requests.items():
            wait(waits[name], to.port, sent, clients)
    empty = waits.pop("empty")
    found: list[list[str | float | None]] = []
    for name, each in waits.items():
        ratios = [each.middle / empty.middle, each.late / empty.late, len(empty.seconds) / len(each.seconds)]
        found.append([name, str(clients), f"{1e3 * each.middle:.3g}", *ratios, each.refused_share])
    return found


def wait(waits: Waits, port: int, sent: bytes, clients: int) -> None:
    """Add what so many clients wait for a while."""
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        begun: dict[Connection, float] = {}
        for _ in range(clients):
            connection = stack.enter_context(Connection(port))
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            begin(connection, sent, begun)
        end = perf_counter() + SECONDS
        while begun:
            for key, _ in selector.select():
                connection = key.data
                if connection.answer.receive(connection.socket):
                    now = perf_counter()
                    took = now - begun.pop(connection)
                    if connection.answer.status == 200:
                        waits.seconds.append(took)
                    else:
                        assert connection.answer.status == 503, connection.answer.body[:1000]
                        waits.refused += 1
                    if now < end:
                        begin(connection, sent, begun)


def begin(connection: Connection, sent: bytes, begun: dict[Connection, float]) -> None:
    connection.answer.clear()
    begun[connection] = perf_counter()
    connection.socket.sendall(sent)
