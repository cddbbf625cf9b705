"""What is missing or infinite among the numbers of a request, found before anything is sent."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.client.errors import InvalidInput
from distscore.client.sending.request import Array, Path, dotted, pointer

LEFT_OUT = '; missing="exclude" leaves such rows out'


def check(rows: Mapping[Path, Array], excludes_missing: bool) -> None:
    """Raises InvalidInput at the first number that is missing, unless those are left out, or infinite.

    Logarithms of probabilities may be -Infinity.
    """
    for path, values in rows.items():
        if values.dtype.kind != "f" or np.isfinite(values).all():
            continue
        may_be_missing = "targets" in path or "predictions" in path
        if not (may_be_missing and excludes_missing):
            refuse(path, np.isnan(values), f"a number is missing{LEFT_OUT if may_be_missing else ''}")
        allowed = np.isneginf(values) & (path[-1] == "log_probabilities")
        refuse(path, np.isinf(values) & ~allowed, "the number is infinite")


def refuse(path: Path, wrong: NDArray[np.bool_], detail: str) -> None:
    """Raises InvalidInput at the first wrong entry, if there is one, with its column and row."""
    if wrong.any():
        place: list[Any] = [int(at[0]) for at in np.nonzero(wrong)]
        raise InvalidInput(pointer(path, *place), f"{dotted(path)}, row {place[0]}: {detail}")
