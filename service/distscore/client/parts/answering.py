"""Batches summarized, and a large one scored, in parts: as many at a time as the service computes."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from distscore.client import questions
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.errors import InvalidInput
from distscore.client.parts.asking import converse, converse_async, of_part
from distscore.client.parts.collected import Collected
from distscore.client.parts.cutting import Cutting, Part
from distscore.client.parts.driving import by_tasks, by_threads, each_of
from distscore.client.parts.outputs import of_score, of_summary
from distscore.client.parts.progress import Done, bar
from distscore.client.question import Question
from distscore.client.sending.prepare import prepare
from distscore.client.sending.request import Request

Ask = Callable[[Question[Any]], Any]
AsyncAsk = Callable[[Question[Any]], Awaitable[Any]]
Batch = Mapping[str, Any]


def summarize(ask: Ask, batches: Iterable[Batch], members: Batch, progress: bool | None) -> Summary:
    """One report of all rows of all batches."""
    asked = of_summary(members)
    requests = (_request(asked.members, batch) for batch in batches)
    with bar(progress) as done:
        collected = _collected(ask, requests, (), done)
    return converse(ask, collected.summary(asked.charts))


def score(ask: Ask, members: Batch, progress: bool | None) -> Score:
    """Per-row outputs and one report of the rows of a batch of any size."""
    asked = of_score(members)
    request = prepare(asked.members)
    with bar(progress, request.row_count) as done:
        collected = _collected(ask, [request], asked.rows, done)
    return converse(ask, collected.score(asked.charts, request.axes))


def _collected(ask: Ask, requests: Iterable[Request], outputs: tuple[str, ...], done: Done) -> Collected:
    limits = ask(questions.limits())
    collected = Collected()

    def answer(part: Part) -> Score:
        return converse(ask, of_part(part, outputs))

    cutting = Cutting(limits)
    parts = chain(chain.from_iterable(map(cutting.add, requests)), cutting.rest())
    for part, found in by_threads(answer, parts, limits["concurrency"]):
        converse(ask, collected.add(part, found))
        done(part.request.row_count)
    return collected


async def summarize_async(
    ask: AsyncAsk, batches: Iterable[Batch] | AsyncIterable[Batch], members: Batch, progress: bool | None
) -> Summary:
    """As `summarize`, where questions are awaited."""
    asked = of_summary(members)
    requests = (_request(asked.members, batch) async for batch in each_of(batches))
    with bar(progress) as done:
        collected = await _collected_async(ask, requests, (), done)
    return await converse_async(ask, collected.summary(asked.charts))


async def score_async(ask: AsyncAsk, members: Batch, progress: bool | None) -> Score:
    """As `score`, where questions are awaited."""
    asked = of_score(members)
    request = prepare(asked.members)
    with bar(progress, request.row_count) as done:
        collected = await _collected_async(ask, each_of([request]), asked.rows, done)
    return await converse_async(ask, collected.score(asked.charts, request.axes))


async def _parts_async(cutting: Cutting, requests: AsyncIterator[Request]) -> AsyncIterator[Part]:
    async for request in requests:
        for part in cutting.add(request):
            yield part
    for part in cutting.rest():
        yield part


async def _collected_async(
    ask: AsyncAsk, requests: AsyncIterator[Request], outputs: tuple[str, ...], done: Done
) -> Collected:
    limits = await ask(questions.limits())
    cutting, collected = Cutting(limits), Collected()

    async def answer(part: Part) -> Score:
        return await converse_async(ask, of_part(part, outputs))

    async for part, found in by_tasks(answer, _parts_async(cutting, requests), limits["concurrency"]):
        await converse_async(ask, collected.add(part, found))
        done(part.request.row_count)
    return collected


def _request(members: Mapping[str, Any], batch: Any) -> Request:
    """The request of a batch; raises InvalidInput where it has no members, as when one batch is sent for many."""
    if not isinstance(batch, Mapping):
        kind = type(batch).__name__
        raise InvalidInput("/batches", f"each has targets and predictions by name, as a request has; one is a {kind}")
    return prepare({**members, **batch})
