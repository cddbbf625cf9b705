"""Work on all processors, a bounded number of pieces at a time, which are done in any order.

It is done by processes: threads that compute with NumPy wait for one another so much that two are no faster than one.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from typing import TypeVar

from distscore.files.paths import WrongInput

FEW = 4  # pieces that are done before other processes would have begun
WAITING = 2  # pieces for each process, so that none has to wait for the next
Given = TypeVar("Given")
Done = TypeVar("Done")


def each_done(
    work: Callable[[Given], Done], given: Iterable[Given], processes: int, module: str
) -> Iterator[tuple[Given, Done]]:
    """What `work` made of each; `module` is imported once, by the process that the others are forks of."""
    rest = iter(given)
    first = list(islice(rest, FEW))
    if processes == 1 or len(first) < FEW:
        yield from ((each, work(each)) for each in chain(first, rest))
        return
    context = get_context("forkserver")
    context.set_forkserver_preload([module])
    pool = ProcessPoolExecutor(processes, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield from _by_pool(pool, work, chain(first, rest), WAITING * processes)
    except BrokenProcessPool:
        raise WrongInput("a process was ended from outside, for want of memory? try fewer --processes") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _by_pool(
    pool: ProcessPoolExecutor, work: Callable[[Given], Done], given: Iterator[Given], most: int
) -> Iterator[tuple[Given, Done]]:
    running: dict[Future[Done], Given] = {pool.submit(work, each): each for each in islice(given, most)}
    while running:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.result()
            running |= {pool.submit(work, each): each for each in islice(given, 1)}
