"""Requests for losses and gradients of soft labels under logits, in each format."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import orjson
import pyarrow as pa

from bench.batches import Array, soft_labels
from bench.client import ARROW, JSON, Connection, request
from bench.servers import Server

MEMBERS = {"family": "categorical", "outputs": ["losses", "gradients"]}
DIAGNOSED = {"family": "categorical"}  # the outputs that are answered unasked


@dataclass(frozen=True)
class Bodies:
    """A batch as bytes."""

    rows: int
    classes: int

    @cached_property
    def arrays(self) -> tuple[Array, Array]:
        return soft_labels(self.rows, self.classes)

    @cached_property
    def array_bytes(self) -> int:
        """The size of both columns as doubles."""
        return sum(array.nbytes for array in self.arrays)

    def json(self, members: Mapping[str, object] = MEMBERS) -> bytes:
        p, z = self.arrays
        columns = {"targets": {"probabilities": p}, "predictions": {"logits": z}}
        return dumped({**members, **columns})

    def arrow(self) -> bytes:
        columns = dict(zip(("targets.probabilities", "predictions.logits"), map(listed, self.arrays), strict=True))
        table = pa.table(columns, metadata={"request": orjson.dumps(MEMBERS)})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue())

    def body(self, media_type: str) -> bytes:
        return self.json() if media_type == JSON else self.arrow()

    def plain(self) -> bytes:
        """What the plain endpoint takes."""
        p, z = self.arrays
        return request("/score", dumped({"probabilities": p, "logits": z}))


def spoken_by(service: Server) -> dict[str, str]:
    """The formats that a service takes, by name, with their media types."""
    body = Bodies(1, 2).body(ARROW)
    with Connection(service.port) as connection:
        arrow = {"Arrow": ARROW} if connection.status(request("/v1/score", body, ARROW)) == 200 else {}
    return {"JSON": JSON, **arrow}


def dumped(document: object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def listed(array: Array) -> pa.Array:
    """Rows of a fixed width."""
    return pa.FixedSizeListArray.from_arrays(pa.array(np.ravel(array)), array.shape[1])
