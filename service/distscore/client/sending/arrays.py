"""Values of a column, whatever holds them, as a NumPy array: lists, arrays, tensors of any library.

Tensors come in by `detach().cpu().numpy()` where they have these (PyTorch: also those that require a gradient or live
on a device, and bfloat16, which NumPy does not have, as float32), else by the protocols `__array__` (JAX, TensorFlow)
or `__dlpack__`.
"""

from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

import numpy as np

from distscore.client.errors import InvalidInput
from distscore.client.sending.request import Array, Path, pointer

NUMBERS = "fiub"  # kinds of the types that are sent from their buffers: floating-point, integers, booleans
NUMBER = (int, float, np.integer, np.floating, Decimal)
WORDS = "UT"  # kinds of the types of text
NO_NUMBERS = "cmMV"  # kinds of complex numbers, durations, dates and records
BFLOAT16 = "torch.bfloat16"


@runtime_checkable
class Tensor(Protocol):
    """A tensor that may belong to a graph and to a device."""

    @property
    def dtype(self) -> Any: ...

    def float(self) -> "Tensor": ...

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
    """The values as an array of numbers, booleans or objects; raises InvalidInput for rows of different lengths."""
    if isinstance(values, Tensor):
        tensor = values.detach().cpu()
        return (tensor.float() if str(tensor.dtype) == BFLOAT16 else tensor).numpy()
    if isinstance(values, np.ma.MaskedArray):
        return _filled(values)
    if isinstance(values, Exchanged) and not isinstance(values, Arrayable):
        return np.from_dlpack(values)
    if isinstance(values, list | tuple):
        return _of_list(values, path)
    found = np.asarray(values)
    return found.astype(object) if found.dtype.kind in WORDS else found


def _of_list(values: list[Any] | tuple[Any, ...], path: Path) -> Array:
    """A list of numbers, of rows, of tensors or of words, which stay what they are: no number becomes a word."""
    try:
        found = np.asarray(values)
    except ValueError:
        raise InvalidInput(pointer(path), "its rows differ in length, or one is missing: this is no array") from None
    return found if found.dtype.kind in NUMBERS else np.asarray(values, object)


def _filled(values: np.ma.MaskedArray[Any, Any]) -> Array:
    """A masked array with NaN where it is masked."""
    if not np.ma.is_masked(values):
        return np.asarray(values.data)
    kind = values.dtype if values.dtype.kind == "f" else np.float64
    return np.where(np.ma.getmaskarray(values), np.nan, values.data.astype(kind)).astype(kind)


def numbers(values: Array, path: Path) -> Array:
    """An array of numbers or booleans: of objects None becomes NaN, and cells that hold a list each become rows.

    Raises InvalidInput at the first entry that is neither.
    """
    if values.dtype.kind in NUMBERS:
        return values
    if values.dtype.kind in NO_NUMBERS:
        raise InvalidInput(pointer(path), f"{values.dtype} is no type of real numbers")
    if values.dtype == object and values.ndim == 1 and len(values) and isinstance(values[0], list | tuple | np.ndarray):
        return numbers(array(list(values), path), path)
    if values.size and all(isinstance(entry, bool) for entry in values.flat):
        return values.astype(np.bool_)
    wrong = [at for at, entry in np.ndenumerate(values) if not _is_number(entry)]
    if wrong:
        entry = values[wrong[0]]
        raise InvalidInput(pointer(path, *wrong[0]), f"{entry!r:.80} is no number")
    try:
        return values.astype(np.float64)
    except OverflowError:
        raise InvalidInput(pointer(path), "a whole number is beyond the doubles") from None


def _is_number(entry: Any) -> bool:
    return entry is None or (isinstance(entry, NUMBER) and not isinstance(entry, bool))


def keys(values: Array, path: Path) -> Array:
    """What tells rows apart, words or whole numbers, as an array of these; raises InvalidInput at anything else."""
    entries = values.tolist()
    if not isinstance(entries, list) or set(map(type, entries)) <= {str, int}:
        return values
    plain = [entry.item() if isinstance(entry, np.generic) else entry for entry in entries]
    for at, entry in enumerate(plain):
        if not isinstance(entry, str | int) or isinstance(entry, bool):
            raise InvalidInput(
                pointer(path, at), f"{entry!r:.80} is no word and no whole number; .astype(str) makes words"
            )
    return np.array(plain, object)
