"""A request as JSON: arrays straight from their buffers."""

from typing import Any

import numpy as np
import orjson

from distscore.client.sending.request import Array, Request


def write(request: Request) -> bytes:
    """The bytes of a request; float32 is widened first, so that its numbers are those of an Arrow stream to the bit."""
    rows = {path: _writable(values) for path, values in request.rows.items()}
    return orjson.dumps(request.document(rows), option=orjson.OPT_SERIALIZE_NUMPY)


def _writable(values: Array | list[Any]) -> Array | list[Any]:
    if not isinstance(values, np.ndarray):
        return values
    if values.dtype.kind == "f":
        return np.ascontiguousarray(values, np.float64)
    return np.ascontiguousarray(values) if values.dtype.kind in "biu" else values.tolist()
