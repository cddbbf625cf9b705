"""Rows and columns of several frames put in one order by what they are called, or refused: never by position alone.

The rows of everything that has an index (pandas) go by its labels, in the order of the first one; the columns of
everything that has names go by these, in the order of `classes` or of the first one. What has neither, as an array,
has only positions and goes by them.
"""

from collections.abc import Mapping
from typing import Any

from distscore.client.errors import InvalidInput
from distscore.client.sending.frames import Labeled
from distscore.client.sending.request import Array, Path, dotted, listed, pointer

POSITIONAL = {"samples", "natural", "expectations"}  # whose columns are no classes, and go as they are
BY_POSITION = "; where rows go by position, send both as .to_numpy()"


def by_index(sent: Mapping[Path, Labeled]) -> tuple[dict[Path, Labeled], Any]:
    """Everything with its rows in the order of the first index, and that index; raises InvalidInput."""
    first = next((path for path, each in sent.items() if each.index is not None), None)
    if first is None:
        return dict(sent), None
    index = sent[first].index
    return {path: _reindexed(each, path, index, first) for path, each in sent.items()}, index


def _reindexed(sent: Labeled, path: Path, index: Any, first: Path) -> Labeled:
    if sent.index is None or sent.index.equals(index):
        return sent
    both = f"the indices of {dotted(path)} and {dotted(first)}"
    if not (index.is_unique and sent.index.is_unique):
        raise InvalidInput(pointer(path), f"rows cannot be matched: {both} differ, and have a label twice{BY_POSITION}")
    unmatched = index.symmetric_difference(sent.index, sort=False)
    if len(unmatched):
        detail = f"rows cannot be matched: {listed(unmatched)} are only in one of {both}"
        raise InvalidInput(pointer(path), detail + BY_POSITION)
    return Labeled(sent.values[sent.index.get_indexer(index)], index, sent.names)


def by_name(sent: Mapping[Path, Labeled], classes: tuple[str, ...] | None) -> tuple[dict[Path, Array], Any]:
    """Everything with its columns in the order of the classes, and these, if anything tells; raises InvalidInput."""
    named = [(path, each.names) for path, each in sent.items() if each.names and path[-1] not in POSITIONAL]
    first = ("classes",) if classes else named[0][0] if named else ()
    classes = classes or (named[0][1] if named else None)
    if classes is None:
        return {path: each.values for path, each in sent.items()}, None
    return {path: _reordered(each, path, classes, first) for path, each in sent.items()}, classes


def _reordered(sent: Labeled, path: Path, classes: tuple[str, ...], first: Path) -> Array:
    if sent.names is None or sent.names == classes or path[-1] == "samples":
        return sent.values
    if len(set(sent.names)) < len(sent.names):
        raise InvalidInput(pointer(path), "columns cannot be matched: two have the same name")
    unmatched = sorted(set(sent.names) ^ set(classes))
    if unmatched:
        detail = f"columns cannot be matched: {listed(unmatched)} are only in one of {dotted(path)} and {dotted(first)}"
        raise InvalidInput(pointer(path), f"{detail}; where columns go by position, send .to_numpy()")
    return sent.values[:, [sent.names.index(name) for name in classes]]


def by_class(values: Any, classes: tuple[str, ...] | None, path: Path) -> Any:
    """Weights of classes by their names or numbers, a mapping, as a list in the order of the classes."""
    if not isinstance(values, Mapping):
        return values
    weights = {str(name): weight for name, weight in values.items()}
    classes = classes or tuple(map(str, range(len(weights))))
    unmatched = sorted(set(weights) ^ set(classes))
    if unmatched:
        detail = (
            f"weights go by the names of the classes {listed(classes)}, and {listed(unmatched)} are only in one of both"
        )
        raise InvalidInput(pointer(path), detail)
    return [weights[name] for name in classes]
