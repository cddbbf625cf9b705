"""What the figures were measured on."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "scipy", "torch", "jax", "pydantic", "fastapi", "uvicorn", "pyarrow", "pysimdjson", "orjson")
BUSY = """\
* The machine was busy with other work when this began, which makes figures worse than they are on a quiet one: most
  of all those of large arrays, which lose the cache to others, and of what uses several processors, as workers do."""


def described() -> str:
    """Processor, cores, memory, versions, and how busy the machine was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := installed(name)))
    lines = [
        f"* {processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()}",
        f"* Python {platform.python_version()}, {packages}",
        f"* commit {commit()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; load averages over 1, 5 and 15 minutes: {load}",
    ]
    return "\n".join(lines if os.getloadavg()[0] < 1 else [*lines, BUSY])


@contextmanager
def one_processor() -> Iterator[None]:
    """Hold this process, and whatever threads its libraries start, to one processor."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def installed(package: str) -> str:
    """The version of a package, empty where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
