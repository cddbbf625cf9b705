"""Values of a column, whatever holds them, as a NumPy array: lists, arrays, tensors of any library.

Tensors come in by `detach().cpu().numpy()` where they have these (PyTorch: also those that require a gradient or live
on a device), else by the protocols `__array__` (JAX, TensorFlow, pandas, polars, Arrow) and `__dlpack__`.
"""

from typing import Any, Protocol, runtime_checkable

import numpy as np

from distscore.client.errors import InvalidInput
from distscore.client.sending.request import Array, Path, pointer


@runtime_checkable
class Tensor(Protocol):
    """A tensor that may belong to a graph and to a device."""

    def detach(self) -> "Tensor": ...

    def cpu(self) -> "Tensor": ...

    def numpy(self) -> Array: ...


@runtime_checkable
class Arrayable(Protocol):
    """What makes a NumPy array of itself."""

    def __array__(self) -> Array: ...


@runtime_checkable
class Exchanged(Protocol):
    """An array of another library that shares its memory."""

    def __dlpack__(self, *, stream: None = ...) -> Any: ...

    def __dlpack_device__(self) -> tuple[int, int]: ...


def array(values: Any, path: Path) -> Array:
    """The values as an array of numbers, booleans or objects; raises InvalidInput for lists of different lengths."""
    if isinstance(values, Tensor):
        return values.detach().cpu().numpy()
    if isinstance(values, Exchanged) and not isinstance(values, Arrayable):
        return np.from_dlpack(values)
    try:
        return np.asarray(values)
    except ValueError:
        raise InvalidInput(pointer(path), "its rows differ in length: this is no array") from None
