"""Many clients at once: how long a request waits, and how many are answered, beside an empty POST of a bare app."""

import selectors
from contextlib import ExitStack
from statistics import quantiles
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
percentile of their waiting, and the answers per second, as ratios to an empty POST of a bare app with as many clients.
All clients run in one process beside the servers, so that with many of them the client's own work counts as well."""


def run() -> list[str]:
    columns = ["request", "clients", "ms", "median / empty", "99 % / empty", "empty / ours, per second"]
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
    return [table.markdown()]


def lines(requests: dict[str, tuple[Server, bytes]], clients: int) -> list[list[str | float | None]]:
    """The figures of so many clients: requests take turns."""
    waits: dict[str, list[float]] = {name: [] for name in requests}
    for _ in range(TURNS):
        for name, (to, sent) in requests.items():
            waits[name] += waiting(to.port, sent, clients)
    of_empty = in_short(waits.pop("empty"))
    found: list[list[str | float | None]] = []
    for name, each in waits.items():
        middle, late, count = in_short(each)
        ratios = [middle / of_empty[0], late / of_empty[1], of_empty[2] / count]
        found.append([name, str(clients), f"{1e3 * middle:.3g}", *ratios])
    return found


def in_short(waits: list[float]) -> tuple[float, float, int]:
    """The median, the 99th percentile, and how many there are."""
    points = quantiles(waits, n=100)
    return points[49], points[98], len(waits)


def waiting(port: int, sent: bytes, clients: int) -> list[float]:
    """How long each answer took, in seconds, for a while."""
    waits: list[float] = []
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
                    assert connection.answer.status == 200, connection.answer.body[:1000]
                    now = perf_counter()
                    waits.append(now - begun.pop(connection))
                    if now < end:
                        begin(connection, sent, begun)
    return waits


def begin(connection: Connection, sent: bytes, begun: dict[Connection, float]) -> None:
    connection.answer.clear()
    begun[connection] = perf_counter()
    connection.socket.sendall(sent)
