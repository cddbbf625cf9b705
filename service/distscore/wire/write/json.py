"""An answer as JSON: arrays straight from their buffers, numbers that are not finite as null."""

from typing import Any

import orjson

from distscore.wire.write.answer import Answer, RowArrays


def write(answer: Answer) -> bytes:
    """The bytes of an answer: its members in order, arrays of columns as objects inside their output."""
    document: dict[str, Any] = {}
    for name, value in answer.members.items():
        if name == "nonfinite":  # after the scalars, as people read
            document |= _nested(answer.rows)
        document[name] = value
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _nested(rows: RowArrays) -> dict[str, Any]:
    """The arrays of an output that has one per column as an object."""
    nested: dict[str, Any] = {}
    for name, values in rows.items():
        output, _, column = name.partition(".")
        if column:
            nested.setdefault(output, {})[column] = values
        else:
            nested[output] = values
    return nested
