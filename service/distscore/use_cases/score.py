"""The use case: a request document in, an answer out. The only file that knows both the wire and the core."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from distscore.core.diagnostics import DIAGNOSTICS, Diagnosis
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.special.elementwise import Array
from distscore.core.state.state import BadState, State, decode, encode, report, state_of
from distscore.core.warnings.changes import Notice, changes
from distscore.core.warnings.suspicions import suspicions
from distscore.wire.describe.requests import ROW_OUTPUTS
from distscore.wire.errors.findings import Findings
from distscore.wire.read import merge as merging
from distscore.wire.read.batch import ScoreBatch, check_total, score_batch
from distscore.wire.read.shapes import Limits

LISTED = 100  # entries that are not finite and spelled out


@dataclass(frozen=True)
class Answer:
    """An answer: per-row arrays by dotted name, and everything else."""

    rows: Mapping[str, Array | list[None]]
    rest: dict[str, Any]


def answer_score(document: dict[str, Any], limits: Limits, check: Callable[[], None], coarse: frozenset[str]) -> Answer:
    """POST /v1/score."""
    valid = score_batch(document, limits, coarse)
    request, batch = valid.request, valid.batch
    asked = frozenset(request.outputs)
    check_total(batch.weights, batch, asked == {"state"})
    names = [name for name in DIAGNOSTICS if _asked(name, asked)] if _diagnoses(asked) else []
    diagnosis = Diagnosis(batch, names, request.classes, "state" in asked) if names or "state" in asked else None
    scored = score(batch, asked & set(ROW_OUTPUTS), check, [] if diagnosis is None else diagnosis.observers)
    rows = _rows(request.outputs, batch, scored)
    rest = _summary(valid, scored, rows)
    if diagnosis is not None:
        summary = diagnosis.summary(scored)
        if "state" in asked:
            assert scored.losses is not None
            rest["state"] = encode(state_of(summary, scored.losses, request.tag))
        if names:
            rest["diagnostics"] = diagnosis.report(scored, summary)
    return Answer(rows, rest)


def answer_merge(document: dict[str, Any], _: Limits, check: Callable[[], None], __: frozenset[str]) -> Answer:
    """POST /v1/summaries/merge."""
    whole: State | None = None
    findings = Findings()
    for at, text in enumerate(merging.read(document)):
        check()
        try:
            state = decode(text)
            whole = state if whole is None else whole.merge(state)
        except BadState as error:
            findings.add(("states", at), "bad_state", str(error))
    findings.raise_any()
    assert whole is not None
    try:
        return Answer({}, report(whole))
    except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError):  # numbers that no batch can have
        findings.add(("states",), "bad_state", "the sums in these states contradict each other")
    findings.raise_any()
    raise AssertionError


def _diagnoses(asked: frozenset[str]) -> bool:
    return any(name.startswith("diagnostics") for name in asked)


def _asked(name: str, asked: frozenset[str]) -> bool:
    on_request = DIAGNOSTICS[name].on_request
    return f"diagnostics.{name}" in asked or "diagnostics.all" in asked or ("diagnostics" in asked and not on_request)


def _rows(asked: list[str], batch: Batch, scored: Scored) -> dict[str, Array | list[None]]:
    """The per-row outputs that were asked for, in the order of the contract."""
    rows: dict[str, Array | list[None]] = {}
    findings = Findings()
    for name in ROW_OUTPUTS:
        if name not in asked:
            continue
        found, path = getattr(scored, name), ("outputs", asked.index(name))
        if name == "fisher_diagonals" and len(found) < len(batch.predictions):
            missing = ", ".join(batch.predictions.keys() - found.keys())
            findings.add(path, "not_available", f"{name} of {missing} are not available for {batch.loss.name}")
        if name == "optima" and not found:
            findings.add(path, "not_available", f"optima of {batch.loss.name} are not available here")
        if isinstance(found, dict):
            rows.update({f"{name}.{column}": values for column, values in found.items()})
        else:
            rows[name] = [None] * batch.row_count if found is None else found
    findings.raise_any()
    return rows


def _summary(valid: ScoreBatch, scored: Scored, rows: Mapping[str, Any]) -> dict[str, Any]:
    """All members but the per-row arrays and the diagnostics."""
    batch, request = valid.batch, valid.request
    listed, count = _nonfinite(batch, scored, rows)
    rest: dict[str, Any] = {
        "family": batch.family.name,
        "loss": batch.loss.name,
        "reduction": batch.reduction,
        "units": batch.loss.units,
        "row_count": batch.row_count,
        "entry_count": batch.row_count * batch.width,
        "total_weight": scored.total_weight,
    }
    if request.tag:
        rest["tag"] = request.tag
    if scored.value is not None:
        rest["value"] = scored.value
        rest["value_standard_error"] = scored.value_standard_error
    rest["nonfinite"], rest["nonfinite_count"] = listed, count
    rest["warnings"] = [
        notice.document() for notice in (*_deviations(valid), *changes(batch, scored), *suspicions(batch))
    ]
    return rest


def _nonfinite(batch: Batch, scored: Scored, rows: Mapping[str, Any]) -> tuple[list[dict[str, str]], int]:
    """Which numbers of the answer are infinite. None of them is NaN: such a row is refused."""
    listed, count = [], 0
    if scored.value is not None and np.isnan(scored.value) and scored.losses is not None:
        _within_reach(batch, scored.losses)
    scalars = {"value": scored.value, "value_standard_error": scored.value_standard_error}
    for name, scalar in scalars.items():
        if scalar is not None and not np.isfinite(scalar):
            listed.append({"pointer": f"/{name}", "value": "Infinity" if scalar > 0 else "-Infinity"})
            count += 1
    for name, values in rows.items():
        if isinstance(values, list) or np.isfinite(values).all():
            continue
        _within_reach(batch, values)
        wrong = np.flatnonzero(~np.isfinite(values))
        count += len(wrong)
        for at in wrong[: LISTED - len(listed)]:
            place = np.unravel_index(at, values.shape)
            path = "/".join([name.replace(".", "/"), *map(str, map(int, place))])
            number = values[place]
            listed.append({"pointer": f"/{path}", "value": "Infinity" if number > 0 else "-Infinity"})
    return listed, count


def _within_reach(batch: Batch, numbers: Array) -> None:
    findings = Findings()
    rows = np.argwhere(np.isnan(numbers))[:1, 0].tolist()
    why = "the numbers of this row are so extreme that its result has no value in double precision"
    for row in rows:
        findings.add(("predictions", next(iter(batch.predictions)), row), "out_of_range", why)
    findings.raise_any(complete=False)


def _deviations(valid: ScoreBatch) -> list[Notice]:
    """Rows of probabilities that did not sum to 1."""
    notices = []
    for deviation in valid.checked.deviations:
        side = deviation.column.split(".")[0]
        rescaled = valid.request.normalization == "rescale"
        code = f"{side}_{'rescaled' if rescaled else 'unnormalized'}"
        done = "were divided by their sum" if rescaled else "were used as sent"
        message = f"Rows of {deviation.column} that do not sum to 1 {done}."
        rows, largest = deviation.rows, deviation.largest
        numbers = {"maximum_deviation": largest if np.isfinite(largest) else None}
        notices.append(Notice(code, message, len(rows), rows[:10].tolist(), numbers))
    return notices
