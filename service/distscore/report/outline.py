"""A request without its rows: the options that an answer was computed with, and the shapes of what was sent."""

from collections.abc import Mapping, Sized
from typing import Any

from distscore.advice.of_candidates import counted

OF_ROWS = ("targets", "predictions", "sample_weights", "mask", "groups", "clusters")
STATES = "states"
LISTED = 30  # entries of a list that is shown as it was sent


def outline(document: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a request, columns and other arrays of rows as their shapes, states as their number."""
    return {name: _outlined(name, value) for name, value in document.items()}


def _outlined(name: str, value: Any) -> Any:
    if name == STATES:
        return counted(len(value), "state")
    return shapes(value) if name in OF_ROWS else shortened(value)


def shapes(value: Any) -> Any:
    """An array, or the arrays in an object, as words: how many rows, and how many numbers in each."""
    if isinstance(value, Mapping):
        return {name: shapes(part) for name, part in value.items()}
    if not isinstance(value, Sized) or isinstance(value, str):
        return value
    rows = counted(len(value), "row")
    first = value[0] if len(value) else None  # type: ignore[index]
    return f"{rows} of {len(first)}" if isinstance(first, Sized) and not isinstance(first, str) else rows


def shortened(value: Any) -> Any:
    """Options as they were sent; what is nested, such as candidates, has its own rows; long lists are counted."""
    if isinstance(value, Mapping):
        return outline(value)
    if isinstance(value, list):
        return [shortened(each) for each in value] if len(value) <= LISTED else f"{len(value)} entries"
    return value
