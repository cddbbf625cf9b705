"""What Python does not say of, or to, the operating system."""

import ctypes
import resource
import signal
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBRARY = ctypes.CDLL(None)


def end_with_parent() -> None:
    """Have this process killed when the one that forked it ends."""
    LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def release_memory() -> None:
    """Give freed memory back to the system."""
    LIBRARY.malloc_trim(0)


def data_size() -> int:
    """The bytes of memory that this process alone may write to, which is what RLIMIT_DATA bounds."""
    return _pages(5)


def resident_size() -> int:
    """The bytes of this process that are in memory."""
    return _pages(1)


def _pages(field: int) -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[field]) * resource.getpagesize()
