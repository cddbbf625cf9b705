"""What Pydantic says of the members of a request, in the codes and words of the service."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from distscore.wire.errors.place import Place, shown

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


def note(error: ValidationError, at: Place) -> None:
    """Note every error of a model that was read from the document at a place."""
    for details in error.errors(include_url=False):
        code = _code(details)
        boxed = isinstance(details["input"], list) and len(details["input"]) == 1 and code == "wrong_type"
        hint = "a list of one: unbox it" if boxed else None
        at.child(*details["loc"]).wrong(code, _detail(details, code), hint)


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
