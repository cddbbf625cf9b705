"""Where the numbers of an answer are infinite: JSON has null there, and a list tells which infinity it was."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array
from distscore.wire.write.answer import RowArrays

LISTED = 100  # of the infinite numbers


Positions = Mapping[str, NDArray[np.intp]]  # by dotted name, in the flattened array; only where there are any


def positions(rows: RowArrays) -> Positions:
    """Where the numbers of per-row arrays are not finite."""
    found = {}
    for name, values in rows.items():
        if not isinstance(values, list):
            finite = np.isfinite(values)
            if not finite.all():
                found[name] = np.flatnonzero(~finite)
    return found


def nonfinite(scalars: Mapping[str, float | None], rows: RowArrays, found: Positions) -> dict[str, Any]:
    """The members `nonfinite` and `nonfinite_count`, for numbers that may be infinite but not NaN."""
    listed = [_entry(name, value) for name, value in scalars.items() if value is not None and np.isinf(value)]
    count = len(listed) + sum(map(len, found.values()))
    for name, where in found.items():
        listed += [_entry(*_located(name, rows[name], at)) for at in where[: LISTED - len(listed)]]
    return {"nonfinite": listed, "nonfinite_count": count}


def _located(name: str, values: Array | list[None], at: np.intp) -> tuple[str, float]:
    array = np.asarray(values, dtype=np.float64)
    index = np.unravel_index(at, array.shape)
    return "/".join([name.replace(".", "/"), *map(str, map(int, index))]), float(array[index])


def _entry(path: str, value: float) -> dict[str, str]:
    return {"pointer": f"/{path}", "value": "Infinity" if value > 0 else "-Infinity"}
