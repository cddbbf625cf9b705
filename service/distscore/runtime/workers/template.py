"""The process from which workers are forked: it has imported and tried out everything, and its memory is shared."""

import gc
import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, NoReturn

import orjson

from distscore.runtime.workers import channel
from distscore.runtime.workers.native import end_with_parent, resident_size

MESSAGE = 1 << 10
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # sent to the whole group; the serving process handles them


class Ended(NamedTuple):
    """How a process ended: its wait status, and the most bytes in memory in addition to those of the template."""

    status: int
    memory: int


class Template(NamedTuple):
    """The serving process's end of a template: its process, and the socket on which it is asked for workers."""

    pid: int
    control: socket.socket

    def __enter__(self) -> "Template":
        return self

    def __exit__(self, *_: object) -> None:
        self.control.close()  # at which the process ends


def start(work: Callable[[socket.socket], None]) -> Template:
    """Fork this process as it is; it must have one thread, and no event loop. Workers will call `work` and end."""
    gc.collect()
    gc.freeze()  # so that collections leave shared pages alone
    mine, theirs = channel.pair()
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        try:
            _alone(parent, theirs)
            _fork_on_demand(theirs, work)
        finally:
            os._exit(1)
    theirs.close()
    return Template(pid, mine)


def _alone(parent: int, kept: socket.socket) -> None:
    """End when the parent does, ignore the signals that it handles, and hold no file but this socket."""
    end_with_parent()
    if os.getppid() != parent:
        os._exit(0)
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    os.closerange(3, kept.fileno())
    os.closerange(kept.fileno() + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _fork_on_demand(control: socket.socket, work: Callable[[socket.socket], None]) -> NoReturn:
    """Fork a worker for each channel that arrives, and tell how the one before it ended; end with the parent."""
    while True:
        message, files, _, _ = socket.recv_fds(control, MESSAGE, 1)
        if not message:
            os._exit(0)
        former = orjson.loads(message)
        ended = None
        if former is not None:
            _, status, usage = os.wait4(former, 0)
            ended = Ended(status, usage.ru_maxrss * 1024 - resident_size())
        template = os.getpid()
        pid = os.fork()
        if not pid:
            _become_worker(template, socket.socket(fileno=files[0]), work)
        os.close(files[0])
        process = os.pidfd_open(pid)
        socket.send_fds(control, [orjson.dumps((pid, None if ended is None else [*ended]))], [process])
        os.close(process)


def _become_worker(template: int, jobs: socket.socket, work: Callable[[socket.socket], None]) -> NoReturn:
    try:
        _alone(template, jobs)
        with suppress(ConnectionError):  # the serving process has ended
            work(jobs)
    finally:
        os._exit(1)
