"""Candidates on the rows of each segment: each is compared as if its rows had been sent alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated, TypedDict

from distscore.core.diagnostics.candidates.paired import Comparison, comparison, scored
from distscore.core.diagnostics.candidates.report import CandidateFigures, Design, PairedDifference, report
from distscore.core.diagnostics.segments import Key, Value
from distscore.core.engine.blocks import Batch
from distscore.core.exact.sums import as_double


class ComparedSegment(TypedDict):
    """The rows of one segment."""

    of: Annotated[str, "The name of the key."]
    group: Annotated[Value, "The value that its rows share."]
    row_count: Annotated[int, "How many of its rows were sent."]
    total_weight: Annotated[float, "Sum of their weights."]
    candidates: Annotated[list[CandidateFigures], "All candidates on these rows."]
    differences: Annotated[list[PairedDifference], "All candidates but the baseline on these rows, compared with it."]


def compared(
    batches: Sequence[Batch],
    design: Design,
    clusters: Key | None,
    classes: Sequence[str],
    check: Callable[[], None],
) -> Comparison:
    """The sums of candidates over the rows of their batches, in clusters of rows that were sent, if there are any."""
    candidates = [scored(batch, classes, check) for batch in batches]
    return comparison(candidates, design.baseline, None if clusters is None else clusters.codes[batches[0].row_numbers])


def segments(
    batches: Sequence[Batch],
    design: Design,
    loss: int,
    key: Key,
    clusters: Key | None,
    classes: Sequence[str],
    check: Callable[[], None],
) -> Iterator[ComparedSegment]:
    """The segments of a key, without those none of whose rows count: one more pass over the rows."""
    for value, rows in key.segments():
        parts = [batch.take(rows) for batch in batches]
        if parts[0].row_count:
            inside = None if clusters is None else replace(clusters, codes=clusters.codes[rows])
            found = compared(parts, design, inside, classes, check)
            told = report(design, found, loss)
            yield {
                "of": key.name,
                "group": value,
                "row_count": parts[0].sent_row_count,
                "total_weight": as_double(found.summaries[0].weights.total),
                "candidates": told["candidates"],
                "differences": told["differences"],
            }
