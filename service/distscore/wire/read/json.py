"""JSON, strictly: no duplicate members, no NaN, nothing after the document."""

from collections.abc import Mapping
from typing import Any

import jiter
import orjson

from distscore.wire.errors.problems import InvalidRequest, Issue, MalformedJson, TooManyEntries

MEDIA_TYPE = "application/json"
SLACK = 10_000  # commas that need not stand between numbers


def read(body: bytes, entries: int) -> dict[str, Any]:
    """The members of the document; a body of more numbers than `entries` is refused before it is parsed."""
    if len(body) > entries and body.count(b",") > entries + SLACK:
        raise TooManyEntries(f"The batch has more than {entries} numbers; send it in parts.")
    try:
        document = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError as error:
        raise MalformedJson(f"The body is not valid JSON: {error}.") from None
    if not isinstance(document, dict):
        raise InvalidRequest([Issue("", "wrong_type", "expected an object")])
    return document


def write(rest: dict[str, Any], rows: Mapping[str, Any]) -> bytes:
    """The document, with per-row arrays under their dotted names; numbers that are not finite are null."""
    document = {}
    for name, values in rest.items():
        if name == "nonfinite":  # after the scalars, as people read
            document.update(_nested(rows))
        document[name] = values
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _nested(rows: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, values in rows.items():
        output, _, column = name.partition(".")
        if column:
            nested.setdefault(output, {})[column] = values
        else:
            nested[output] = values
    return nested
