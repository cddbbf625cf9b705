"""Requests begin in turn, a few in each turn of the event loop, so that probes never wait for many of them."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter

WAITING = 16  # requests that wait to begin; what comes then is refused, which takes little
FEWEST, MOST = 2, 64  # that begin in one turn
SECONDS = 0.005  # that a turn should take at most
PAUSE, BETWEEN, LONGEST = 0.25, 0.002, 1.0  # seconds: they are told to come again after one second


class Turns:
    """The requests that have arrived and not begun; how many begin at once follows from how long the last ones took."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._most = 8
        self._begun = 0
        self._heard = 0.0  # when the last one that was refused is heard again
        self._since: float | None = None  # when the turn began, while there are any

    def begin(self, start: Callable[[], None]) -> bool:
        """Begin a request now or soon; False if too many wait already."""
        if len(self._waiting) >= WAITING:
            return False
        self._waiting.append(start)
        if self._since is None:
            self._since = perf_counter()
            self._go_on()
        elif self._begun < self._most and len(self._waiting) == 1:
            self._begin_next()
        return True

    def pause(self) -> float:
        """The seconds for which one that was refused is not heard, if it comes again at once: all do one by one."""
        now = perf_counter()
        self._heard = min(max(now + PAUSE, self._heard + BETWEEN), now + LONGEST)
        return self._heard - now

    def _begin_next(self) -> None:
        self._begun += 1
        self._waiting.popleft()()

    def _go_on(self) -> None:
        """Begin as many as a turn has, and look again after the steps of these."""
        self._begun = 0
        while self._waiting and self._begun < self._most:
            self._begin_next()
        if self._begun:
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self._since = None

    def _turn(self) -> None:
        now = perf_counter()
        assert self._since is not None
        slow, self._since = now - self._since > SECONDS, now
        self._most = max(FEWEST, self._most // 2) if slow else min(MOST, self._most + 1)
        self._go_on()
