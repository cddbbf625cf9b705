"""Requests take turns on the event loop."""

import asyncio
from itertools import pairwise

import pytest

from distscore.runtime.turns import LONGEST_WAIT, PAUSE, SECONDS, Turns

pytestmark = pytest.mark.anyio

LONG = 1.5 * SECONDS


class Loop:
    """Requests whose work takes so many seconds, and the turn of the event loop in which each of them was done."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.number, self.now = 0, 8.0
        self.answered: dict[int, int] = {}
        self.refused: dict[int, int] = {}

    async def request(self, name: int, seconds: float) -> None:
        if await self.turns.come():
            self.now += seconds
            self.answered[name] = self.number
        else:
            self.refused[name] = self.number

    async def serve(self, count: int, seconds: float) -> None:
        """Requests that arrive together, until all are answered or refused."""
        self.answered, self.refused = {}, {}
        tasks = [asyncio.create_task(self.request(name, seconds)) for name in range(count)]
        while not all(task.done() for task in tasks):
            self.number += 1
            await asyncio.sleep(0)


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    """A loop in whose time nothing passes but work."""
    found = Loop()
    monkeypatch.setattr("distscore.runtime.turns.perf_counter", lambda: found.now)
    return found


async def test_short_work_waits_for_nothing(loop: Loop) -> None:
    """As many as are done in a short time go on in the turn in which they came."""
    await loop.serve(100, SECONDS / 100)
    assert len(set(loop.answered.values())) == 1


async def test_all_go_on_in_their_order(loop: Loop) -> None:
    """Those that arrive together are answered in the order in which they came."""
    await loop.serve(8, SECONDS / 2)
    assert list(loop.answered) == list(range(8))


async def test_one_at_a_time(loop: Loop) -> None:
    """No turn of the loop has the long work of two, and between them are some without any."""
    await loop.serve(6, LONG)
    assert all(later - earlier > PAUSE for earlier, later in pairwise(loop.answered.values()))


async def test_who_would_wait_for_long_is_refused(loop: Loop) -> None:
    """As many wait as go on in the longest wait; the others are refused, one at a time as well."""
    for _ in range(40):
        await loop.serve(4, LONG)
    await loop.serve(40, LONG)
    assert 0 <= len(loop.answered) - LONGEST_WAIT / LONG <= 2
    assert len(loop.answered) + len(loop.refused) == 40
    assert len(set(loop.refused.values())) == len(loop.refused)


async def test_work_waits_after_other_work(loop: Loop) -> None:
    """What a request does after its body has come waits, if others have worked for long in this turn."""
    first, second = asyncio.create_task(loop.request(0, LONG)), asyncio.create_task(loop.turns.work())
    await asyncio.sleep(0)
    assert first.done()
    assert not second.done()
    await second
