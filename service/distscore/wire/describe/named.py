"""Schemas that are components of their own for the sake of generated clients.

A client checks an enumeration that has a name, and so tells the members of a union apart by their `family`; a constant
that stands inside a model it takes for any string. A union that has a name is one type, not another one in each place.
"""

from typing import Any

from distscore.core.families import FAMILIES
from distscore.wire.describe import schemas
from distscore.wire.describe.members import IDENTIFIER, PER_LABEL
from distscore.wire.describe.requests import title_of

CONSTANTS = {
    f"{title_of(name)}Family": {"type": "string", "enum": [name], "description": f"The family {name}."}
    for name in FAMILIES
}
NAMED: dict[str, dict[str, Any]] = {
    **CONSTANTS,
    "Identifier": {**IDENTIFIER, "description": "What tells rows apart: a name or a number."},
    "PerLabel": {**PER_LABEL, "description": "One number for all labels, or one for each."},
}


def with_names(components: dict[str, Any]) -> dict[str, Any]:
    """All components, and in place of each schema that has a name a reference to it."""
    return {**{name: _referring(schema) for name, schema in components.items()}, **NAMED}


def _referring(node: Any) -> Any:
    if isinstance(node, list):
        return [_referring(part) for part in node]
    if not isinstance(node, dict):
        return node
    name = _name_of(node)
    if name is None:
        return {member: _referring(part) for member, part in node.items()}
    return schemas.reference(name) | {member: node[member] for member in ("description",) if member in node}


def _name_of(node: dict[str, Any]) -> str | None:
    """The name of the component that says the same as a schema, whatever it stands for."""
    if isinstance(node.get("const"), str):
        return f"{title_of(node['const'])}Family"
    union = node.get("oneOf")
    return next((name for name, named in NAMED.items() if union and named.get("oneOf") == union), None)
