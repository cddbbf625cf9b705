"""What can be asked, as methods: the same ones for a client that waits and for one that does not."""

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, Unpack

from distscore.client import questions
from distscore.client.answers.others import Advice, Comparison, Explanation, Page, Table
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.files import content_of
from distscore.client.members import (
    AdviseMembers,
    CommonMembers,
    CompareMembers,
    ExplainMembers,
    ReportMembers,
    ScoreMembers,
)
from distscore.client.parts import answering
from distscore.client.question import Question
from distscore.client.signature import takes

T = TypeVar("T")
Document = dict[str, Any]
Batch = Mapping[str, Any]
Batches = Iterable[Batch]
Stream = Batches | AsyncIterable[Batch]
Bar = bool | None  # whether a bar of progress is shown; None: on a terminal


class Methods:
    """The methods of a client that waits for each answer."""

    def _ask(self, question: Question[T]) -> T:
        raise NotImplementedError

    @takes(ScoreMembers)
    def score(self, **members: Unpack[ScoreMembers]) -> Score:
        """Score one batch with one loss: value, losses, gradients and diagnostics, or the `outputs` that are named."""
        return self._ask(questions.score(members))

    @takes(CompareMembers)
    def compare(self, **members: Unpack[CompareMembers]) -> Comparison:
        """Compare several losses of one batch, or several `candidates` for the predictions of its rows."""
        return self._ask(questions.compare(members))

    @takes(AdviseMembers)
    def advise(self, **members: Unpack[AdviseMembers]) -> Advice:
        """Ask which family and loss fit the targets, and why."""
        return self._ask(questions.advise(members))

    @takes(ExplainMembers)
    def explain(self, **members: Unpack[ExplainMembers]) -> Explanation:
        """Ask whose convention gave the number `observed` for a batch."""
        return self._ask(questions.explain(members))

    @takes(ReportMembers)
    def report(self, **members: Unpack[ReportMembers]) -> Page:
        """A page for people of what would be scored, or compared if there are `candidates` or `losses`."""
        return self._ask(questions.report(members))

    def report_of(self, states: Sequence[str | Summary | Comparison]) -> Page:
        """A page for people of all rows whose states, or answers with a state, are given."""
        return self._ask(questions.report_of(states))

    @takes(CommonMembers)
    def summarize(self, batches: Batches, progress: Bar = None, **members: Unpack[CommonMembers]) -> Summary:
        """One report of all rows of many batches, each a mapping of `targets`, `predictions`, `groups` and the like.

        `members` are those that all batches have in common: family, loss, class names. Batches are read one after
        another, cut where they are larger than the service takes, and several are asked at the same time. `progress`
        shows a bar, by default on a terminal.
        """
        return answering.summarize(self._ask, batches, members, progress)

    @takes(ScoreMembers)
    def score_in_parts(self, progress: Bar = None, **members: Unpack[ScoreMembers]) -> Score:
        """Score a batch of any size: its `losses`, or the per-row `outputs` that are named, and one report.

        It is cut by the limits of the service, and several parts are asked at the same time. Derivatives can be those
        of a sum or of each row's loss, by `reduction`; those of a mean need the weight of all rows.
        """
        return answering.score(self._ask, members, progress)

    def merge(self, states: Sequence[str | Summary | Comparison], outputs: Sequence[str] = ()) -> Summary:
        """Merge states of several batches, or answers with a state, into one report and one state of all their rows."""
        return self._ask(questions.merge(states, outputs))

    def table(self, file: str | Path | bytes) -> Table:
        """Ask what is in a CSV or Parquet file, and how it could be scored."""
        return self._ask(questions.table(*content_of(file)))

    def score_file(self, file: str | Path | bytes, query: str) -> Score:
        """Score a CSV or Parquet file as it is; `query` says what its columns are, as the guesses of `table` do."""
        return self._ask(questions.score_file(*content_of(file), query))

    def families(self) -> list[Document]:
        """Every family by name and in a sentence."""
        return self._ask(questions.families())

    def family(self, name: str) -> Document:
        """Describe a family: its columns, supports, formulas, losses, and a request that works."""
        return self._ask(questions.family(name))

    def losses(self) -> list[Document]:
        """Every loss by name and in a sentence."""
        return self._ask(questions.losses())

    def loss(self, name: str) -> Document:
        """Describe a loss: its formula, derivatives, properties, families and names in other libraries."""
        return self._ask(questions.loss(name))

    def limits(self) -> Document:
        """Every limit in force, and the version of the service."""
        return self._ask(questions.limits())


class AsyncMethods:
    """The methods of a client that is awaited."""

    async def _ask(self, question: Question[T]) -> T:
        raise NotImplementedError

    @takes(ScoreMembers)
    async def score(self, **members: Unpack[ScoreMembers]) -> Score:
        """Score one batch with one loss: value, losses, gradients and diagnostics, or the `outputs` that are named."""
        return await self._ask(questions.score(members))

    @takes(CompareMembers)
    async def compare(self, **members: Unpack[CompareMembers]) -> Comparison:
        """Compare several losses of one batch, or several `candidates` for the predictions of its rows."""
        return await self._ask(questions.compare(members))

    @takes(AdviseMembers)
    async def advise(self, **members: Unpack[AdviseMembers]) -> Advice:
        """Ask which family and loss fit the targets, and why."""
        return await self._ask(questions.advise(members))

    @takes(ExplainMembers)
    async def explain(self, **members: Unpack[ExplainMembers]) -> Explanation:
        """Ask whose convention gave the number `observed` for a batch."""
        return await self._ask(questions.explain(members))

    @takes(ReportMembers)
    async def report(self, **members: Unpack[ReportMembers]) -> Page:
        """A page for people of what would be scored, or compared if there are `candidates` or `losses`."""
        return await self._ask(questions.report(members))

    async def report_of(self, states: Sequence[str | Summary | Comparison]) -> Page:
        """A page for people of all rows whose states, or answers with a state, are given."""
        return await self._ask(questions.report_of(states))

    @takes(CommonMembers)
    async def summarize(self, batches: Stream, progress: Bar = None, **members: Unpack[CommonMembers]) -> Summary:
        """One report of all rows of many batches, which may come from an asynchronous iterator."""
        return await answering.summarize_async(self._ask, batches, members, progress)

    @takes(ScoreMembers)
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[ScoreMembers]) -> Score:
        """Score a batch of any size: its `losses`, or the per-row `outputs` that are named, and one report."""
        return await answering.score_async(self._ask, members, progress)

    async def merge(self, states: Sequence[str | Summary | Comparison], outputs: Sequence[str] = ()) -> Summary:
        """Merge states of several batches, or answers with a state, into one report and one state of all their rows."""
        return await self._ask(questions.merge(states, outputs))

    async def table(self, file: str | Path | bytes) -> Table:
        """Ask what is in a CSV or Parquet file, and how it could be scored."""
        return await self._ask(questions.table(*content_of(file)))

    async def score_file(self, file: str | Path | bytes, query: str) -> Score:
        """Score a CSV or Parquet file as it is; `query` says what its columns are, as the guesses of `table` do."""
        return await self._ask(questions.score_file(*content_of(file), query))

    async def families(self) -> list[Document]:
        """Every family by name and in a sentence."""
        return await self._ask(questions.families())

    async def family(self, name: str) -> Document:
        """Describe a family: its columns, supports, formulas, losses, and a request that works."""
        return await self._ask(questions.family(name))

    async def losses(self) -> list[Document]:
        """Every loss by name and in a sentence."""
        return await self._ask(questions.losses())

    async def loss(self, name: str) -> Document:
        """Describe a loss: its formula, derivatives, properties, families and names in other libraries."""
        return await self._ask(questions.loss(name))

    async def limits(self) -> Document:
        """Every limit in force, and the version of the service."""
        return await self._ask(questions.limits())
