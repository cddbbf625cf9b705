"""From a request with arrays to the document that a reader of bodies makes: columns stay arrays and are not copied."""

from typing import Any

import numpy as np

from distscore.client.sending.arrays import NUMBERS
from distscore.client.sending.request import Array, Path, Request
from distscore.wire.read.document import Document


def document_of(request: Request) -> Document:
    """The document of a request: numbers as the machine computes with them, and all else as JSON would hold it."""
    return request.document({path: _values(path, array) for path, array in request.rows.items()})


def _values(path: Path, array: Array) -> Any:
    """A column as a stream would hold it; NaN in predictions, which a stream has not, is a null as in JSON."""
    if array.dtype.kind not in NUMBERS:
        return array.tolist()
    kind = np.dtype(np.float32) if array.dtype == np.float16 else array.dtype.newbyteorder("=")
    values = np.require(array, kind, ["C", "A"])
    if "predictions" in path and kind.kind == "f" and np.isnan(values).any():
        return np.ma.MaskedArray(values, np.isnan(values))
    return values
