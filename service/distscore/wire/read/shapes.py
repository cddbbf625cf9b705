"""Whether the arrays of a request are of one batch: the same rows everywhere, the same classes everywhere."""

from collections.abc import Sequence

from distscore.wire.errors.place import Place
from distscore.wire.read.array import Booleans
from distscore.wire.read.column import SentColumn


def width_of(columns: Sequence[SentColumn]) -> int:
    """How many classes or labels a row has; 1 where it has none. Of columns that differ, the first one tells."""
    for sent in columns:
        if sent.column.has_entries:
            return int(sent.values.shape[1])
    return 1


def check_columns(columns: Sequence[SentColumn], width: int) -> None:
    """Note columns of another length than the first one, or another width than rows have."""
    reference = columns[0]
    for sent in columns:
        column, values = sent.column, sent.values
        if len(values) != len(reference.values):
            hint = "transposed?" if values.shape == reference.values.shape[::-1] else None
            detail = f"{len(values)} rows, {reference.name} has {len(reference.values)}"
            sent.at.wrong("shape_mismatch", detail, hint)
        if column.entry_supports and values.shape[1] != len(column.entry_supports):
            names = ", ".join(column.entry_supports)
            detail = f"{values.shape[1]} entries per row, expected {len(column.entry_supports)}: {names}"
            sent.at.wrong("shape_mismatch", detail)
        if column.axis == "classes" and values.shape[1] < 2:
            sent.at.wrong("shape_mismatch", "one class; at least two are needed", "one event? family bernoulli")
        if column.has_entries and values.shape[1] != width:
            wide = next(each.name for each in columns if each.column.has_entries)
            sent.at.wrong("shape_mismatch", f"{values.shape[1]} {column.axis}, {wide} has {width}")


def check_names(classes: Sequence[str], width: int, at: Place) -> None:
    """Note class names that are not as many as the classes, or not distinct."""
    if classes and len(classes) != width:
        at.wrong("shape_mismatch", f"{len(classes)} names, rows have {width}")
    if len(set(classes)) < len(classes):
        first: dict[str, int] = {}
        for index, name in enumerate(classes):
            if first.setdefault(name, index) < index:
                at.child(index).wrong("duplicate_name", "class names are distinct")


def check_mask(mask: Booleans, rows: int, width: int, at: Place) -> None:
    """Note a mask of another shape than the rows."""
    if mask.shape != (rows, width):
        found = " x ".join(map(str, mask.shape))
        at.wrong("shape_mismatch", f"{found}, expected {rows} x {width}")
