"""POST /v1/compare: several losses of one batch in one table."""

from collections.abc import Callable
from typing import Any

from distscore.core.diagnostics.comparison import compare
from distscore.core.losses import losses_of, properties_of
from distscore.core.theory.losses import AnyLoss
from distscore.use_cases.score import Answer
from distscore.wire.describe.requests import COMPARE_REQUESTS, CompareOptions
from distscore.wire.errors.findings import Findings
from distscore.wire.read import options as legality
from distscore.wire.read.batch import batch_of, check_total, prepare
from distscore.wire.read.request import Read, read
from distscore.wire.read.shapes import Limits

USUAL = ("cross_entropy", "kl_divergence", "brier", "jensen_shannon_divergence", "mean_absolute_error")
USUAL_OF_VALUES = ("cross_entropy", "kl_divergence", "deviance", "mean_squared_error", "crps")


def answer_compare(
    document: dict[str, Any], limits: Limits, check: Callable[[], None], coarse: frozenset[str]
) -> Answer:
    """POST /v1/compare."""
    understood = read(document, COMPARE_REQUESTS)
    findings = Findings()
    losses = chosen(understood, findings) if understood.request.losses else usual(understood)
    prepared = prepare(understood, losses, limits, coarse, findings)
    batches = [batch_of(understood, loss, prepared, understood.request.reduction) for loss in losses]
    check_total(batches[0].weights, batches[0], False)
    results = [
        {**compare(batch, check), "properties": properties_of(batch.family, type(batch.loss))} for batch in batches
    ]
    return Answer({}, {"family": understood.family.name, "row_count": prepared.arrays.row_count, "results": results})


def chosen(understood: Read[CompareOptions], findings: Findings) -> list[AnyLoss]:
    """The losses that were named."""
    losses = []
    for at, each in enumerate(understood.request.losses):
        path = ("losses", at)
        loss = legality.loss_of(
            understood, each.loss, each.loss_parameters, (*path, "loss"), (*path, "loss_parameters"), findings
        )
        losses += [] if loss is None else [loss]
    return losses


def usual(understood: Read[CompareOptions]) -> list[AnyLoss]:
    """Those of the usual losses that the batch and its options have; cross-entropy or divergence among them always."""
    names = USUAL if understood.family.has_classes else USUAL_OF_VALUES
    losses = []
    for name in names:
        if name not in losses_of(understood.family):
            continue
        ignored = Findings()
        loss = legality.loss_of(understood, name, None, (), (), ignored)
        if loss is not None:
            legality.options(understood, [loss], ignored)
        if loss is not None and not ignored.count:
            losses.append(loss)
    if not losses:  # the options are at fault: let them be named
        losses = [losses_of(understood.family)["cross_entropy"]()]
    return losses
