"""Parts asked several at a time, by threads or by tasks of an event loop, in bounded memory."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from distscore.client.parts.cutting import Part

T = TypeVar("T")


def by_threads(ask: Callable[[Part], T], parts: Iterable[Part], at_once: int) -> Iterator[tuple[Part, T]]:
    """Parts with what was answered, as answers come; the next part is made while others are asked, and no further one.

    Of parts that fail at the same time the first one is told.
    """
    running: dict[Future[T], Part] = {}
    with ThreadPoolExecutor(at_once) as pool:
        for part in parts:
            while len(running) >= at_once:
                yield from _taken(running, wait(running, return_when=FIRST_COMPLETED).done)
            running[pool.submit(ask, part)] = part
        while running:
            yield from _taken(running, wait(running, return_when=FIRST_COMPLETED).done)


def _taken(running: dict[Future[T], Part], done: Iterable[Future[T]]) -> Iterator[tuple[Part, T]]:
    if any(each.exception() for each in done):
        done = wait(running).done
    for each in sorted(done, key=lambda each: running[each].number):
        yield running.pop(each), each.result()


async def by_tasks(
    ask: Callable[[Part], Awaitable[T]], parts: AsyncIterable[Part], at_once: int
) -> AsyncIterator[tuple[Part, T]]:
    """The same by tasks, none of which is left behind."""
    running: dict[asyncio.Task[T], Part] = {}
    try:
        async for part in parts:
            while len(running) >= at_once:
                for each in await _finished(running):
                    yield running.pop(each), each.result()
            running[asyncio.ensure_future(_awaited(ask(part)))] = part
        while running:
            for each in await _finished(running):
                yield running.pop(each), each.result()
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _awaited(answer: Awaitable[T]) -> T:
    return await answer


async def _finished(running: dict[asyncio.Task[T], Part]) -> list[asyncio.Task[T]]:
    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    if any(each.exception() for each in done):
        done, _ = await asyncio.wait(running)
    return sorted(done, key=lambda each: running[each].number)


async def each_of(values: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """The values of either kind of iterable."""
    if isinstance(values, AsyncIterable):
        async for value in values:
            yield value
    else:
        for value in values:
            yield value
