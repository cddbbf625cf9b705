"""Peak memory of the service and all its processes while it answers, over the size of the arrays that were sent."""

from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from bench.bodies import Bodies, spoken_by
from bench.client import Connection, request
from bench.report import Table
from bench.servers import SERVICE, server

SHAPES = ((1_000, 1_000), (1_000_000, 2))
REPEATS = 3
INTERVAL = 0.002  # seconds between two looks
NOTE = """Proportional set size of the service and all its processes at its highest, looked at every few milliseconds,
less what it was before the first request, over the size of both columns as doubles. The body is part of it."""


def run() -> Table:
    table = Table("Memory", NOTE, ["rows x classes", "format", "arrays, MB", "body / arrays", "peak / arrays"])
    with server(SERVICE) as service:
        formats = spoken_by(service)
    for rows, classes in SHAPES:
        bodies = Bodies(rows, classes)
        for name, media_type in formats.items():
            body = bodies.body(media_type)
            peak = peak_of(request("/v1/score", body, media_type))
            sizes = [len(body) / bodies.array_bytes, peak / bodies.array_bytes]
            table.rows.append([f"{rows} x {classes}", name, f"{bodies.array_bytes / 1e6:.0f}", *sizes])
    return table


def peak_of(sent: bytes) -> int:
    """Bytes that a service of its own takes to answer, beyond what it takes when it has started."""
    with server(SERVICE) as service, Connection(service.port) as connection:
        before = peak = resident(service.pid)
        done = Event()

        def look() -> None:
            nonlocal peak
            while not done.wait(INTERVAL):
                peak = max(peak, resident(service.pid))

        watcher = Thread(target=look)
        watcher.start()
        for _ in range(REPEATS):
            connection.send(sent)
        done.set()
        watcher.join()
    return peak - before


def resident(pid: int) -> int:
    """Proportional set size of a process and its descendants, in bytes; 0 of those that are gone."""
    size = 0
    for each in tree(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
            size += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return size


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = (task / "children").read_text(encoding="ascii").split()
                found += [int(child) for child in children if int(child) not in found]
    return found
