"""JSON: by the strict reader, or above a size straight into arrays where the quick one can vouch for the document."""

from typing import Any

import jiter

from distscore.wire.errors.problems import InvalidRequest, Issue, MalformedJson, TooManyEntries
from distscore.wire.errors.syntax import explained
from distscore.wire.read import json_arrays
from distscore.wire.read.document import Buffer, Document
from distscore.wire.read.json_arrays import occurrences
from distscore.wire.read.limits import Limits

MEDIA_TYPE = "application/json"
OTHER_COMMAS = 10_000  # that need not stand between numbers
QUICK_BYTES = 16_384  # up to this size lists cost no more than arrays


def read(body: Buffer, limits: Limits) -> Document:
    """The members of the document; a body of more numbers than there may be is refused before it is parsed."""
    if len(body) > limits.entries and occurrences(body, b",") > limits.entries + OTHER_COMMAS:
        raise TooManyEntries(f"The batch has more than {limits.entries} numbers; send it in parts.")
    document = json_arrays.read(body) if len(body) > QUICK_BYTES else None
    return read_strictly(body) if document is None else document


def read_strictly(body: Buffer) -> Document:
    """The members of the document, its arrays as lists.

    No duplicate members, no NaN, nothing beyond the doubles or after the document: what is wrong is told with its line
    and column.
    """
    body = bytes(body)
    try:
        document: Any = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError as error:
        raise MalformedJson(f"The body is not valid JSON: {explained(body, error)}") from None
    if not isinstance(document, dict):
        raise InvalidRequest([Issue("", "wrong_type", "expected an object")])
    return document
