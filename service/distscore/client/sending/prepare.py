"""From the members that a user gives to a request: which of them have an entry per row, and what they hold."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from distscore.client.sending.arrays import array
from distscore.client.sending.request import Axes, Document, Path, Request

SIDES = ("targets", "predictions")
PER_ROW = ("sample_weights", "mask")
LISTS = ("clusters",)  # names of rows, which are no numbers


def prepare(members: Mapping[str, Any]) -> Request:
    """The request of some members; those that are None are not given."""
    given = {name: value for name, value in members.items() if value is not None}
    rows = {path: array(values, path) for path, values in _rows(given)}
    plain_members = {name: plain(value) for name, value in _rest(given).items()}
    classes = plain_members.get("classes")
    return Request(plain_members, rows, Axes(classes=tuple(classes) if classes else None))


def _rows(given: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """What has an entry per row, with its path."""
    for side in SIDES:
        for name, values in given.get(side, {}).items():
            yield (side, name), values
    for at, candidate in enumerate(given.get("candidates", ())):
        for name, values in candidate["predictions"].items():
            yield ("candidates", at, "predictions", name), values
    for name in (*PER_ROW, *LISTS):
        if name in given:
            yield (name,), given[name]
    for name, values in given.get("groups", {}).items():
        yield ("groups", name), values


def _rest(given: Mapping[str, Any]) -> Document:
    """The members without what has an entry per row."""
    rest = {name: value for name, value in given.items() if name not in (*SIDES, *PER_ROW, *LISTS, "groups")}
    if "candidates" in rest:
        rest["candidates"] = [{**each, "predictions": {}} for each in rest["candidates"]]
    return rest


def plain(value: Any) -> Any:
    """A member that has no entry per row as JSON knows it: arrays as lists, NumPy's scalars as numbers."""
    if isinstance(value, Mapping):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return array(value, ()).tolist()
