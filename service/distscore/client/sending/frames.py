"""Frames and series as arrays that know what their rows and columns are called: pandas, polars, Arrow.

None of the libraries is imported: who has a frame has imported its library.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from distscore.client.errors import InvalidInput
from distscore.client.members import Frame
from distscore.client.sending.arrays import array
from distscore.client.sending.request import Array, Path, pointer


@dataclass(frozen=True)
class Labeled:
    """Values with their index (of pandas) and the names of their columns, where they have these."""

    values: Array
    index: Any = None
    names: tuple[str, ...] | None = None


def labeled(values: Any, path: Path) -> Labeled:
    """The values of a column of the request; raises InvalidInput where they are no array."""
    for library, read in LIBRARIES.items():
        if library in sys.modules:
            found = read(sys.modules[library], values)
            if found is not None:
                return found
    return Labeled(array(values, path))


def columns_of(side: Any, path: Path) -> Mapping[str, Any]:
    """The columns of a side by name: of a mapping, or of a frame whose columns they are; raises InvalidInput."""
    if isinstance(side, Mapping):
        return {str(name): values for name, values in side.items()}
    polars = sys.modules.get("polars")
    if (polars and isinstance(side, polars.LazyFrame)) or not isinstance(side, Frame):
        kind = type(side).__name__
        raise InvalidInput(pointer(path), f"this is a {kind}; expected columns by name: a frame, or {{name: values}}")
    arrow = sys.modules.get("pyarrow")
    names = side.column_names if arrow and isinstance(side, arrow.Table | arrow.RecordBatch) else side.columns
    return {str(name): side[name] for name in names}


def named(values: Any) -> Any:
    """A series of pandas whose index has names as a mapping of these; anything else as it is."""
    pandas = sys.modules.get("pandas")
    if not pandas or not isinstance(values, pandas.Series) or isinstance(values.index, pandas.RangeIndex):
        return values
    return dict(zip(map(str, values.index), _plain(values).tolist(), strict=True))


def _names(columns: Any) -> tuple[str, ...] | None:
    """Names of columns; a single one is no class among others, and has none that matters."""
    return tuple(map(str, columns)) if len(columns) > 1 else None


def _of_pandas(pandas: Any, values: Any) -> Labeled | None:
    if isinstance(values, pandas.DataFrame):
        return Labeled(_plain(values), values.index, _names(values.columns))
    return Labeled(_plain(values), values.index) if isinstance(values, pandas.Series) else None


def _plain(values: Any) -> Array:
    """The numbers of a frame or series of pandas; of its nullable types NaN where there is none."""
    found: Array = values.to_numpy()
    return values.to_numpy(object, na_value=None) if found.dtype == object else found


def _of_polars(polars: Any, values: Any) -> Labeled | None:
    if isinstance(values, polars.DataFrame):
        return Labeled(values.to_numpy(), names=_names(values.columns))
    return Labeled(values.to_numpy()) if isinstance(values, polars.Series) else None


def _of_arrow(arrow: Any, values: Any) -> Labeled | None:
    if isinstance(values, arrow.Table | arrow.RecordBatch):
        columns = [_of_arrow_array(arrow, column) for column in values.columns]
        return Labeled(np.stack(columns, axis=1), names=_names(values.column_names))
    return Labeled(_of_arrow_array(arrow, values)) if isinstance(values, arrow.ChunkedArray | arrow.Array) else None


def _of_arrow_array(arrow: Any, values: Any) -> Array:
    """An array of Arrow, in one chunk or several; lists of a fixed size are rows, without a copy of each."""
    whole = values.combine_chunks() if isinstance(values, arrow.ChunkedArray) else values
    found: Array
    if arrow.types.is_fixed_size_list(whole.type) and not whole.null_count:
        found = whole.flatten().to_numpy(zero_copy_only=False).reshape(len(whole), whole.type.list_size)
    else:
        found = whole.to_numpy(zero_copy_only=False)
    return found


LIBRARIES: Mapping[str, Callable[[Any, Any], Labeled | None]] = {
    "pandas": _of_pandas,
    "polars": _of_polars,
    "pyarrow": _of_arrow,
}
