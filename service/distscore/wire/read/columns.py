"""From JSON lists to arrays: rank, shape and type checked on the whole, and every wrong entry named.

A list is flattened once and its types are looked at as a set; only if that set is wrong does anyone look for where.
"""

from array import array
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.wire.errors.findings import Findings, Path, shown

Numbers = NDArray[np.float64]

NUMBER: set[type] = {int, float}
BOOLEAN: set[type] = {bool}
BEYOND = (1 << 1024) - (1 << 970)  # the first integer that rounds to infinity


def numbers(value: Any, rank: int, path: Path, findings: Findings) -> Numbers | None:
    """An array of finite doubles of the given rank, or None after saying what is wrong."""
    if isinstance(value, np.ndarray):
        return _finite(_ranked(value, rank, path, findings), path, findings)
    shaped = _flatten(value, rank, NUMBER, "a number", path, findings)
    if shaped is None:
        return None
    flat, shape = shaped
    try:
        doubles = np.frombuffer(array("d", flat), dtype=np.float64)
    except OverflowError:
        huge = np.fromiter((abs(x) >= BEYOND for x in flat), np.bool_, len(flat))
        findings.add_where(path, huge.reshape(shape), "not_finite", "an integer beyond the doubles")
        return None
    return _finite(doubles.reshape(shape), path, findings)


def booleans(value: Any, rank: int, path: Path, findings: Findings) -> NDArray[np.bool_] | None:
    """An array of booleans of the given rank, or None after saying what is wrong."""
    if isinstance(value, np.ndarray):
        return _ranked(value, rank, path, findings)
    shaped = _flatten(value, rank, BOOLEAN, "true or false", path, findings)
    return None if shaped is None else np.array(shaped[0], dtype=np.bool_).reshape(shaped[1])


def _finite(values: Numbers | None, path: Path, findings: Findings) -> Numbers | None:
    if values is None:
        return None
    finite = np.isfinite(values)
    if finite.all():
        return values
    findings.add_where(path, ~finite, "not_finite", "not a finite double")
    return None


def _ranked(values: NDArray[Any], rank: int, path: Path, findings: Findings) -> NDArray[Any] | None:
    if values.ndim != rank:
        findings.add(path, "shape_mismatch", f"expected {_shape(rank)}, got {_shape(values.ndim)}")
    elif not len(values):
        findings.add(path, "empty_batch", "expected at least one row")
    else:
        return values
    return None


def _shape(rank: int) -> str:
    return ["a scalar", "one entry per row", "one list of entries per row"][rank] if rank < 3 else "deeper lists"


def _flatten(
    value: Any, rank: int, types: set[type], kind: str, path: Path, findings: Findings
) -> tuple[list[Any], tuple[int, ...]] | None:
    if not isinstance(value, list):
        findings.add(path, "wrong_type", f"expected an array, got {shown(value)}")
        return None
    if not value:
        findings.add(path, "empty_batch", "expected at least one row")
        return None
    if rank == 1:
        return (value, (len(value),)) if _of_types(value, types, kind, path, findings) else None
    if set(map(type, value)) != {list}:
        _name_rows(value, types, path, findings)
        return None
    width = len(value[0])
    if set(map(len, value)) != {width}:
        ragged = np.fromiter((len(row) != width for row in value), np.bool_, len(value))
        says = lambda at: f"{len(value[at[0]])} entries, the first row has {width}"  # noqa: E731
        findings.add_where(path, ragged, "ragged_array", says)
        return None
    if not width:
        findings.add(path, "shape_mismatch", "rows without entries")
        return None
    flat = list(chain.from_iterable(value))
    name: Callable[[int], Path] = lambda at: (*path, *divmod(at, width))  # noqa: E731
    return (flat, (len(value), width)) if _of_types(flat, types, kind, path, findings, name) else None


def _of_types(
    flat: list[Any],
    types: set[type],
    kind: str,
    path: Path,
    findings: Findings,
    name: Callable[[int], Path] | None = None,
) -> bool:
    """Whether all entries are of the right type; if not, says where."""
    found = set(map(type, flat))
    if found <= types:
        return True
    if found == {list}:
        boxed = name is None and all(len(entry) == 1 for entry in flat)
        hint = "a list of one: unbox it" if boxed else None
        findings.add(path, "shape_mismatch", f"expected {_shape(1 if name is None else 2)}, got deeper lists", hint)
        return False
    wrong = _positions(flat, types)
    for at in chain([next(wrong)], wrong):
        entry = flat[at]
        where = (*path, at) if name is None else name(at)
        findings.add(where, "wrong_type", f"expected {kind}, got {shown(entry)}", _advice(entry, types))
    return False


def _positions(flat: list[Any], types: set[type]) -> Iterator[int]:
    return (at for at, entry in enumerate(flat) if type(entry) not in types)


def _advice(entry: Any, types: set[type]) -> str | None:
    if isinstance(entry, str) and types == NUMBER:
        return "a number in quotes: send it bare"
    if entry is None:
        return "leave rows without a value out, or give them weight 0 and any valid value"
    if isinstance(entry, list):
        return "a list of one: unbox it" if len(entry) == 1 else None
    return None


def _name_rows(rows: list[Any], types: set[type], path: Path, findings: Findings) -> None:
    """Rows of a rank 2 column that are no lists."""
    if not any(isinstance(row, list) for row in rows) and set(map(type, rows)) <= types:
        findings.add(path, "shape_mismatch", f"expected {_shape(2)}, got {_shape(1)}", "one row? put it in a list")
        return
    for at, row in enumerate(rows):
        if not isinstance(row, list):
            findings.add((*path, at), "wrong_type", f"expected an array, got {shown(row)}")
