"""Candidates on the rows of each segment: each is compared as if its rows had been sent alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NotRequired, TypedDict

from distscore.core.diagnostics.candidates.paired import Comparison, comparison, scored
from distscore.core.diagnostics.candidates.report import CandidateFigures, Design, PairedDifference, report
from distscore.core.diagnostics.segments import Key, Value
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import as_double


@dataclass(frozen=True)
class ComparedSegment:
    """The rows of one value of a key, compared."""

    key: str
    value: Value
    comparison: Comparison


class ComparedSegmentRecord(TypedDict):
    """Candidates on the rows of one segment."""

    of: Annotated[str, "The name of the key."]
    group: Annotated[Value, "The value that its rows share."]
    row_count: Annotated[int, "How many of its rows were sent."]
    total_weight: Annotated[float, "Sum of their weights."]
    candidates: Annotated[list[CandidateFigures], "All candidates on these rows."]
    differences: Annotated[list[PairedDifference], "All candidates but the baseline on these rows, compared with it."]
    state: NotRequired[Annotated[str, "If asked for: what is kept of these rows so that they merge."]]


def segments(
    batches: Sequence[Batch],
    key: Key,
    baseline: int,
    clusters: Key | None,
    classes: Sequence[str],
    check: Callable[[], None],
) -> Iterator[ComparedSegment]:
    """The segments of a key, without those none of whose rows count: one more pass over the rows."""
    for value, rows in key.segments():
        parts = [batch.take(rows) for batch in batches]
        if parts[0].row_count:
            inside = None if clusters is None else replace(clusters, codes=clusters.codes[rows])
            yield ComparedSegment(key.name, value, compared(parts, baseline, inside, classes, check))


def compared(
    batches: Sequence[Batch], baseline: int, clusters: Key | None, classes: Sequence[str], check: Callable[[], None]
) -> Comparison:
    """The sums of candidates over the rows of their batches, in clusters of rows that were sent, if there are any."""
    codes = None if clusters is None else clusters.codes[batches[0].row_numbers]
    return comparison([scored(batch, classes, check) for batch in batches], baseline, codes)


def record(segment: ComparedSegment, design: Design) -> ComparedSegmentRecord:
    """What is reported of a segment under one loss."""
    told, summary = report(design, segment.comparison), segment.comparison.summaries[0]
    return {
        "of": segment.key,
        "group": segment.value,
        "row_count": summary.sent_row_count,
        "total_weight": as_double(summary.weights.total),
        "candidates": told["candidates"],
        "differences": told["differences"],
    }
