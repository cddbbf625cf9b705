"""The answer to a request to infer: named tensors, in JSON or behind it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place
from distscore.wire.inference.metadata import VERSION
from distscore.wire.inference.read import Asked
from distscore.wire.inference.tensors import BYTES, NAMES, as_bytes
from distscore.wire.write.answer import Answer

Tensor = NDArray[Any] | list[str]


def write(answer: Answer, asked: Asked) -> tuple[bytes, int | None]:
    """The bytes of an answer, and how many of them are JSON where tensors stand behind it."""
    tensors = {name: tensor_of(name, answer, asked) for name in asked.outputs}
    behind = {name: as_bytes(tensors[name]) for name, binary in asked.outputs.items() if binary}
    document = {
        "model_name": asked.model,
        "model_version": VERSION,
        **({"id": asked.id} if asked.id else {}),
        "outputs": [_record(name, tensor, behind.get(name)) for name, tensor in tensors.items()],
    }
    header = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    return b"".join((header, *behind.values())), len(header) if behind else None


def _record(name: str, tensor: Tensor, behind: bytes | None) -> dict[str, Any]:
    is_array = isinstance(tensor, np.ndarray)
    kind = NAMES[tensor.dtype.newbyteorder("<")] if isinstance(tensor, np.ndarray) else BYTES
    shape = list(tensor.shape) if isinstance(tensor, np.ndarray) else [len(tensor)]
    record: dict[str, Any] = {"name": name, "datatype": kind, "shape": shape}
    if behind is not None:
        return record | {"parameters": {"binary_data_size": len(behind)}}
    return record | {"data": np.ravel(tensor) if is_array else tensor}


def tensor_of(name: str, answer: Answer, asked: Asked) -> Tensor:
    """An output; raises InvalidRequest where there is none of this name."""
    if name == "report":
        return [orjson.dumps(answer.members).decode()]
    if name == "value" and "value" in answer.members:
        return np.array([answer.members["value"]], np.float64)
    if name == "state" and "state" in answer.members:
        return [str(answer.members["state"])]
    if name in answer.rows:
        values = answer.rows[name]
        tensor = np.asarray(values, dtype=np.float32 if name in answer.single else np.float64)
        return tensor[:, None] if name.partition(".")[2] in asked.narrow else tensor
    at = Place().child("outputs", list(asked.outputs).index(name), "name")
    known = list(_known(answer))
    at.wrong("unknown_name", f"this answer has: {listed(known)}", did_you_mean(name, known))
    at.refuse()
    raise AssertionError


def _known(answer: Answer) -> Iterator[str]:
    yield from answer.rows
    yield from (name for name in ("value", "state") if name in answer.members)
    yield "report"
