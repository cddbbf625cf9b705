"""JSON, strictly: no duplicate members, no NaN, nothing after the document."""

from typing import Any

import jiter

from distscore.wire.errors.problems import InvalidRequest, Issue, MalformedJson, TooManyEntries
from distscore.wire.errors.syntax import explained

MEDIA_TYPE = "application/json"
OTHER_COMMAS = 10_000  # that need not stand between numbers


def read(body: bytes, entries: int) -> dict[str, Any]:
    """The members of the document; a body of more numbers than `entries` is refused before it is parsed."""
    if len(body) > entries and body.count(b",") > entries + OTHER_COMMAS:
        raise TooManyEntries(f"The batch has more than {entries} numbers; send it in parts.")
    try:
        document = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError as error:
        raise MalformedJson(f"The body is not valid JSON: {explained(body, error)}") from None
    if not isinstance(document, dict):
        raise InvalidRequest([Issue("", "wrong_type", "expected an object")])
    return document
