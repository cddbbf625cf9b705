"""Per-row arrays of an answer in JSON, with the infinities put back where null stands for them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]  # float64, but derivatives in a column that was sent as float32 are float32
OF_ROWS = ("losses", "floors", "divergences", "normalization_terms")  # an array each
OF_COLUMNS = ("gradients", "hessian_diagonals", "fisher_diagonals", "parameters", "optima")  # one per column


class JsonRows(Mapping[str, Floats]):
    """The arrays of an answer by dotted name, each made when it is first looked at.

    Null is an infinity, of which the first hundred are listed in `nonfinite`; those beyond, and what is undefined, are
    NaN.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._nonfinite = document.get("nonfinite", [])
        self._lists = {name: document[name] for name in OF_ROWS if name in document}
        for output in OF_COLUMNS:
            self._lists |= {f"{output}.{column}": values for column, values in document.get(output, {}).items()}
        self._arrays: dict[str, Floats] = {}

    def __getitem__(self, name: str) -> Floats:
        if name not in self._arrays:
            self._arrays[name] = self._array(name)
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def _array(self, name: str) -> Floats:
        values = np.array(self._lists[name], np.float64)  # None is NaN
        prefix = f"/{name.replace('.', '/')}/"
        for entry in self._nonfinite:
            if entry["pointer"].startswith(prefix):
                index = tuple(map(int, entry["pointer"].removeprefix(prefix).split("/")))
                values[index] = float(entry["value"])
        return values


def with_lists(members: Mapping[str, Any], rows: Mapping[str, Floats]) -> dict[str, Any]:
    """The document of an answer whose per-row outputs came as arrays: as lists, with None for what is not finite."""
    document = dict(members)
    for name, values in rows.items():
        output, _, column = name.partition(".")
        listed = values.astype(object)
        listed[~np.isfinite(values)] = None
        if column:
            document.setdefault(output, {})[column] = listed.tolist()
        else:
            document[output] = listed.tolist()
    return document
