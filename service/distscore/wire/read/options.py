"""Which options a request may have: what its family, its forms or its losses do not have is refused, never ignored.

An option is looked at only where it was sent. Each has a rule: why the request may not have it, or None.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Column
from distscore.core.theory.losses import AnyLoss
from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place
from distscore.wire.read.form import listed as forms_listed
from distscore.wire.read.request import ParsedRequest

Request = ParsedRequest[Any]


def check_options(request: Request, losses: Sequence[AnyLoss], at: Place) -> None:
    """Note every option that the request, or one of its losses, does not have."""
    for option, rule in RULES.items():
        if option not in request.members.model_fields_set:
            continue
        reason = next(filter(None, (rule(request, loss) for loss in losses)), None)
        if reason is not None:
            at.child(option).wrong("not_available", reason)


def _columns(request: Request) -> tuple[Column, ...]:
    return (*request.target_form.columns, *request.prediction_form.columns)


def _of_family(option: str, request: Request) -> str | None:
    return None if option in request.family.options else f"{request.family.name} does not have this option"


def _mask(request: Request, _: AnyLoss) -> str | None:
    return _of_family("mask", request)


def _label_smoothing(request: Request, _: AnyLoss) -> str | None:
    return _of_family("label_smoothing", request) if request.members.label_smoothing else None


def _clip(request: Request, _: AnyLoss) -> str | None:
    has = "clip" in request.family.options and "probabilities" in request.predictions
    return None if has else "predicted probabilities of class families have it"


def _temperature(request: Request, _: AnyLoss) -> str | None:
    has = request.members.temperature == 1 or any(column.name == "logits" for column in _columns(request))
    return None if has else "it needs a column of logits"


def _normalization(request: Request, _: AnyLoss) -> str | None:
    has = request.members.normalization == "strict" or any(column.sums_to_one for column in _columns(request))
    return None if has else "no column here is a row of probabilities"


def _count_weighting(request: Request, _: AnyLoss) -> str | None:
    has = request.members.count_weighting == "votes" or request.target_form.counts_votes
    return None if has else "it needs targets that are counts"


def _classes(request: Request, _: AnyLoss) -> str | None:
    has = any(column.has_entries for column in _columns(request))
    return None if has else "rows of this family have no classes or labels"


def _class_weights(request: Request, loss: AnyLoss) -> str | None:
    if request.family.kind == "labels" or "class_weights" in loss.options:
        return _of_family("class_weights", request)
    return _of_family("class_weights", request) or f"{loss.name} does not have them"


def _positive_weight(request: Request, loss: AnyLoss) -> str | None:
    has = "positive_weight" in request.family.options and "positive_weight" in loss.options
    has = has or request.members.positive_weight == 1
    return None if has else "cross_entropy of bernoulli and multilabel has it"


def _ignore_label(request: Request, _: AnyLoss) -> str | None:
    has = any(column.support.integer for column in request.target_form.columns)
    return None if has else "it needs targets that are labels"


RULES: Mapping[str, Callable[[Request, AnyLoss], str | None]] = {
    "mask": _mask,
    "label_smoothing": _label_smoothing,
    "clip": _clip,
    "temperature": _temperature,
    "normalization": _normalization,
    "count_weighting": _count_weighting,
    "classes": _classes,
    "ignore_label": _ignore_label,
    "class_weights": _class_weights,
    "positive_weight": _positive_weight,
}


def check_activations(request: Request, at: Place) -> None:
    """Note activations of columns that were not sent, and ones whose range is not inside the column's support."""
    columns = {column.name: column for column in request.prediction_form.columns} if request.activations else {}
    for name, activation in request.activations.items():
        place = at.child("activations", name)
        if name not in columns:
            place.wrong(
                "unknown_member",
                f"columns of these predictions: {listed(columns)}",
                partial(did_you_mean, name, columns),
            )
        elif activation not in ACTIVATIONS:
            hint = partial(did_you_mean, activation, columns[name].activations)
            place.wrong("unknown_name", f"there are: {listed(ACTIVATIONS)}", hint)
        elif activation not in columns[name].activations:
            place.wrong("activation_not_legal", f"{name} may have: {', '.join(columns[name].activations)}")


def constants_of(request: Request, at: Place) -> dict[str, float]:
    """The constants of the prediction form, sent or by default; notes what is missing, and what has no place."""
    sent = request.constants
    if not sent and not request.prediction_form.constants:
        return {}
    known = {constant.name: constant.default for constant in request.prediction_form.constants}
    for name in [name for name in sent if name not in known]:
        forms = [form for form in request.family.predictions if name in {constant.name for constant in form.constants}]
        detail = f"these predictions do not have it; it belongs to those sent as {forms_listed(forms)}"
        at.child("family_parameters", name).wrong("unknown_member", detail)
    constants = {name: default for name, default in {**known, **sent}.items() if default is not None}
    for constant in request.prediction_form.constants:
        if constant.name not in constants:
            detail = f"needed with these predictions: {constant.description}"
            at.child("family_parameters", constant.name).wrong("missing", detail)
    return constants
