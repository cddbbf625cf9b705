"""From the members that a user gives to a request: what has an entry per row, in one order, and what it holds."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from distscore.client.errors import InvalidInput
from distscore.client.sending.align import by_class, by_index, by_name
from distscore.client.sending.arrays import keys, numbers
from distscore.client.sending.finite import check
from distscore.client.sending.frames import columns_of, labeled, named
from distscore.client.sending.labels import are_numbered, positions
from distscore.client.sending.request import Array, Axes, Document, Path, Request, dotted, pointer

SIDES = ("targets", "predictions")
PER_ROW = ("sample_weights", "mask")
PER_CLASS = ("class_weights", "positive_weight")


def prepare(members: Mapping[str, Any]) -> Request:
    """The request of some members, those that are None left out; raises InvalidInput for what cannot be right."""
    given = {name: value for name, value in members.items() if value is not None}
    sent, index = by_index({path: labeled(values, path) for path, values in _rows(given)})
    rows, names = by_name(sent, _classes(given))
    rows = {path: _entries(values, names, path, given) for path, values in rows.items()}
    _check_lengths(rows)
    check(rows, given.get("missing") == "exclude")
    rest = _rest(given, names)
    if names is not None and any(values.ndim > 1 for values in rows.values()):
        rest["classes"] = list(names)
    return Request(rest, rows, Axes(index, tuple(rest["classes"]) if "classes" in rest else None))


def _rows(given: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """What has an entry per row, with its path."""
    for side in SIDES:
        yield from _columns(given.get(side, {}), (side,))
    for at, candidate in enumerate(given.get("candidates", ())):
        yield from _columns(_predictions(candidate, at), ("candidates", at, "predictions"))
    yield from (((name,), given[name]) for name in PER_ROW if name in given)
    yield from _columns(given.get("groups", {}), ("groups",))
    if "clusters" in given:
        yield ("clusters",), given["clusters"]


def _columns(columns: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    return (((*path, name), values) for name, values in columns_of(columns, path).items())


def _predictions(candidate: Any, at: int) -> Any:
    """The predictions of a candidate; raises InvalidInput where it does not call them so."""
    if not isinstance(candidate, Mapping):
        kind = type(candidate).__name__
        raise InvalidInput(f"/candidates/{at}", f"this is a {kind}; expected {{'name': ..., 'predictions': ...}}")
    return candidate.get("predictions", {})


def _classes(given: Mapping[str, Any]) -> tuple[str, ...] | None:
    return tuple(map(str, given["classes"])) if "classes" in given and len(given["classes"]) else None


def _entries(values: Array, names: tuple[str, ...] | None, path: Path, given: Mapping[str, Any]) -> Array:
    """Numbers, or what tells rows apart; labels by their names where they are names.

    Booleans are 0 and 1, but in a mask.
    """
    if values.ndim == 0:
        kind = type(values.item()).__name__
        raise InvalidInput(pointer(path), f"this is a {kind}; expected an array or a list with an entry per row")
    if path[0] in ("groups", "clusters"):
        return keys(values, path)
    if path[-1] == "labels":
        of_frame = names is not None and "classes" not in given and are_numbered(names)
        values = positions(values, names, path, of_frame, given.get("ignore_label"))
    found = numbers(values, path)
    return found.view(np.uint8) if found.dtype == np.bool_ and path != ("mask",) else found


def _check_lengths(rows: Mapping[Path, Array]) -> None:
    """Raises InvalidInput where something has more or fewer rows than the first."""
    for path, values in rows.items():
        first, expected = next(iter(rows.items()))
        if len(values) != len(expected):
            raise InvalidInput(pointer(path), f"{len(values)} rows; {dotted(first)} has {len(expected)}")


def _rest(given: Mapping[str, Any], names: tuple[str, ...] | None) -> Document:
    """The members without what has an entry per row, as JSON knows them."""
    left_out = {*SIDES, *PER_ROW, "groups", "clusters"}
    rest = {name: plain(value, (name,)) for name, value in given.items() if name not in {*left_out, "candidates"}}
    rest |= {name: plain(by_class(named(given[name]), names, (name,)), (name,)) for name in PER_CLASS if name in given}
    if "candidates" in given:
        rest["candidates"] = [
            plain({**each, "predictions": {}}, ("candidates", at)) for at, each in enumerate(given["candidates"])
        ]
    return rest


def plain(value: Any, path: Path) -> Any:
    """A member that has no entry per row: arrays and series as lists, NumPy's scalars as numbers.

    Raises InvalidInput for a number that is not finite, which JSON has not.
    """
    if isinstance(value, Mapping):
        return {str(name): plain(entry, (*path, name)) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, (*path, at)) for at, entry in enumerate(value)]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(pointer(path), f"{value} is no finite number")
    if isinstance(value, str | int | float) or value is None:
        return value
    values = labeled(value, path).values
    if values.ndim == 0:
        raise InvalidInput(pointer(path), f"a {type(value).__name__} is nothing that JSON has")
    return plain(values.tolist(), path)
