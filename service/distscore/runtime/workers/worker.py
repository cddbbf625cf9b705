"""A process that computes: it does one job after the other, within its memory, until its channel is closed."""

import gc
import os
import resource
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from distscore.runtime.jobs import Job, perform
from distscore.runtime.logs import where
from distscore.runtime.spool import Spool
from distscore.runtime.workers import channel
from distscore.runtime.workers.native import data_size, release_memory
from distscore.wire.errors.problems import Problem
from distscore.wire.read.limits import Limits

NICENESS = 5  # behind the serving process, which has to answer at once
IDLE_SECONDS = 1.0
KEPT = 4  # a worker that keeps more than this part of its memory is replaced: the next job has a right to all of it
MOST_EXPENDABLE = "1000"  # to the kernel, when the memory of the container is used up


def work(jobs: socket.socket, memory: int) -> None:
    """Do the jobs that come on a channel, with so many bytes of memory in addition to those that it was forked with."""
    start = data_size()
    bound(start + memory, memory // 2)
    gc.disable()  # it looks at every list of a large document, again and again
    while (message := next_message(jobs)) is not None:
        data, body = message
        with body:
            outcome, content = answered(Job(**{**data, "limits": Limits(**data["limits"])}), body)
        gc.collect()
        outcome["stays"] = "out_of_memory" not in outcome and data_size() - start < memory // KEPT
        with content:
            channel.send(jobs, outcome, content)


def next_message(jobs: socket.socket) -> tuple[dict[str, Any], Spool] | None:
    """The next job; while none comes, what the last one left free goes back to the system."""
    jobs.settimeout(IDLE_SECONDS)
    try:
        return channel.receive(jobs)
    except TimeoutError:
        release_memory()
        jobs.settimeout(None)
        return channel.receive(jobs)


def bound(memory: int, answer: int) -> None:
    """Let this process have so many bytes of memory and write an answer of so many, and be the first to be ended."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (answer, answer))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)
    with suppress(OSError):  # where the kernel has no such file
        Path("/proc/self/oom_score_adj").write_text(MOST_EXPENDABLE, encoding="ascii")


def answered(job: Job, body: Spool) -> tuple[dict[str, Any], Spool]:
    """What came of a job, as data and the bytes of the answer."""
    try:
        done, content = perform(job, body.view())
    except Problem as problem:
        return {"refused": problem.as_data()}, Spool()
    except (MemoryError, OSError):  # mapping memory, and writing beyond the largest answer: there is no other I/O
        return {"out_of_memory": True}, Spool()
    except Exception as error:  # noqa: BLE001  the serving process logs it, and answers with 500
        return {"failed": {"error": type(error).__name__, "at": where(error)}}, Spool()
    return {"done": done}, content
