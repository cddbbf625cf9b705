"""The process that writes the pages of reports: the only one that loads the JavaScript engine which draws."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

from distscore.runtime.places import Places
from distscore.wire.errors.problems import DeadlineExceeded
from distscore.wire.read.document import Buffer

COMMAND = sys.executable, "-P", "-m", "distscore.report"
LENGTH = 8  # bytes of a length, the largest first
WAITING = 8  # reports that wait for their turn
SECONDS = 20.0  # from the answer to its page, the start of the process included


class RendererFailed(Exception):
    """The process has ended by itself; the next report gets another one."""


class Renderer:
    """One process, started with the first report, that writes a page at a time and is replaced when it is late or dead.

    It is started anew and never forked from this one, ends when this one does, and its errors are not shown: they have
    names from reports in them.
    """

    def __init__(self) -> None:
        self._places = Places(WAITING, 0, "Too many reports are being written")
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def page(self, report: Buffer) -> bytes:
        """The page of a report, JSON in and HTML out; `Overloaded`, or `DeadlineExceeded`, which ends the process."""
        with self._places.take():
            try:
                async with asyncio.timeout(SECONDS), self._turn:
                    return await self._written(report)
            except TimeoutError:
                detail = f"The page took longer than {SECONDS:g} seconds; ask for the charts alone."
                raise DeadlineExceeded(detail) from None

    async def _written(self, report: Buffer) -> bytes:
        """What the process writes; it is ended unless it has, as half an answer must not be read for the next one."""
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
        page = None
        try:
            page = await _exchanged(self._process, report)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise RendererFailed from None
        finally:
            if page is None:
                await self.close()
        return page

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _exchanged(process: Process, report: Buffer) -> bytes:
    """Send a report after its length, and read a page in the same way."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(len(report).to_bytes(LENGTH) + report)
    await process.stdin.drain()
    return await process.stdout.readexactly(int.from_bytes(await process.stdout.readexactly(LENGTH)))
