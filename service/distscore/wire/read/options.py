"""Which options, losses and outputs a request may ask for: what is not defined is refused, never ignored."""

from collections.abc import Mapping
from typing import Any

from distscore.core.losses import LOSSES, losses_of
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.core.theory.losses import AnyLoss, reason_unavailable
from distscore.wire.describe.requests import ROW_OUTPUTS, SUMMARY_OUTPUTS, Options
from distscore.wire.errors.findings import Findings, Path
from distscore.wire.read.request import Read

OUTPUTS = (*ROW_OUTPUTS, *SUMMARY_OUTPUTS)


def loss_of(
    read: Read[Any], name: str, parameters: Any, path: Path, parameters_path: Path, findings: Findings
) -> AnyLoss | None:
    """The loss with its parameters, or None after saying why the batch does not have it."""
    family, losses = read.family, losses_of(read.family)
    if name not in losses:
        everywhere = sorted({loss.name for loss in LOSSES})
        code = "not_available" if name in everywhere else "unknown_name"
        findings.add(path, code, f"losses of {family.name}: {', '.join(losses)}")
        return None
    loss = losses[name]
    why = reason_unavailable(family, read.target_form, loss)
    if why is not None:
        findings.add(path, "not_available", f"{name} is not available here: {why}")
        return None
    return _with_parameters(loss, parameters, parameters_path, findings)


def _with_parameters(loss: type[AnyLoss], sent: Any, path: Path, findings: Findings) -> AnyLoss | None:
    given: dict[str, float] = {} if sent is None else sent.model_dump(exclude_none=True)
    for name, value in given.items():
        lowest = loss.lowest.get(name)
        if name not in loss.parameters:
            findings.add((*path, name), "not_available", f"{loss.name} has no {name}")
        elif lowest is not None and value < lowest:
            findings.add((*path, name), "out_of_range", f"{value:g} is not >= {lowest:g}")
    known = {name: value for name, value in given.items() if name in loss.parameters}
    return loss(**known) if known == given else None


def constants_of(read: Read[Any], findings: Findings) -> dict[str, float]:
    """The constants of the prediction form."""
    sent: dict[str, float] = {}
    if read.request.family_parameters is not None:
        sent = read.request.family_parameters.model_dump(exclude_none=True)
    known = {constant.name: constant for constant in read.prediction_form.constants}
    for name in sent.keys() - known.keys():
        findings.add(("family_parameters", name), "unknown_member", "the predictions were sent in a form without it")
    for name, constant in known.items():
        if name not in sent and constant.default is None:
            findings.add(
                ("family_parameters", name), "missing", f"needed with these predictions: {constant.description}"
            )
    return {name: sent.get(name, constant.default) for name, constant in known.items()}  # type: ignore[misc]


def activations(read: Read[Any], findings: Findings) -> None:
    """Activations name columns that were sent, and ones whose range fits them."""
    columns = {column.name: column for column in read.prediction_form.columns}
    every = {name for form in read.family.predictions for column in form.columns for name in column.support.activations}
    for name, activation in read.request.activations.items():
        path = ("activations", name)
        if name not in columns:
            findings.add(path, "unknown_member", f"columns of these predictions: {', '.join(columns)}")
        elif activation not in {"identity", "exp", "softplus", "sigmoid"} | every:
            findings.add(path, "unknown_name", "there are: identity, exp, softplus, sigmoid")
        elif activation not in columns[name].activations:
            legal = ", ".join(columns[name].activations)
            findings.add(path, "activation_not_legal", f"{name} may have: {legal}")


def outputs(request: Any, findings: Findings, diagnostics: Mapping[str, Any]) -> None:
    """Outputs have known names."""
    for at, name in enumerate(request.outputs):
        group, _, member = name.partition(".")
        if name not in OUTPUTS and not (group == "diagnostics" and member in diagnostics):
            names = [*OUTPUTS, *(f"diagnostics.{known}" for known in diagnostics)]
            findings.add(("outputs", at), "unknown_name", f"there are: {', '.join(names)}")


def options(read: Read[Any], losses: list[AnyLoss], findings: Findings) -> None:
    """Options that these forms, this family and these losses have."""
    request: Options = read.request
    family = read.family
    columns: list[Column] = [*read.target_form.columns, *read.prediction_form.columns]
    predicted = {column.name for column in read.prediction_form.columns}
    wide = any(column.width in ("classes", "labels") for column in columns)
    _need(request.mask is None or "mask" in family.options, "mask", family, findings)
    smooth = request.label_smoothing == 0 or "label_smoothing" in family.options
    _need(smooth, "label_smoothing", family, findings)
    clips = request.clip == 0 or ("clip" in family.options and "probabilities" in predicted)
    _need(clips, "clip", family, findings, "predicted probabilities of class families have it")
    cold = request.temperature == 1 or any(column.name == "logits" for column in columns)
    _need(cold, "temperature", family, findings, "it needs a column of logits")
    sums = request.normalization == "strict" or any(column.sums_to_one for column in columns)
    _need(sums, "normalization", family, findings, "no column here is a row of probabilities")
    votes = request.count_weighting == "votes" or read.target_form.counts_votes
    _need(votes, "count_weighting", family, findings, "it needs targets that are counts")
    _need(not request.classes or wide, "classes", family, findings, "rows of this family have no classes or labels")
    if request.class_weights is not None:
        _need("class_weights" in family.options, "class_weights", family, findings)
    for loss in losses:
        if request.positive_weight != 1:
            fine = "positive_weight" in family.options and "positive_weight" in loss.options
            _need(fine, "positive_weight", family, findings, "cross_entropy of bernoulli and multilabel has it")
        weighs = family.kind == "labels" or "class_weights" in loss.options
        if request.class_weights is not None and "class_weights" in family.options:
            _need(weighs, "class_weights", family, findings, f"{loss.name} does not have them")
    if len(set(request.classes)) < len(request.classes):
        seen: set[str] = set()
        for at, name in enumerate(request.classes):
            if name in seen:
                findings.add(("classes", at), "duplicate_name", "class names are distinct")
            seen.add(name)


def _need(fine: bool, option: str, family: Family, findings: Findings, why: str = "") -> None:
    if not fine:
        findings.add((option,), "not_available", why or f"{family.name} does not have this option")
