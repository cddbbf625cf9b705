"""A worker as the serving process sees it: a channel, and a handle by which it can be ended."""

import asyncio
import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson

from distscore.runtime.spool import Spool
from distscore.runtime.workers import channel
from distscore.runtime.workers.template import MESSAGE, Ended, Template


class Process:
    """One worker; it is busy from `ask` until its answer."""

    def __init__(self, pid: int, handle: int, jobs: socket.socket) -> None:
        self.pid, self._handle, self._jobs = pid, handle, jobs

    async def ask(self, data: Mapping[str, Any], content: Spool) -> tuple[dict[str, Any], Spool] | None:
        """What the worker answers to a job; None if it ended instead."""
        try:
            channel.send(self._jobs, data, content)
        except BrokenPipeError:
            return None
        await readable(self._jobs)
        return channel.receive(self._jobs)

    def kill(self) -> None:
        """End the process, whatever it is doing, and give back what it is held by."""
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            os.close(self._handle)
            self._handle = -1
            self._jobs.close()


async def fork(template: Template, former: int | None) -> tuple[Process, Ended | None]:
    """A new worker, and how the one that it replaces ended; raises ConnectionError if there is no template any more."""
    mine, theirs = channel.pair()
    mine.setblocking(False)
    with theirs:
        socket.send_fds(template.control, [orjson.dumps(former)], [theirs.fileno()])
    await readable(template.control)
    message, files, _, _ = socket.recv_fds(template.control, MESSAGE, 1)
    if not message:
        mine.close()
        raise ConnectionResetError("the template of the workers has ended")
    pid, ended = orjson.loads(message)
    return Process(pid, files[0], mine), None if ended is None else Ended(*ended)


async def readable(waited_for: socket.socket) -> None:
    """Wait until there is something to read from a socket, or its other end is closed."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(waited_for, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(waited_for)
