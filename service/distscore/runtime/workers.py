"""Where a request is computed: a small one on the event loop, a large one in one hop to a worker thread."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from distscore.runtime.state import Runtime
from distscore.wire.errors.problems import DeadlineExceeded

Result = TypeVar("Result")
Check = Callable[[], None]


async def run(runtime: Runtime, work: Callable[[Check], Result], small: bool) -> Result:
    """The result of `work`, or `DeadlineExceeded` after the seconds of the setting.

    `work` is given a check to call now and then, which raises when time is up: a thread cannot be stopped from outside.
    """
    seconds = runtime.settings.request_seconds
    deadline = monotonic() + seconds
    late = DeadlineExceeded(f"The answer took longer than {seconds:g} seconds; send the batch in parts.")

    def check() -> None:
        if monotonic() > deadline or runtime.stopped:
            raise late

    if small:
        return work(check)

    loop = asyncio.get_running_loop()

    def begin_and_work() -> Result:
        check()  # it may have waited for its turn
        loop.call_soon_threadsafe(runtime.begin_computing)
        try:
            return work(check)
        finally:
            loop.call_soon_threadsafe(runtime.end_computing)

    running = runtime.workers.submit(begin_and_work)
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(running)
    except TimeoutError:
        if not running.cancelled():  # a thread cannot be stopped: it notices at its next check, and is busy until then
            runtime.abandoned += 1
            running.add_done_callback(lambda _: loop.call_soon_threadsafe(runtime.end_abandoned))
        raise late from None
