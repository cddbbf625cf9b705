"""A request as JSON: arrays straight from their buffers."""

from typing import Any

import numpy as np
import orjson

from distscore.client.sending.arrays import NUMBERS
from distscore.client.sending.finite import refuse
from distscore.client.sending.request import Array, Request

NO_INFINITY = "JSON has no -Infinity; send probabilities, or a score alone with pyarrow installed, as an Arrow stream"


def write(request: Request) -> bytes:
    """The bytes of a request, NaN as null.

    float32 is widened first, so that its numbers are those of an Arrow stream to the bit: its shortest digits, read as
    a double, would be others. Raises InvalidInput for -Infinity, which JSON has not.
    """
    for path, values in request.rows.items():
        if path[-1] == "log_probabilities":
            refuse(path, np.isneginf(values), NO_INFINITY)
    rows = {path: _writable(values) for path, values in request.rows.items()}
    return orjson.dumps(request.document(rows), option=orjson.OPT_SERIALIZE_NUMPY)


def _writable(values: Array) -> Array | list[Any]:
    if values.dtype.kind not in NUMBERS:
        return list(values.tolist())
    return np.ascontiguousarray(values, np.float64 if values.dtype.kind == "f" else values.dtype.newbyteorder("="))
