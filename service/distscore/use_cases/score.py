"""POST /v1/score: a batch is read, scored, and what was asked for is answered."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from distscore.advice.reports import spoken
from distscore.advice.warnings import written
from distscore.charts.registry import REPORTED, asked
from distscore.core.diagnostics import Diagnosis
from distscore.core.diagnostics.segments import SegmentRecord, records, segments_of
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.special.elementwise import Array
from distscore.core.state.encoding import encode
from distscore.core.state.state import state_of
from distscore.core.warnings.changes import changes
from distscore.core.warnings.notice import Notice
from distscore.core.warnings.suspicions import suspicions
from distscore.use_cases.charts import add_charts, diagnostics_for
from distscore.use_cases.notices import of_asked, of_reading
from distscore.wire.describe.outputs import CHARTS_OF_REPORTS
from distscore.wire.errors.place import Place
from distscore.wire.errors.undefined import refuse_undefined
from distscore.wire.read.batch import ScoreBatch, read_score
from distscore.wire.read.column import SentColumn
from distscore.wire.read.limits import Limits
from distscore.wire.read.outputs import diagnostics_of
from distscore.wire.write.answer import Answer, RowArrays
from distscore.wire.write.nonfinite import nonfinite, positions

DERIVATIVES = ("gradients", "hessian_diagonals", "fisher_diagonals")
MAY_BE_UNAVAILABLE = frozenset({"normalization_terms", "fisher_diagonals", "optima"})
Check = Callable[[], None]  # called now and then; raises when time is up


def answer_score(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """The answer to a request; raises InvalidRequest, or a 413 if the batch is too large."""
    request = read_score(document, limits)
    batch, outputs = request.batch, frozenset(request.members.outputs)
    names, with_state = diagnostics_of(outputs), "state" in outputs
    charts = [] if outputs.isdisjoint(CHARTS_OF_REPORTS) else asked(outputs, REPORTED)
    needed = list(dict.fromkeys([*names, *diagnostics_for(charts)])) if charts else names
    diagnosis = Diagnosis(batch, needed, request.members.classes, with_state) if needed or with_state else None
    scored = score(batch, outputs, check, [] if diagnosis is None else diagnosis.observers)
    rows = _rows(request.members.outputs, batch, scored)
    members, reports = _members(request, scored, rows), {}
    if diagnosis is not None:
        summary = diagnosis.summary(scored)
        if with_state:
            assert scored.losses is not None
            members["state"] = encode(state_of(batch, summary, scored.losses, request.members.tag))
        if needed:
            reports = spoken(diagnosis.report(scored, summary), summary)
        if names:
            members["diagnostics"] = {name: reports[name] for name in names if name in reports}
    if request.keys:
        members["groups"] = groups(request, check)
    if charts:
        add_charts(members, charts, reports, outputs)
    return Answer(members, rows, _single(request.content.predictions))


def groups(request: ScoreBatch, check: Check) -> list[SegmentRecord]:
    """The segments of all keys, those with the largest share of the divergence first."""
    members, found = request.members, []
    with_state = "state" in members.outputs
    for segments in segments_of(request.batch, request.keys, members.classes, check, with_state):
        for segment, record in zip(segments, records(segments), strict=True):
            if with_state:
                assert segment.scored.losses is not None
                state = state_of(segment.batch, segment.summary, segment.scored.losses, members.tag)
                record["state"] = encode(state)
            found.append(record)
    return sorted(found, key=lambda record: -(record["share_of_divergence"] or 0.0))


def _rows(outputs: Sequence[str], batch: Batch, scored: Scored) -> RowArrays:
    """The per-row outputs that were asked for, in the order of the contract; raises InvalidRequest."""
    of_rows = {"losses": scored.losses, "floors": scored.floors, "divergences": scored.divergences}
    of_rows["normalization_terms"] = scored.normalization_terms
    mask = batch.options.mask
    of_columns = {
        "gradients": scored.gradients,
        "hessian_diagonals": scored.hessian_diagonals,
        "fisher_diagonals": scored.fisher_diagonals,
        "parameters": scored.parameters if mask is None else _masked(scored.parameters, mask),
        "optima": scored.optima,
    }
    if not MAY_BE_UNAVAILABLE.isdisjoint(outputs):
        _refuse_unavailable(outputs, batch, scored)
    rows: dict[str, Array | list[None]] = {}
    for output, values in of_rows.items():
        if output in outputs:
            rows[output] = [None] * batch.sent_row_count if values is None else batch.in_place(values)
    for output, columns in of_columns.items():
        if output in outputs:
            rows |= {f"{output}.{column}": batch.in_place(values) for column, values in columns.items()}
    return rows


def _single(predictions: Sequence[SentColumn]) -> set[str]:
    """The names of derivatives of columns that were sent as float32, which come back as that."""
    return {f"{output}.{sent.column.name}" for sent in predictions if sent.single for output in DERIVATIVES}


def _masked(columns: Mapping[str, Array], mask: Array) -> dict[str, Array]:
    """Columns with 0 where the mask leaves an entry out."""
    return {name: np.where(mask > 0, values, 0.0) for name, values in columns.items()}


def _refuse_unavailable(outputs: Sequence[str], batch: Batch, scored: Scored) -> None:
    """Refuse outputs that this loss does not have here, which is known only once it was asked for them."""
    at = Place(("outputs",))
    without_fisher = ", ".join(sorted(batch.predictions.keys() - scored.fisher_diagonals.keys()))
    for index, name in enumerate(outputs):
        if name == "fisher_diagonals" and without_fisher:
            detail = f"fisher_diagonals of {without_fisher} are not available for {batch.loss.name}"
            at.child(index).wrong("not_available", detail)
        if name == "optima" and not scored.optima:
            at.child(index).wrong("not_available", f"optima of {batch.loss.name} are not available here")
        if name == "normalization_terms" and not batch.loss.has_normalization_term:
            at.child(index).wrong("not_available", f"{batch.loss.name} has no normalization term; cross_entropy has it")
    at.refuse()


def _members(request: ScoreBatch, scored: Scored, rows: RowArrays) -> dict[str, Any]:
    """All but the per-row arrays and what sums over rows tell."""
    batch, members, mask = request.batch, request.members, request.batch.options.mask
    value = {}
    if scored.value is not None:
        value = {"value": scored.value, "value_standard_error": scored.value_standard_error}
    found = positions(rows)
    if found or (scored.value is not None and not math.isfinite(scored.value)):
        _refuse_undefined(batch, scored, rows)
    return {
        "family": batch.family.name,
        "loss": batch.loss.name,
        "reduction": batch.reduction,
        "units": batch.loss.units,
        "row_count": batch.sent_row_count,
        "entry_count": batch.row_count * batch.width if mask is None else int(np.count_nonzero(mask)),
        "total_weight": scored.total_weight,
        **({"tag": members.tag} if members.tag else {}),
        **value,
        **nonfinite(value, rows, found),
        "warnings": [written(notice) for notice in notices(request, scored)],
    }


def _refuse_undefined(batch: Batch, scored: Scored, rows: RowArrays) -> None:
    """Refuse a row with a number that is NaN: parts of it are infinite, of either sign, and it has no value."""
    losses = None if scored.losses is None else batch.in_place(scored.losses)
    for values in (losses, *rows.values()):
        if isinstance(values, np.ndarray):
            refuse_undefined(values, Place(("predictions", next(iter(batch.predictions)))))


def notices(request: ScoreBatch, scored: Scored) -> list[Notice]:
    """What was changed on request, what there is not, and what looks like a slip."""
    batch = request.batch
    of_batch = [*changes(batch, scored), *suspicions(batch)]
    numbered = [replace(notice, rows=batch.row_numbers[notice.rows].tolist()) for notice in of_batch]
    of_request = of_reading(request.content, request.deviations, request.members.normalization)
    return [*of_request, *of_asked(request.members.outputs, batch), *numbered]
