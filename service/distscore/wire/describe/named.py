"""Schemas that are components of their own for the sake of generated clients.

A client checks an enumeration that has a name, and so tells the members of a union apart by their `family`; a constant
that stands inside a model it takes for any string. What has a name is one type, not another one in each place.
"""

from collections.abc import Sequence
from typing import Any, get_args

from distscore.core.conventions.convention import Library
from distscore.core.families import FAMILIES
from distscore.core.theory.activations import ACTIVATIONS
from distscore.wire.describe import schemas
from distscore.wire.describe.members import IDENTIFIER, PER_LABEL, CountWeighting, Missing, Reduction
from distscore.wire.describe.outputs import OUTPUTS
from distscore.wire.describe.requests import title_of


def _enumeration(values: Sequence[str], description: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values), "description": description}


# No value stands in two enumerations: some clients have one constant for each, and none for those that stand inside.
NAMED: dict[str, dict[str, Any]] = {
    **{f"{title_of(name)}Family": _enumeration([name], f"The family {name}.") for name in FAMILIES},
    "Activation": _enumeration(list(ACTIVATIONS), "What makes a parameter of a raw number."),
    "CountWeighting": _enumeration(get_args(CountWeighting), "How much a row of counts weighs."),
    "Library": _enumeration(get_args(Library), "A library whose conventions are known."),
    "Missing": _enumeration(get_args(Missing), "What to do about a null."),
    "Output": _enumeration(OUTPUTS, "Something that a score can answer."),
    "Reduction": _enumeration(get_args(Reduction), "What becomes of the losses of the rows."),
    "Identifier": {**IDENTIFIER, "description": "What tells rows apart: a name or a number."},
    "PerLabel": {**PER_LABEL, "description": "One number for all labels, or one for each."},
}
VALUES = {name: schema.get("enum") or schema["oneOf"] for name, schema in NAMED.items()}


def with_names(components: dict[str, Any]) -> dict[str, Any]:
    """All components, and in place of each schema that has a name a reference to it."""
    return {**{name: _referring(schema) for name, schema in components.items()}, **NAMED}


def _referring(node: Any) -> Any:
    if isinstance(node, list):
        return [_referring(part) for part in node]
    if not isinstance(node, dict):
        return node
    values = [node["const"]] if "const" in node else node.get("enum") or node.get("oneOf")
    name = next((name for name, known in VALUES.items() if known == values), None)
    if name is None:
        return {member: _referring(part) for member, part in node.items()}
    return schemas.reference(name) | {member: node[member] for member in ("description",) if member in node}
