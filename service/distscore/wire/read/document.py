"""A document: the members of a request as a reader of some format found them, arrays as lists or as NumPy arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Buffer = bytes | memoryview
Document = dict[str, Any]  # an array of numbers or booleans is a list, or an array of any of their types, nulls masked


def without_empty(members: Mapping[str, Any]) -> Document:
    """The members of an object that count as sent: null, [] and {} do not."""
    sized = (list, dict, np.ndarray)
    return {
        name: value
        for name, value in members.items()
        if value is not None and (not isinstance(value, sized) or len(value))
    }


def rank_of(value: Any) -> int:
    """1 or 2 for an array with an entry or with several per row, as its first row tells; 0 for what is no array."""
    if isinstance(value, np.ndarray):
        return value.ndim
    return 0 if not isinstance(value, list) else 2 if value and isinstance(value[0], list) else 1
