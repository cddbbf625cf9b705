"""The schema of Vega-Lite as a validator, and every part of a specification with its path."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import files
from typing import Any
from urllib.parse import quote

import jsonschema_rs

SCHEMA = "altair/vegalite/v6/schema/vega-lite-schema.json"


def _quoted(node: dict[str, Any]) -> dict[str, Any]:
    """References as RFC 3986 wants them: names of definitions have angle brackets."""
    reference = node.get("$ref")
    return {**node, "$ref": quote(reference, safe="#/")} if isinstance(reference, str) else node


@cache
def validator() -> Any:
    """What checks a specification against the schema of Vega-Lite, which Altair ships."""
    (path,) = (each for each in files("altair") or () if str(each) == SCHEMA)
    return jsonschema_rs.validator_for(json.loads(path.read_text(), object_hook=_quoted))


def walk(node: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every part of a document with its path."""
    yield path, node
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield from walk(part, *path, name)
