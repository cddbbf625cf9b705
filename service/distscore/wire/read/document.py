"""A document: the members of a request as a reader of some format found them, arrays as lists or as NumPy arrays."""

from typing import Any

import numpy as np

Buffer = bytes | memoryview
Document = dict[str, Any]  # an array of numbers or booleans is a list, or an array of any of their types, nulls masked


def is_given(value: Any) -> bool:
    """Whether an optional member with this value counts as sent: null, [] and {} do not."""
    return value is not None and not (isinstance(value, list | dict | np.ndarray) and len(value) == 0)


def rank_of(value: Any) -> int:
    """1 or 2 for an array with an entry or with several per row, as its first row tells; 0 for what is no array."""
    if isinstance(value, np.ndarray):
        return value.ndim
    return 0 if not isinstance(value, list) else 2 if value and isinstance(value[0], list) else 1
