"""An answer as an Arrow stream: per-row outputs are columns, all else is JSON in the schema's metadata."""

import importlib
from typing import Any

import numpy as np
import orjson

from distscore.client.answers.rows import Floats
from distscore.client.errors import Unreadable
from distscore.client.sending.request import Document
from distscore.client.transport import Reply

RESPONSE = b"response"  # key of the metadata


def read(reply: Reply) -> tuple[Document, dict[str, Floats]]:
    """The members of an answer, and its per-row outputs by dotted name; raises Unreadable."""
    arrow: Any = importlib.import_module("pyarrow")
    try:
        with arrow.ipc.open_stream(arrow.py_buffer(reply.content)) as reader:
            table = reader.read_all()
        members: Document = orjson.loads(table.schema.metadata[RESPONSE])
    except (arrow.ArrowException, orjson.JSONDecodeError, KeyError, TypeError):
        raise Unreadable("the answer is no Arrow stream of the service") from None
    return members, {
        name: _array(arrow, column) for name, column in zip(table.column_names, table.columns, strict=True)
    }


def _array(arrow: Any, column: Any) -> Floats:
    """A column as an array of its own type and memory, (n,) or (n, width); NaN where there is no number."""
    is_list = arrow.types.is_fixed_size_list(column.type)
    chunks = [chunk.flatten() if is_list else chunk for chunk in column.chunks]
    entries: Floats = np.concatenate([chunk.to_numpy(zero_copy_only=False) for chunk in chunks])
    return entries.reshape(len(column), column.type.list_size) if is_list else entries
