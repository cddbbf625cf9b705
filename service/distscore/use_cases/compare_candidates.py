"""POST /v1/compare with candidates: which of several predictions of the same rows is better, and how sure that is."""

from collections.abc import Iterator
from typing import Any

from distscore.advice.of_candidates import sentences
from distscore.advice.warnings import written
from distscore.charts.registry import COMPARED, asked
from distscore.core.diagnostics.candidates.paired import Comparison, comparison, scored
from distscore.core.diagnostics.candidates.report import Design, report
from distscore.core.diagnostics.candidates.segments import ComparedSegmentRecord, record, segments
from distscore.core.exact.sums import as_double
from distscore.core.losses import properties_of
from distscore.core.state.paired import PairedState
from distscore.core.state.paired_encoding import encode
from distscore.core.state.tags import first_tags
from distscore.use_cases.charts import add_charts
from distscore.use_cases.notices import of_reading
from distscore.use_cases.score import Check
from distscore.wire.errors.place import Place
from distscore.wire.errors.undefined import refuse_undefined
from distscore.wire.read.candidates import CandidateBatches, read_candidates
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer


def answer_candidates(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """A comparison for each loss; raises InvalidRequest, or a 413 if the batches are too large."""
    request = read_candidates(document, limits)
    members = request.members
    found = [compared(request, loss, check) for loss in range(len(request.batches))]
    state = PairedState(request.design, found, first_tags([members.tag] if members.tag else []))
    answer = members_of(state)
    if request.keys:
        for loss, each in enumerate(answer["results"]):
            each["groups"] = list(groups(request, loss, check))
    if members.tag:
        answer["tag"] = members.tag
    notices = of_reading(request.content, request.deviations, members.normalization)
    answer["warnings"] = list(map(written, notices))
    add_charts(answer, asked(members.outputs, COMPARED), {}, members.outputs)
    if "state" in members.outputs:
        answer["state"] = encode(state)
    return Answer(answer)


def groups(request: CandidateBatches, loss: int, check: Check) -> Iterator[ComparedSegmentRecord]:
    """The segments of all keys under one loss, each with a state of its own if that is asked for."""
    members, design = request.members, request.design.of(loss)
    tags = first_tags([members.tag] if members.tag else [])
    for key in request.keys:
        batches = request.batches[loss]
        for segment in segments(batches, key, design.baseline, request.clusters, members.classes, check):
            told = record(segment, design)
            if "state" in members.outputs:
                told["state"] = encode(PairedState(design, [segment.comparison], tags))
            yield told


def compared(request: CandidateBatches, loss: int, check: Check) -> Comparison:
    """The sums of all candidates under one loss; raises InvalidRequest where a loss has no value."""
    batches, clusters, candidates = request.batches[loss], request.clusters, []
    for index, batch in enumerate(batches):
        candidates.append(scored(batch, request.members.classes, check))
        place = Place(("candidates", index, "predictions", next(iter(batch.predictions))))
        refuse_undefined(batch.in_place(candidates[-1].losses), place)
    codes = None if clusters is None else clusters.codes[batches[0].row_numbers]
    return comparison(candidates, request.design.baseline, codes)


def members_of(state: PairedState) -> dict[str, Any]:
    """What the sums of a comparison tell, of one request or of several merged."""
    design, summary = state.design, state.comparisons[0].summaries[0]
    return {
        "family": summary.subject.family.name,
        "row_count": summary.sent_row_count,
        "total_weight": as_double(summary.weights.total),
        "baseline": design.names[design.baseline],
        "confidence": design.confidence,
        "results": [result(design.of(loss), found) for loss, found in enumerate(state.comparisons)],
    }


def members_of_state(state: PairedState) -> dict[str, Any]:
    """The answer for states that were merged."""
    told = members_of(state)
    return {
        **told,
        "tags": list(state.tags.kept),
        "tags_complete": state.tags.beyond is None,
        "warnings": [],
        "state": encode(state),
    }


def result(design: Design, found: Comparison) -> dict[str, Any]:
    """The report of one loss, in numbers and in words."""
    told, subject = report(design, found), found.summaries[0].subject
    return {
        **told,
        "text": sentences(told, design, found),
        "units": subject.loss.units,
        "properties": properties_of(subject.family, subject.loss),
    }
