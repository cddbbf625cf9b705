"""What the processes of a service take: their memory, shared parts counted once, and the slowest of many probes."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.runtime.service_process import Service

MIB = 1 << 20


def family(process: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [process, *(each for child in children for each in family(int(child)))]


def kilobytes(path: str, name: str) -> int:
    """A figure of a file of the kernel."""
    lines = Path(path).read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def memory(service: Service) -> int:
    """The bytes of all processes, what they share counted once, without files in memory; it takes its time to count."""
    total = 0
    for process in family(service.process.pid):
        with suppress(OSError):
            total += kilobytes(f"/proc/{process}/smaps_rollup", "Pss") * 1024
            total -= kilobytes(f"/proc/{process}/smaps_rollup", "Pss_Shmem") * 1024
    return total


def written(service: Service) -> int:
    """The bytes that all processes have written to, what they share counted for each, and all files in memory."""
    total = kilobytes("/proc/meminfo", "Shmem")
    for process in family(service.process.pid):
        with suppress(OSError):
            total += kilobytes(f"/proc/{process}/status", "RssAnon")
    return total * 1024


class Peak:
    """The most memory that a service had, files in memory included."""

    def __init__(self, service: Service) -> None:
        self.service, self.bytes = service, 0
        self.shared = written(service) - memory(service)
        self.ended = threading.Event()

    def watch(self) -> None:
        while not self.ended.wait(0.05):
            self.bytes = max(self.bytes, written(self.service) - self.shared)


@contextmanager
def peak(service: Service) -> Iterator[Peak]:
    """Watch the memory of a service."""
    found = Peak(service)
    watching = threading.Thread(target=found.watch)
    watching.start()
    try:
        yield found
    finally:
        found.ended.set()
        watching.join()


@contextmanager
def probed(service: Service) -> Iterator[dict[str, Any]]:
    """Probe a service from a process of its own; how often, and the slowest answer, are known at the end."""
    found: dict[str, Any] = {}
    command = [sys.executable, "-m", "tests.runtime.watcher", str(service.port)]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield found
    finally:
        output, _ = watcher.communicate(timeout=60)
        found.update(json.loads(output))
