"""A service whose workers do what a test asks for: `python -m tests.runtime.laboratory serve --port ...`."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from distscore.__main__ import main
from distscore.use_cases.registry import USE_CASES
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer

MIB = 1 << 20
Check = Callable[[], None]


def wait(path: str, check: Check) -> None:
    """Compute, and look at the time, until there is a file of this name."""
    while not Path(path).exists():
        check()
        time.sleep(0.002)


def spin() -> None:
    """Compute for ever, and look at nothing."""
    while True:
        pass


def grow() -> None:
    """Take all memory that there is."""
    kept = []
    while True:
        kept.append(bytearray(MIB))


def grow_and_abort() -> None:
    """Take memory, and end as native code does that gets no more."""
    kept = bytearray(150 * MIB)
    os.abort()
    del kept


ACTS: dict[str, Callable[[], Any]] = {
    "spin": spin,
    "grow": grow,
    "grow_and_abort": grow_and_abort,
    "abort": os.abort,
    "exit": lambda: os._exit(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "fault": lambda: ctypes.memset(0, 0, 1),
}


def act(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """Do what the document says, and answer with so many numbers and the number of the process."""
    if "wait" in document:
        wait(document["wait"], check)
    if "act" in document:
        ACTS[document["act"]]()
    return Answer(
        {"row_count": 1, "process": os.getpid(), "nonfinite": []}, {"losses": np.full(document.get("numbers", 0), 0.5)}
    )


if __name__ == "__main__":
    USE_CASES["score"] = act
    main()
