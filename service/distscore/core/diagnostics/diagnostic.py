"""What a diagnostic says of itself: one file, and one line in the registry."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from distscore.core.diagnostics.baseline import Baseline, baseline
from distscore.core.diagnostics.requirements import Requirement
from distscore.core.diagnostics.sums.recorder import ViewObserver
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import AnyTally
from distscore.core.diagnostics.what_if import best_temperature
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored


@dataclass(frozen=True)
class ScoredRows:
    """The rows of one scored batch, for what sums over them do not tell. Merged batches have none."""

    batch: Batch
    scored: Scored
    classes: Sequence[str]  # names, or positions, of classes or labels
    asked: frozenset[str]  # names of the diagnostics that are computed
    observers: Mapping[str, ViewObserver]  # by name, of the diagnostics that look at every block

    def baseline(self, summary: Summary) -> Baseline | None:
        """What the best constant prediction loses, and by how much the predictions are better."""
        return baseline(self.batch, self.scored, summary)

    @cached_property
    def best_temperature(self) -> float:
        """The factor by which the predicted logits are best divided; searched for once."""
        return best_temperature(self.batch)


class Diagnostic(ABC):
    """One member of `diagnostics`: a report of sums over rows, of one batch or of many merged."""

    name: ClassVar[str]
    answer: ClassVar[Any]  # the type of its report: a TypedDict or a list of them (see `records`), or a number
    description: ClassVar[str] = ""  # of a report that has no docstring of its own: a list or a number
    on_request: ClassVar[bool] = False  # too costly to be computed unasked
    requires: ClassVar[tuple[Requirement, ...]] = ()  # what a batch must have for it
    sums: ClassVar[tuple[type[AnyTally], ...]] = ()  # what is to be summed for it
    optional_sums: ClassVar[tuple[type[AnyTally], ...]] = ()  # what it also reports where a batch has it
    merges: ClassVar[bool] = True  # whether merged batches have it

    @property
    def tallies(self) -> tuple[type[AnyTally], ...]:
        """What is to be summed of a batch, as far as it has what each of them needs."""
        return (*self.sums, *self.optional_sums)

    def observer(self, batch: Batch) -> ViewObserver | None:
        """What looks at every block of a batch for it, beside its sums; None where they are all that it needs."""
        return None

    @cached_property
    def needs(self) -> tuple[Requirement, ...]:
        """What a batch must have for the diagnostic and its sums."""
        return (*self.requires, *(need for tally in self.sums for need in tally.requires))

    def exists_in(self, summary: Summary) -> bool:
        """Whether a summary holds the sums for it."""
        return all(summary.has(tally.name) for tally in self.sums)

    @abstractmethod
    def report(self, summary: Summary, rows: ScoredRows | None) -> Any:
        """The answer; `rows` are None where batches were merged."""


class RowDiagnostic(Diagnostic):
    """A diagnostic that looks at the rows of a batch again; merged batches do not have it."""

    merges = False

    def report(self, summary: Summary, rows: ScoredRows | None) -> Any:
        assert rows is not None
        return self.report_rows(rows)

    @abstractmethod
    def report_rows(self, rows: ScoredRows) -> Any:
        """The member of `diagnostics`, of the type that `answer` says, from the rows of one batch."""
