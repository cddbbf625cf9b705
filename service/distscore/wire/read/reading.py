"""The targets of a request for advice as one family reads them, beside predictions that were sent or placeholders."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from distscore.advice.reading import form_of
from distscore.core.diagnostics.likelihood import middle
from distscore.core.losses import losses_of
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.wire.describe.requests import SCORE_REQUESTS
from distscore.wire.errors.place import Place
from distscore.wire.read.advise import Question
from distscore.wire.read.array import Numbers, row_sums
from distscore.wire.read.batch import ScoreBatch, batch_of, check_content, check_shapes, read_score
from distscore.wire.read.column import TOLERANCE, SentColumn
from distscore.wire.read.content import Content
from distscore.wire.read.excluded import exclude
from distscore.wire.read.form import names
from distscore.wire.read.limits import Limits
from distscore.wire.read.loss import loss_of
from distscore.wire.read.options import check_options, constants_of
from distscore.wire.read.request import ParsedRequest, dumped, validated
from distscore.wire.read.shapes import check_columns, width_of
from distscore.wire.read.weights import check_total

EVENTS = {"lam": "probabilities", "probabilities": "lam"}  # a prediction of one number in [0, 1]


@dataclass(frozen=True)
class TargetsRead:
    """The targets as a family reads them, beside a placeholder in a form without constants, if there is one."""

    request: dict[str, Any]  # members of /v1/score with all rows, but for the predictions
    batch: ScoreBatch


def read_targets(question: Question, family: Family, loss: str) -> TargetsRead:
    """Raises InvalidRequest where the family does not have such targets."""
    form = form_of(family, question.targets)
    if form is None:
        at = Place(("targets",))
        at.wrong("wrong_form", f"{family.name} has no such targets")
        at.refuse()
    assert form is not None
    predicted = next((each for each in family.predictions if not each.constants), family.predictions[0])
    request = {"family": family.name, "loss": loss, **_options(question, form), "targets": _targets(question, form)}
    if predicted.constants:
        request["family_parameters"] = _suited(question, family, predicted)
    return TargetsRead(request, _beside_placeholder(question, request, family, form, predicted))


def read_predictions(question: Question, read: TargetsRead, limits: Limits) -> ScoreBatch | None:
    """The targets beside the predictions that were sent, None if the family has no such form.

    Raises InvalidRequest where they are wrong, or a 413.
    """
    predictions = predictions_of(question, read.batch.batch.family)
    if not predictions:
        return None
    members = {name: value for name, value in read.request.items() if name != "family_parameters"}
    return read_score({**members, "predictions": predictions, "outputs": ["value"]}, limits)


def predictions_of(question: Question, family: Family) -> dict[str, Any]:
    """The prediction columns as they came, if the family has a form of them that needs no constant; else none."""
    for renamed in ({}, EVENTS):
        sent = {renamed.get(name, name): values for name, values in question.predictions.items()}
        if any(names(form) == sent.keys() and is_complete(form) for form in family.predictions):
            return sent
    return {}


def is_complete(form: PredictionForm) -> bool:
    """Whether a prediction form needs no more than its columns."""
    return all(constant.default is not None for constant in form.constants)


def _suited(question: Question, family: Family, form: PredictionForm) -> dict[str, float]:
    """Constants of a form that suit the targets, as far as the family can tell."""
    suited = family.estimate(question.counted, np.ones(len(next(iter(question.counted.values()))))).parameters
    return {constant.name: float(suited[constant.name]) for constant in form.constants if constant.name in suited}


def _targets(question: Question, form: TargetForm) -> dict[str, Any]:
    """The target columns as they came, under the names of the form."""
    sent = _sent(question, form)
    return {name: question.members.targets[column.column.name] for name, column in sent.items()}


def _sent(question: Question, form: TargetForm) -> dict[str, SentColumn]:
    """The target columns of a form: under their own names, or numbers in [0, 1] under another."""
    if names(form) == question.targets.keys():
        return dict(question.targets)
    return dict(zip(names(form), question.targets.values(), strict=True))


def _options(question: Question, form: TargetForm) -> dict[str, Any]:
    """The options that were sent; shares that do not sum to 1 are divided by their sum if nothing was said of that."""
    shares = any(column.sums_to_one for column in form.columns)
    if not shares or question.members.normalization is not None:
        return question.options
    (values,) = question.counted.values()
    whole = values if question.mask is None else values[question.mask[question.counts].all(axis=1)]
    away = np.abs(row_sums(whole) - 1) > TOLERANCE
    return {**question.options, **({"normalization": "rescale"} if away.any() else {})}


def _beside_placeholder(
    question: Question, members: dict[str, Any], family: Family, form: TargetForm, predicted: PredictionForm
) -> ScoreBatch:
    """The targets beside the middle of its support for every predicted number."""
    at = Place()
    read = validated({**members, "targets": {}, "predictions": {}}, SCORE_REQUESTS[family.name], at)
    at.refuse(complete=False)
    assert read is not None
    request = ParsedRequest(read, family, form, predicted, members["targets"], {}, {}, dumped(read.family_parameters))
    check_options(request, [losses_of(family)[read.loss]()], at)
    at.refuse(complete=False)
    loss = loss_of(request, read.loss, None, at)
    at.refuse(complete=False)
    assert loss is not None
    content = _content(question, request, at)
    deviations = check_content(request, [loss], content, at)
    batch = batch_of(request, content, loss, "mean")
    check_total(batch, at)
    return ScoreBatch(read, batch, content, deviations, [])


def _content(question: Question, request: ParsedRequest[Any], at: Place) -> Content:
    """The numbers that count; raises InvalidRequest where their shapes do not fit."""
    sent = _sent(question, request.target_form)
    targets = [
        replace(sent[column.name], column=column, at=at.child("targets", sent[column.name].column.name))
        for column in request.target_form.columns
    ]
    predictions = [
        SentColumn("predictions", column, _placeholder(column, question), at.child("predictions", column.name))
        for column in request.prediction_form.columns
    ]
    width = width_of([*targets, *predictions])
    constants = constants_of(request, at)
    content = Content(targets, predictions, width, None, None, 1.0, question.mask, constants)
    check_columns(content.targets, width)
    check_shapes(content, request.members.classes, at, may_be_weightless=False)
    at.refuse(complete=False)
    return exclude(content, request.members, request.family)


def _placeholder(column: Column, question: Question) -> Numbers:
    """The same numbers in every row, (rows,) or (rows, width)."""
    inside = np.array([middle(support) for support in column.entry_supports.values() or [column.support]], np.float64)
    if column.rank == 1:
        return np.full(question.row_count, inside[0])
    return np.full((question.row_count, len(column.entry_supports) or question.width), inside)
