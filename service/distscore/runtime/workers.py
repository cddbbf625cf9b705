"""Where a job is done: a small one on the event loop, a large one in one hop to a worker thread."""

import asyncio

from distscore.runtime.jobs import Done, Job, perform
from distscore.runtime.state import Runtime
from distscore.wire.errors.problems import DeadlineExceeded


async def run(runtime: Runtime, job: Job) -> Done:
    """What comes of a job; `DeadlineExceeded` after its seconds, whether or not the thread has noticed by then."""
    if len(job.body) <= runtime.settings.inline_bytes and not job.is_gzip:
        return perform(job)
    loop = asyncio.get_running_loop()

    def begin_and_perform() -> Done:
        job.check()  # it may have waited for its turn
        loop.call_soon_threadsafe(runtime.begin_computing)
        try:
            return perform(job)
        finally:
            loop.call_soon_threadsafe(runtime.end_computing)

    running = runtime.workers.submit(begin_and_perform)
    try:
        async with asyncio.timeout(job.seconds):
            return await asyncio.wrap_future(running)
    except TimeoutError:
        if not running.cancelled():  # a thread cannot be stopped: it notices at its next check, and is busy until then
            runtime.abandoned += 1
            running.add_done_callback(lambda _: loop.call_soon_threadsafe(runtime.end_abandoned))
        detail = f"The answer took longer than {job.seconds:g} seconds; send the batch in parts."
        raise DeadlineExceeded(detail) from None
