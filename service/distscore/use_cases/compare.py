"""POST /v1/compare: several losses of one batch in one table."""

from typing import Any

from distscore.advice.warnings import written
from distscore.charts.registry import COMPARED, asked
from distscore.core.diagnostics.comparison import compare
from distscore.core.losses import properties_of, usual_losses_of
from distscore.core.theory.losses import AnyLoss, reason_unavailable
from distscore.core.warnings.notice import Notice
from distscore.use_cases.charts import add_charts
from distscore.use_cases.compare_candidates import answer_candidates
from distscore.use_cases.notices import of_reading
from distscore.use_cases.score import Check
from distscore.wire.describe.members import CompareMembers
from distscore.wire.describe.requests import COMPARE_REQUESTS
from distscore.wire.errors.place import Place
from distscore.wire.read.batch import batch_of, check_content, read_content
from distscore.wire.read.candidate_requests import check_without_candidates
from distscore.wire.read.limits import Limits
from distscore.wire.read.loss import loss_of
from distscore.wire.read.options import check_options
from distscore.wire.read.request import ParsedRequest, parse
from distscore.wire.read.weights import check_total
from distscore.wire.write.answer import Answer


def answer_compare(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """A line per loss, or a comparison of candidates; raises InvalidRequest, or a 413 if the batch is too large."""
    if document.get("candidates"):
        return answer_candidates(document, limits, check)
    at = Place()
    request = parse(document, COMPARE_REQUESTS, at)
    check_without_candidates(request.members, at)
    losses, left_out = (_named(request, at), []) if request.members.losses else _usual(request)
    content = read_content(request, losses, limits, at)
    deviations = check_content(request, losses, content, at)
    batches = [batch_of(request, content, loss, request.members.reduction) for loss in losses]
    check_total(batches[0], at)
    results = [
        {
            **compare(batch, check),
            "units": batch.loss.units,
            "properties": properties_of(batch.family, type(batch.loss)),
        }
        for batch in batches
    ]
    notices = [*of_reading(content, deviations, request.members.normalization), *left_out]
    answer = {
        "family": request.family.name,
        "row_count": content.sent_row_count,
        "results": results,
        "warnings": list(map(written, notices)),
    }
    add_charts(answer, asked(request.members.outputs, COMPARED), {}, request.members.outputs)
    return Answer(answer)


def _named(request: ParsedRequest[CompareMembers], at: Place) -> list[AnyLoss]:
    """The losses that were named; notes those that the batch does not have."""
    found = [
        loss_of(request, named.loss, named.loss_parameters, at.child("losses", index))
        for index, named in enumerate(request.members.losses)
    ]
    return [loss for loss in found if loss is not None]


def _usual(request: ParsedRequest[CompareMembers]) -> tuple[list[AnyLoss], list[Notice]]:
    """Those of the usual losses that the batch has, and a warning for each that its options do not allow."""
    usual, form = usual_losses_of(request.family), request.target_form
    losses: list[AnyLoss] = []
    left_out: list[Notice] = []
    for each in usual:
        if reason_unavailable(request.family, form, each) is not None:
            continue
        unseen = Place()
        loss = loss_of(request, each.name, None, unseen)
        if loss is not None:
            check_options(request, [loss], unseen)
        if loss is None or unseen.found.count:
            left_out.append(Notice("not_available", column=each.name, reason=unseen.found.issues[0].detail))
        else:
            losses.append(loss)
    if not losses:  # the options themselves are at fault: let them be named
        return [usual[0]()], []
    return losses, left_out
