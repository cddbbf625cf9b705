"""Labels that are names of classes, as the positions of these."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from distscore.client.errors import InvalidInput
from distscore.client.sending.request import Array, Path, listed, pointer

NOWHERE = -np.inf


def positions(labels: Array, classes: tuple[str, ...] | None, path: Path, numbers_too: bool, ignored: Any) -> Array:
    """The position of each label among the classes, NaN where there is none; raises InvalidInput for another one.

    Words are names of classes; numbers are positions as they are, unless `numbers_too` are names. The label that is
    `ignored` stays what it is.
    """
    if labels.dtype == np.bool_:
        raise InvalidInput(pointer(path), "booleans are no labels; where False is the first class, send .astype(int)")
    words = labels.dtype == object and any(isinstance(entry, str) for entry in labels.flat)
    if not words and not numbers_too:
        return labels
    if classes is None:
        raise InvalidInput(pointer(path), "labels in words need `classes`, which says their order")
    places = {name: float(at) for at, name in enumerate(classes)}
    if ignored is not None:
        places[str(ignored)] = float(ignored)
    found = np.array([_place(entry, places) for entry in labels.flat])
    for at in np.flatnonzero(found == NOWHERE)[:1].tolist():
        raise InvalidInput(pointer(path, at), f"{labels.flat[at]!s:.80} is none of the classes {listed(classes)}")
    return found.reshape(labels.shape)


def are_numbered(names: tuple[str, ...]) -> bool:
    """Whether names of classes are numbers, but not those that the classes have anyway."""
    return all(map(str.isdecimal, names)) and names != tuple(map(str, range(len(names))))


def _place(entry: Any, places: Mapping[str, float]) -> float:
    if entry is None or entry != entry:
        return np.nan
    whole = not isinstance(entry, str) and float(entry).is_integer()
    return places.get(str(int(entry)) if whole else str(entry), NOWHERE)
