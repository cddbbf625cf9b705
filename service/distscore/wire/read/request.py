"""From a document to a validated request: the family, its forms, then the model of that family."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from distscore.core.families import FAMILIES
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.wire.describe.requests import Options
from distscore.wire.errors.findings import Findings, shown
from distscore.wire.read import forms

REQUIRED = ("family", "targets", "predictions")

Model = TypeVar("Model", bound=Options)

CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_member",
    "literal_error": "unknown_name",
    "finite_number": "not_finite",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_too_long": "out_of_range",
}

SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
KINDS = {
    "float_type": "a number",
    "string_type": "a string",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
}


@dataclass(frozen=True)
class Read(Generic[Model]):
    """A request whose members have the right types; columns are still as they came."""

    request: Model
    family: Family
    target_form: TargetForm
    prediction_form: PredictionForm


def read(document: dict[str, Any], models: Mapping[str, type[Model]]) -> Read[Model]:
    """Raises InvalidRequest with all that is wrong with the members."""
    findings = Findings()
    family = _family(document, findings)
    for name in REQUIRED:
        if name not in document:
            findings.add((name,), "missing", "this member is required")
        elif name != "family" and not isinstance(document[name], dict):
            findings.add((name,), "wrong_type", f"expected an object, got {shown(document[name])}")
    findings.raise_any(complete=False)
    assert family is not None
    target_form = forms.choose(family.targets, document["targets"], ("targets",), findings)
    prediction_form = forms.choose(family.predictions, document["predictions"], ("predictions",), findings)
    given = {name: value for name, value in document.items() if not _absent(value) or name in REQUIRED}
    for name in ("family_parameters", "loss_parameters", "activations"):
        if isinstance(given.get(name), dict):
            given[name] = {key: value for key, value in given[name].items() if not _absent(value)}
    for side, form in (("targets", target_form), ("predictions", prediction_form)):
        columns = document[side] if form is None else {name: document[side][name] for name in forms.names(form)}
        given[side] = {} if form is None else columns
    try:
        request = models[family.name].model_validate(given)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _add(details, findings)
    findings.raise_any(complete=False)
    assert target_form is not None
    assert prediction_form is not None
    return Read(request, family, target_form, prediction_form)


def _family(document: dict[str, Any], findings: Findings) -> Family | None:
    name = document.get("family")
    if isinstance(name, str) and name in FAMILIES:
        return FAMILIES[name]
    if "family" in document:
        known = isinstance(name, str)
        says = f"there are: {', '.join(FAMILIES)}" if known else f"expected a string, got {shown(name)}"
        findings.add(("family",), "unknown_name" if known else "wrong_type", says)
    return None


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, list | dict) and not value)


def _add(details: ErrorDetails, findings: Findings) -> None:
    """An error of the model in our words."""
    kind, value = details["type"], details["input"]
    code = CODES.get(kind, "wrong_type")
    if kind == "literal_error" and not isinstance(value, str):
        code = "wrong_type"
    if kind == "float_type" and isinstance(value, int) and not isinstance(value, bool):
        code = "not_finite"
    boxed = isinstance(value, list) and len(value) == 1 and code == "wrong_type"
    findings.add(details["loc"], code, _says(details, code), "a list of one: unbox it" if boxed else None)


def _says(details: ErrorDetails, code: str) -> str:
    value, bounds = details["input"], details.get("ctx", {})
    if code == "missing":
        return "this member is required"
    if code == "unknown_member":
        return "this member is not known here"
    if code == "unknown_name":
        return f"must be {bounds['expected']}"
    if code == "not_finite":
        return "not a finite double"
    if "max_length" in bounds:
        return f"longer than {bounds['max_length']} characters"
    if code == "out_of_range":
        return " and ".join(f"{shown(value)} is not {SIGNS[name]} {bound:g}" for name, bound in bounds.items())
    return f"expected {KINDS.get(details['type'], 'one of ' + str(bounds.get('expected')))}, got {shown(value)}"
