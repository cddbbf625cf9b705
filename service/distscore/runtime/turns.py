"""Requests take turns on the event loop, so that a probe waits for one of them and not for all that have arrived.

The loop would do everything that has arrived before it looks at its sockets again. A connection comes from being opened
to being answered in five turns of the loop.
"""

import asyncio
from collections import deque
from time import perf_counter

SECONDS = 0.005  # of work, after which a turn of the loop begins no more
LONGEST_WAIT = 0.1  # seconds that a request may have to wait; one that would wait longer is refused
PAUSE = 5  # turns without work of ours after one that was long

Line = deque[asyncio.Future[None]]


class Turns:
    """The requests that wait to be answered, and those that wait to be refused: one of each goes on at a time."""

    def __init__(self) -> None:
        self._waiting: Line = deque()
        self._refused: Line = deque()
        self._is_open = False
        self._since = self._last = 0.0  # when this turn of the loop began, and when somebody last went on
        self._seconds = 0.0  # from one that goes on to the next, smoothed
        self._pause = 0
        self._latest: asyncio.Task[None] | None = None  # who went on

    async def come(self) -> bool:
        """Wait to be answered, if others do or much was done in this turn; False for one that is to be refused."""
        is_short = True
        if self._is_spent() or self._waiting:
            is_short = len(self._waiting) * self._seconds < LONGEST_WAIT
            await _stand(self._waiting if is_short else self._refused)
        self._latest = asyncio.current_task()
        return is_short

    async def work(self) -> None:
        """Wait before what takes long, if others went on since this one did, and much was done in this turn."""
        if self._latest is not asyncio.current_task():
            if self._is_spent():
                await _stand(self._waiting)
            self._latest = asyncio.current_task()

    def _is_spent(self) -> bool:
        now = perf_counter()
        if self._is_open:
            return now - self._since > SECONDS
        self._is_open, self._since, self._last = True, now, now
        asyncio.get_running_loop().call_soon(self._turn)
        return False

    def _turn(self) -> None:
        """Let the first of each line go on, unless the loop has to look at its sockets a few times before."""
        now = perf_counter()
        took, self._since = now - self._since, now
        if not (self._waiting or self._refused):
            self._is_open = False
            return
        asyncio.get_running_loop().call_soon(self._turn)
        self._pause = PAUSE if took > SECONDS else self._pause - 1
        if self._pause < 0:
            self._seconds += (now - self._last - self._seconds) / 8
            self._last, self._pause = now, 1
            for line in (self._waiting, self._refused):
                _advance(line)


async def _stand(line: Line) -> None:
    future = asyncio.get_running_loop().create_future()
    line.append(future)
    await future


def _advance(line: Line) -> None:
    if line:
        first = line.popleft()
        if not first.done():  # the service ends, and has canceled all
            first.set_result(None)
