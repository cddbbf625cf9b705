"""What Pydantic says of the members of a request, in the codes and words of the service."""

from functools import partial
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from distscore.wire.errors.names import did_you_mean, of_request
from distscore.wire.errors.place import Hint, Place, shown

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
    "int_type": "an integer",
    "int_from_float": "an integer",
    "string_type": "a string",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
}


def note(error: ValidationError, model: type[BaseModel], at: Place) -> None:
    """Note every error of a model that was read from the document at a place."""
    for details in error.errors(include_url=False):
        code = _code(details)
        at.child(*details["loc"]).wrong(code, _detail(details, code), _hint(details, code, model))


def _hint(details: ErrorDetails, code: str, model: type[BaseModel]) -> Hint:
    """What was meant: the nearest name, or the entry of a list of one."""
    location, sent = details["loc"], details["input"]
    if code == "unknown_member":
        near = of_request if len(location) == 1 else did_you_mean
        return partial(near, str(location[-1]), _model_at(location, model).model_fields)
    if code == "unknown_name":
        annotation = _model_at(location, model).model_fields[str(location[-1])].annotation
        return partial(did_you_mean, sent, _literals(annotation))
    if code == "wrong_type" and isinstance(sent, list) and len(sent) == 1:
        return "a list of one: unbox it"
    return None


def _literals(annotation: Any) -> list[str]:
    """The strings that a Literal allows, or that of an optional member."""
    parts = get_args(annotation)
    return [part for part in parts if isinstance(part, str)] or [name for part in parts for name in get_args(part)]


def _model_at(location: tuple[int | str, ...], model: type[BaseModel]) -> type[BaseModel]:
    """The model of the object in which a member stands."""
    inside: Any = model
    for step in location[:-1]:
        inside = get_args(inside)[0] if isinstance(step, int) else inside.model_fields[step].annotation
    found: type[BaseModel] = inside
    return found


def _code(details: ErrorDetails) -> str:
    kind, value = details["type"], details["input"]
    if kind == "literal_error" and not isinstance(value, str):
        return "wrong_type"
    if kind == "float_type" and isinstance(value, int) and not isinstance(value, bool):
        return "not_finite"  # an integer beyond the doubles
    return CODES.get(kind, "wrong_type")


def _detail(details: ErrorDetails, code: str) -> str:
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
