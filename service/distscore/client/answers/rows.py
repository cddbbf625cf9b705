"""Per-row arrays of an answer in JSON, with the infinities put back where null stands for them."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.client.errors import LibraryMissing

Floats = NDArray[np.floating[Any]]  # float64, but derivatives in a column that was sent as float32 are float32
OF_ROWS = ("losses", "floors", "divergences", "normalization_terms")  # an array each
DERIVATIVES = ("gradients", "hessian_diagonals", "fisher_diagonals")
OF_COLUMNS = (*DERIVATIVES, "parameters", "optima")  # one per column
UNLISTED = (
    "{count} numbers of the answer are infinite, of which JSON lists a hundred, and {name} has others: with pyarrow "
    "installed, here and at the service, an Arrow stream has them all"
)


class JsonRows(Mapping[str, Floats]):
    """The arrays of an answer by dotted name, each made when it is first looked at.

    Null is an infinity, of which the first hundred are listed in `nonfinite`, or what does not exist, which is NaN. An
    array that has others raises LibraryMissing. Derivatives in columns that are `singles` are float32.
    """

    def __init__(self, document: Mapping[str, Any], singles: Set[str] = frozenset()) -> None:
        self._nonfinite = document.get("nonfinite", [])
        self._count, self._singles = document.get("nonfinite_count", 0), singles
        self._lists = {name: document[name] for name in OF_ROWS if name in document}
        for output in OF_COLUMNS:
            self._lists |= {f"{output}.{column}": values for column, values in document.get(output, {}).items()}
        self._arrays: dict[str, Floats] = {}

    @property
    def has_unlisted(self) -> bool:
        """Whether there are infinities that are not listed."""
        return bool(self._count > len(self._nonfinite))

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
        if self.has_unlisted and np.isnan(values).any():
            raise LibraryMissing(UNLISTED.format(count=self._count, name=name))
        output, _, column = name.partition(".")
        single = output in DERIVATIVES and column in self._singles
        with np.errstate(over="ignore"):
            return values.astype(np.float32 if single else np.float64, copy=False)


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
