"""POST /v1/compare: several losses of one batch in one table."""

from typing import Any

from distscore.core.diagnostics.comparison import compare
from distscore.core.losses import losses_of, properties_of
from distscore.core.theory.losses import AnyLoss
from distscore.use_cases.score import Check
from distscore.wire.describe.requests import COMPARE_REQUESTS, CompareMembers
from distscore.wire.errors.place import Place
from distscore.wire.read.batch import batch_of, check_content, read_content
from distscore.wire.read.limits import Limits
from distscore.wire.read.loss import loss_of
from distscore.wire.read.options import check_options
from distscore.wire.read.request import ParsedRequest, parse
from distscore.wire.read.weights import check_total
from distscore.wire.write.answer import Answer

USUAL = ("cross_entropy", "kl_divergence", "brier", "jensen_shannon_divergence", "mean_absolute_error")
USUAL_OF_VALUES = ("cross_entropy", "kl_divergence", "deviance", "mean_squared_error", "crps")


def answer_compare(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """A line per loss; raises InvalidRequest, or a 413 if the batch is too large."""
    at = Place()
    request = parse(document, COMPARE_REQUESTS, at)
    losses = _named(request, at) if request.members.losses else _usual(request)
    content = read_content(request, losses, limits, at)
    check_content(request, losses, content, at)
    batches = [batch_of(request, content, loss, request.members.reduction) for loss in losses]
    check_total(batches[0], at)
    results = [
        {**compare(batch, check), "properties": properties_of(batch.family, type(batch.loss))} for batch in batches
    ]
    return Answer({"family": request.family.name, "row_count": content.sent_row_count, "results": results})


def _named(request: ParsedRequest[CompareMembers], at: Place) -> list[AnyLoss]:
    """The losses that were named; notes those that the batch does not have."""
    found = [
        loss_of(request, named.loss, named.loss_parameters, at.child("losses", index))
        for index, named in enumerate(request.members.losses)
    ]
    return [loss for loss in found if loss is not None]


def _usual(request: ParsedRequest[CompareMembers]) -> list[AnyLoss]:
    """Those of the usual losses that the batch and its options have; cross-entropy if there is none."""
    names = USUAL if request.family.has_classes else USUAL_OF_VALUES
    found = [_available(request, name) for name in names if name in losses_of(request.family)]
    return [loss for loss in found if loss is not None] or [losses_of(request.family)["cross_entropy"]()]


def _available(request: ParsedRequest[CompareMembers], name: str) -> AnyLoss | None:
    """The loss, if nothing is wrong with asking for it."""
    unseen = Place()
    loss = loss_of(request, name, None, unseen)
    if loss is not None:
        check_options(request, [loss], unseen)
    return None if unseen.found.count else loss
