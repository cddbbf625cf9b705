"""From a document to a batch that the core can score: every step that may refuse it, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from distscore.core.diagnostics.segments import Key
from distscore.core.engine.blocks import Batch
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Column, Options
from distscore.core.theory.losses import AnyLoss
from distscore.wire.describe.members import BatchMembers, ScoreMembers
from distscore.wire.describe.requests import SCORE_REQUESTS
from distscore.wire.errors.place import Place
from distscore.wire.read import options, rows, shapes
from distscore.wire.read.array import booleans, numbers
from distscore.wire.read.column import Deviation, Rules, SentColumn, Side, check, read
from distscore.wire.read.content import Content
from distscore.wire.read.excluded import exclude
from distscore.wire.read.groups import read_groups
from distscore.wire.read.limits import Limits
from distscore.wire.read.loss import loss_of
from distscore.wire.read.outputs import check_outputs
from distscore.wire.read.request import ParsedRequest, parse
from distscore.wire.read.weights import check_total, check_weights, read_positive_weight


@dataclass(frozen=True)
class ScoreBatch:
    """A valid request to POST /v1/score: its members, and the batch of the rows that count."""

    members: ScoreMembers
    batch: Batch
    content: Content
    deviations: list[Deviation]
    keys: Sequence[Key] = ()


def read_score(document: dict[str, Any], limits: Limits) -> ScoreBatch:
    """The batch of a document; raises InvalidRequest with all that is wrong, or a 413 if there is too much of it."""
    at = Place()
    request = parse(document, SCORE_REQUESTS, at)
    members = request.members
    check_outputs(members.outputs, members.reduction, at)
    read = read_one_loss(request, limits, at, may_be_weightless=set(members.outputs) == {"state"})
    return replace(read, keys=read_groups(members.groups, read.content.sent_row_count, at.child("groups")))


def read_one_loss(
    request: ParsedRequest[Any], limits: Limits, at: Place, may_be_weightless: bool = False
) -> ScoreBatch:
    """The batch of a request for one loss; raises InvalidRequest, or a 413 if there is too much of it."""
    members = request.members
    loss = loss_of(request, members.loss, members.loss_parameters, at)
    losses = [] if loss is None else [loss]
    content = read_content(request, losses, limits, at, may_be_weightless)
    deviations = check_content(request, losses, content, at)
    assert loss is not None
    batch = batch_of(request, content, loss, members.reduction)
    check_total(batch, at, may_be_weightless)
    return ScoreBatch(members, batch, content, deviations)


def read_content(
    request: ParsedRequest[Any], losses: Sequence[AnyLoss], limits: Limits, at: Place, may_be_weightless: bool = False
) -> Content:
    """The numbers that count, of matching shapes; raises InvalidRequest, or a 413 if there are too many."""
    options.check_options(request, losses, at)
    options.check_activations(request, at)
    constants = options.constants_of(request, at)
    at.refuse(complete=False)
    targets = read_columns("targets", request.target_form.columns, request, at)
    predictions = read_columns("predictions", request.prediction_form.columns, request, at)
    return counted(request, targets, predictions, constants, limits, at, may_be_weightless)


def counted(
    request: ParsedRequest[Any],
    targets: list[SentColumn],
    predictions: list[SentColumn],
    constants: Mapping[str, float],
    limits: Limits,
    at: Place,
    may_be_weightless: bool = False,
) -> Content:
    """Columns with what stands beside them, of the rows that count; raises InvalidRequest, or a 413."""
    content = _read_options(request.members, targets, predictions, constants, at)
    at.refuse(complete=False)
    limits.check(content.columns)
    shapes.check_columns(content.columns, content.width)
    check_shapes(content, request.members.classes, at, may_be_weightless)
    at.refuse(complete=False)
    return exclude(content, request.members, request.family)


def read_columns(side: Side, columns: Sequence[Column], request: ParsedRequest[Any], at: Place) -> list[SentColumn]:
    """The columns of one side as arrays, without those that are none."""
    found, sent = [], request.targets if side == "targets" else request.predictions
    for column in columns:
        place, with_nulls = at.child(side, column.name), request.members.missing == "exclude"
        activation = request.activations.get(column.name) if side == "predictions" else None
        array = read(side, column, sent[column.name], place, with_nulls, activation)
        if array is not None:
            found.append(array)
    return found


def _read_options(
    members: BatchMembers,
    targets: list[SentColumn],
    predictions: list[SentColumn],
    constants: Mapping[str, float],
    at: Place,
) -> Content:
    """The columns with the arrays that may stand beside them."""
    weights, by_class, kept = members.sample_weights, members.class_weights, members.mask
    positive: Any = members.positive_weight
    return Content(
        targets,
        predictions,
        width=shapes.width_of([*targets, *predictions]),
        sample_weights=None if weights is None else numbers(weights, 1, at.child("sample_weights")),
        class_weights=None if by_class is None else numbers(by_class, 1, at.child("class_weights")),
        positive_weight=1.0 if positive == 1 else read_positive_weight(positive, at.child("positive_weight")),
        mask=None if kept is None else booleans(kept, 2, at.child("mask")),
        constants=constants,
    )


def check_shapes(content: Content, classes: Sequence[str], at: Place, may_be_weightless: bool) -> None:
    """What stands beside the columns: as many weights, mask entries and names as there are rows and classes."""
    positive = content.positive_weight
    if content.sample_weights is not None:
        check_weights(content.sample_weights, content.row_count, at.child("sample_weights"), may_be_weightless)
    if content.class_weights is not None:
        check_weights(content.class_weights, content.width, at.child("class_weights"))
    if isinstance(positive, np.ndarray) and len(positive) != content.width:
        detail = f"{len(positive)} weights, expected {content.width}"
        at.child("positive_weight").wrong("shape_mismatch", detail)
    if content.mask is not None:
        shapes.check_mask(content.mask, content.row_count, content.width, at.child("mask"))
    if classes:
        shapes.check_names(classes, content.width, at.child("classes"))


def check_content(
    request: ParsedRequest[Any], losses: Sequence[AnyLoss], content: Content, at: Place
) -> list[Deviation]:
    """Raises InvalidRequest if a number is outside its domain, or a row contradicts itself."""
    if not content.row_count:
        return []
    members, mask, form = request.members, content.mask, request.target_form
    needs_complements = members.normalization == "none" and any(loss.needs_complements for loss in losses)
    rules = Rules(content.width, mask, members.normalization, members.temperature, needs_complements)
    found = [check(sent, rules) for sent in content.columns]
    if form.counts_votes and mask is None:
        rows.check_votes(content.targets[0])
    at.refuse(complete=not form.requirement and mask is None)
    if form.requirement:
        rows.check_requirement(form, content.targets, content.constants)
    if [loss for loss in losses if loss.needs_distribution]:
        rows.check_distributions(form, content.targets)
    if mask is not None and request.family.exclusive:
        for sent in content.columns:
            rows.check_mass(sent, mask)
    at.refuse()
    return list(filter(None, found))


def batch_of(request: ParsedRequest[Any], content: Content, loss: AnyLoss, reduction: str) -> Batch:
    """The batch that the engine scores, with one loss."""
    members, mask = request.members, content.mask
    predictions = {sent.column.name: sent.values for sent in content.predictions}
    return Batch(
        family=request.family,
        target_form=request.target_form,
        prediction_form=request.prediction_form,
        loss=loss,
        targets={sent.column.name: sent.values for sent in content.targets},
        predictions=predictions,
        activations={name: ACTIVATIONS[request.activations.get(name, "identity")] for name in predictions},
        constants=content.constants,
        options=Options(
            width=content.width,
            class_weights=content.class_weights,
            positive_weight=content.positive_weight,
            mask=None if mask is None else mask.astype(np.float64),
            normalization=members.normalization,
            label_smoothing=members.label_smoothing,
            temperature=members.temperature,
            clip=members.clip,
        ),
        sample_weights=content.sample_weights,
        count_weighting=members.count_weighting,
        reduction=reduction,
        kept=content.kept,
    )
