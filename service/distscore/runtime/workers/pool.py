"""The workers of a service: each does one job at a time, and is replaced when it has died, is late or has grown."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from distscore.runtime.jobs import Done, Job
from distscore.runtime.spool import Spool
from distscore.runtime.workers.process import Process, fork
from distscore.runtime.workers.template import Ended, Template
from distscore.wire.errors.problems import BodyTooLarge, problem_of

OUT_OF_MEMORY = "Answering takes more memory than is allowed; send the batch in parts, or ask for fewer outputs."
MUCH = 3  # a worker that dies with this part of its memory in use died of it: libraries double what they write to
LOG = logging.getLogger(__name__)

Answer = tuple[Done, Spool]


class WorkerFailed(Exception):
    """A defect in a worker: what kind of error it was, or how the process ended, and where in the code."""

    def __init__(self, error: str, at: list[str]) -> None:
        super().__init__(error)
        self.error, self.at = error, at


class Pool:
    """Worker processes with so many bytes of memory each; to be used by one event loop only."""

    def __init__(self, template: Template, size: int, memory: int) -> None:
        self._template, self._size, self._memory = template, size, memory
        self._idle: asyncio.Queue[Process] = asyncio.Queue()
        self._processes: set[Process] = set()
        self._forking = asyncio.Lock()
        self._replacing: set[asyncio.Task[Ended | None]] = set()
        self._closed = False
        self._watch = -1

    @property
    def busy(self) -> int:
        """How many workers compute, or are being replaced."""
        return self._size - self._idle.qsize()

    async def start(self) -> None:
        """Fork the workers from the template, and watch it for its end."""
        self._watch = os.pidfd_open(self._template.pid)
        asyncio.get_running_loop().add_reader(self._watch, self._lost)
        for _ in range(self._size):
            await self._hire(None)

    def close(self) -> None:
        """End all processes, the template with them."""
        self._closed = True
        for task in self._replacing:
            task.cancel()
        for process in self._processes:
            process.kill()
        self._unwatch()
        self._template.control.close()
        os.waitpid(self._template.pid, 0)

    async def do(self, job: Job, body: Spool) -> Answer:
        """What comes of a job. Cancelling it ends the work, as its deadline does."""
        try:
            async with asyncio.timeout_at(job.deadline):
                return await self._done(await self._idle.get(), job, body)
        except TimeoutError:
            raise job.late() from None

    async def _done(self, process: Process, job: Job, body: Spool) -> Answer:
        stays, message = False, None
        try:
            message = await process.ask(asdict(job), body)
            stays = message is not None and message[0]["stays"]
        finally:
            replacing = None if stays else self._replace(process)
            if stays:
                self._idle.put_nowait(process)
        if message is not None:
            return _answer(*message)
        assert replacing is not None
        raise self._died(await asyncio.shield(replacing))

    def _died(self, ended: Ended | None) -> Exception:
        """Why a worker ended: for want of memory, at which native code aborts or faults, or by a defect."""
        if ended is None:
            return WorkerFailed("WorkerEnded", [])
        by = os.waitstatus_to_exitcode(ended.status)
        if by < 0 and ended.memory > self._memory // MUCH:
            return BodyTooLarge(OUT_OF_MEMORY)
        return WorkerFailed("WorkerEnded" if by >= 0 else signal.Signals(-by).name, [])

    def _lost(self) -> None:
        """End the service, so that it is started anew, when no worker can be replaced any more."""
        self._unwatch()
        LOG.critical("The template of the workers has ended, and the service ends.")
        signal.raise_signal(signal.SIGTERM)

    def _unwatch(self) -> None:
        if self._watch >= 0:
            asyncio.get_running_loop().remove_reader(self._watch)
            os.close(self._watch)
            self._watch = -1

    def _replace(self, process: Process) -> "asyncio.Task[Ended | None]":
        """End a process now, and fork another one soon."""
        process.kill()
        self._processes.discard(process)
        task = asyncio.create_task(self._hire(process.pid))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)
        return task

    async def _hire(self, former: int | None) -> Ended | None:
        """Fork a worker; says how the one that it replaces ended."""
        async with self._forking:
            if self._closed:
                return None
            try:
                process, ended = await fork(self._template, former)
            except ConnectionError:  # the template has ended, and the service will
                return None
        self._processes.add(process)
        self._idle.put_nowait(process)
        return ended


def _answer(data: Mapping[str, Any], content: Spool) -> Answer:
    """The answer that a worker gave; its problem or its defect is raised."""
    if "done" in data:
        return Done(**data["done"]), content
    with content:
        if "refused" in data:
            raise problem_of(data["refused"])
        if "failed" in data:
            raise WorkerFailed(**data["failed"])
        raise BodyTooLarge(OUT_OF_MEMORY)
