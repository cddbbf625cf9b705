"""Segments: the rows that share a value of a key, each reported as a batch of its own, and compared with all others.

Sums over rows are exact, so that those of the others are those of all rows less those of the segment: nothing is
counted again, and nothing cancels.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Annotated, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.calibration import CalibrationInBins
from distscore.core.diagnostics.decomposition import Decomposition, FloorAndDivergence
from distscore.core.diagnostics.diagnosis import Diagnosis
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.skill import Skill, SkillOverMarginal
from distscore.core.diagnostics.sums.summary import Summary, share_of
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.exact.sums import as_double
from distscore.core.exact.weighted_means import reduced

DIAGNOSTICS = FloorAndDivergence(), SkillOverMarginal(), CalibrationInBins()

Value = str | int


@dataclass(frozen=True)
class Key:
    """What rows are told apart by: its distinct values, and which of them each row that was sent has, (rows,)."""

    name: str
    values: Sequence[Value]
    codes: NDArray[np.intp]

    def segments(self) -> Iterator[tuple[Value, NDArray[np.intp]]]:
        """Each value with the numbers of its rows, in their order."""
        order = np.argsort(self.codes, kind="stable")
        ends = np.cumsum(np.bincount(self.codes, minlength=len(self.values)))
        yield from zip(self.values, np.split(order, ends[:-1]), strict=True)


@dataclass(frozen=True)
class Segment:
    """The sums over the rows that count of one value of a key."""

    key: str
    value: Value
    summary: Summary


@dataclass(frozen=True)
class ScoredSegment(Segment):
    """A segment with its rows."""

    batch: Batch
    scored: Scored


class DifferenceFromRest(TypedDict):
    """The mean loss of a segment minus that of all other rows."""

    value: Annotated[Number, "Above 0, the segment is predicted worse; null where there are no other rows."]
    standard_error: Annotated[Number, "Of the difference; null where either side has fewer than two rows."]


class SegmentRecord(TypedDict):
    """One segment: its figures are those that its rows would have if they were sent alone."""

    of: Annotated[str, "The name of the key."]
    group: Annotated[Value, "The value that its rows share."]
    row_count: Annotated[int, "How many of its rows were sent."]
    total_weight: Annotated[float, "Sum of their weights."]
    value: Annotated[Number, "Their reduced loss; null with reduction none, or where it is infinite."]
    value_standard_error: Annotated[Number, "Of the value; null where fewer than two rows count."]
    decomposition: Annotated[Decomposition, "Their mean loss in its parts."]
    skill: Annotated[Skill, "Compared with the prediction that is the best constant one for these rows."]
    calibration_error: Annotated[Number, "Classes: the expected calibration error against soft targets; else null."]
    share_of_divergence: Annotated[
        Number, "Which part of the divergence of all rows lies here; null where the loss has no divergence."
    ]
    difference_from_rest: Annotated[DifferenceFromRest, "The mean loss here minus that of all other rows."]
    state: NotRequired[Annotated[str, "If asked for: what is kept of these rows so that they merge."]]


def segments_of(
    batch: Batch, keys: Iterable[Key], classes: Sequence[str], check: Callable[[], None], for_state: bool = False
) -> Iterator[list[ScoredSegment]]:
    """The segments of each key, without those none of whose rows count; each key costs one more pass over the rows."""
    for key in keys:
        parts = ((value, batch.take(rows)) for value, rows in key.segments())
        yield [_segment(key.name, value, part, classes, check, for_state) for value, part in parts if part.row_count]


def _segment(
    key: str, value: Value, batch: Batch, classes: Sequence[str], check: Callable[[], None], for_state: bool
) -> ScoredSegment:
    diagnosis = Diagnosis(batch, [each.name for each in DIAGNOSTICS], classes, for_state)
    scored = score(batch, frozenset(), check, diagnosis.observers)
    return ScoredSegment(key, value, diagnosis.summary(scored), batch, scored)


def records(segments: Sequence[Segment]) -> Iterator[SegmentRecord]:
    """The records of all segments of one key, in their order; none where no row counts."""
    if segments:
        whole = reduce(Summary.merge, (segment.summary for segment in segments))
        yield from (record(segment, whole) for segment in segments)


def record(segment: Segment, whole: Summary) -> SegmentRecord:
    """What is reported of a segment beside all rows of its key."""
    summary, reduction = segment.summary, segment.summary.subject.reduction
    decomposition, skill, calibration = DIAGNOSTICS
    value, error = None, None
    if reduction != "none":
        value, error = reduced(summary.loss, summary.weights, reduction)
    of_classes = calibration.report(summary, None) if calibration.exists_in(summary) else None
    return {
        "of": segment.key,
        "group": segment.value,
        "row_count": summary.sent_row_count,
        "total_weight": as_double(summary.weights.total),
        "value": finite(value),
        "value_standard_error": finite(error),
        "decomposition": decomposition.report(summary, None),
        "skill": skill.report(summary, None),
        "calibration_error": None if of_classes is None else of_classes["expected_calibration_error"],
        "share_of_divergence": share_of_divergence(summary, whole),
        "difference_from_rest": difference_from_rest(summary, whole),
    }


def share_of_divergence(part: Summary, whole: Summary) -> float | None:
    """0 where there is no divergence at all; None where it is infinite, or where the loss has none."""
    if "divergence" not in whole.series or whole.series["divergence"].above:
        return None
    return share_of(part.series["divergence"].first, whole.series["divergence"].first)


def difference_from_rest(part: Summary, whole: Summary) -> DifferenceFromRest:
    """The mean loss of some rows minus that of all others, which are independent of them."""
    loss, weights = whole.loss.less(part.loss), whole.weights.less(part.weights)
    if not weights.total:
        return {"value": None, "standard_error": None}
    errors = part.loss.standard_error(part.weights), loss.standard_error(weights)
    value = part.loss.mean(part.weights) - loss.mean(weights)
    known = [error for error in errors if error is not None]
    return {"value": finite(value), "standard_error": finite(math.hypot(*known)) if len(known) == 2 else None}
