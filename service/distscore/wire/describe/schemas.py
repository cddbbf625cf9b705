"""JSON schemas as client generators like them: nothing nullable, no default of null, one rank per column."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from distscore.core.theory.columns import Column
from distscore.core.theory.supports import Support

REFERENCE = "#/components/schemas/{model}"
DOUBLE: dict[str, Any] = {"type": "number", "format": "double"}
INTEGER: dict[str, Any] = {"type": "integer", "format": "int64"}
STRING: dict[str, Any] = {"type": "string"}
NULL: dict[str, Any] = {"type": "null"}


class CleanSchema(GenerateJsonSchema):
    """Leaves out null where a member is absent instead and titles that repeat a name; numbers have 64 bits."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is not None:
            return super().default_schema(schema)
        inner = schema["schema"]
        if inner["type"] == "nullable" and inner["schema"]["type"] != "float":
            return self.generate_inner(inner["schema"])  # absent rather than null
        return self.generate_inner(inner)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return {**super().float_schema(schema), "format": "double"}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        return {**super().int_schema(schema), "format": "int64"}

    def union_schema(self, schema: core_schema.UnionSchema) -> JsonSchemaValue:
        return {"oneOf": super().union_schema(schema)["anyOf"]}  # of types that no value shares


def components(models: list[type[BaseModel]], mode: JsonSchemaMode) -> dict[str, Any]:
    """The component schemas of some models and all that they refer to."""
    inputs: Any = [(model, mode) for model in models]
    _, schema = models_json_schema(inputs, ref_template=REFERENCE, schema_generator=CleanSchema)
    definitions: dict[str, Any] = schema.get("$defs", {})
    _say_defaults(definitions)
    return definitions


def _say_defaults(node: Any) -> None:
    """Defaults in words: generators take a member that has one for a member that is always there."""
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _say_defaults(part)
    if isinstance(node, dict) and node.keys() & {"type", "anyOf"} and "default" in node:
        default = node.pop("default")
        if default:
            said = ", ".join(default) if isinstance(default, list) else default
            node["description"] = f"{node.get('description', '')} Default: {said}.".strip()


def reference(model: str) -> dict[str, Any]:
    """A reference to a component schema."""
    return {"$ref": REFERENCE.format(model=model)}


def choices(names: Sequence[str]) -> dict[str, Any]:
    """A list of some of these names."""
    return {"type": "array", "items": {"type": "string", "enum": list(names)}}


def array_of(item: dict[str, Any], rank: int) -> dict[str, Any]:
    """Lists of `item`, nested as deep as the rank."""
    for _ in range(rank):
        item = {"type": "array", "items": item, "minItems": 1}
    return item


def bounded(support: Support) -> dict[str, Any]:
    """A double within a support that is bounded below."""
    return {**DOUBLE, "minimum" if support.low_included else "exclusiveMinimum": support.low}


def column(described: Column, raw: bool) -> dict[str, Any]:
    """A column of numbers, and of nulls where a value is missing; a prediction column is sent raw.

    Its domain is said in words: what is excluded need not lie in it.
    """
    item: dict[str, Any] = {"anyOf": [INTEGER if described.support.integer else DOUBLE, NULL]}
    if described.rank == 2:
        item = {"anyOf": [array_of(item, 1), NULL]}
    return {**array_of(item, 1), "description": _in_words(described, raw)}


def _in_words(described: Column, raw: bool) -> str:
    shape = "[n]" if described.rank == 1 else f"[n, {described.axis}]"
    domain = "; ".join(f"{name} in {support.interval}" for name, support in described.entry_supports.items())
    domain = domain or f"in {described.support.interval}"
    after = ", after its activation" if raw and len(described.activations) > 1 else ""
    return f"{shape}: {described.description}; {domain}{after}."
