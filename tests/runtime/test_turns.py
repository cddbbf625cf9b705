"""Requests begin in turn."""

import asyncio
import time
from itertools import pairwise

import pytest

from distscore.runtime.turns import FEWEST, LONGEST, PAUSE, WAITING, Turns

pytestmark = pytest.mark.anyio


async def test_all_begin_in_their_order() -> None:
    """Those that are taken begin in the order in which they came, and what is too much is not taken."""
    begun: list[int] = []
    turns = Turns()
    taken = [number for number in range(100) if turns.begin(lambda number=number: begun.append(number))]  # type: ignore[misc]
    assert WAITING < len(taken) < 2 * WAITING
    for _ in range(len(taken)):
        await asyncio.sleep(0)
    assert begun == taken
    assert turns.begin(lambda: begun.append(100))
    assert begun[-1] == 100


async def test_slow_ones_begin_a_few_at_a_time() -> None:
    """A turn of the loop stays short however many wait: after slow turns it has only the fewest."""
    loop, turns = asyncio.get_running_loop(), Turns()
    steps: list[int] = []

    def start() -> None:
        loop.call_soon(step)

    def step() -> None:
        time.sleep(0.006)
        steps[-1] += 1

    for _ in range(12):
        steps.append(0)
        while turns.begin(start):
            pass
        await asyncio.sleep(0)
    assert max(steps[:3]) > FEWEST
    assert steps[-1] <= FEWEST
    assert sum(steps) >= 8 * FEWEST


async def test_refused_ones_are_heard_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are refused together do not come again together, and none has to wait for more than a second."""
    monkeypatch.setattr("distscore.runtime.turns.perf_counter", lambda: 8.0)
    turns = Turns()
    pauses = [turns.pause() for _ in range(1000)]
    assert pauses[0] >= PAUSE
    assert all(later > earlier for earlier, later in pairwise(pauses[:300]))
    assert max(pauses) <= LONGEST
