"""What is wrong with a list that is no array of the expected rank and type: told entry by entry, row by row."""

from itertools import chain
from typing import Any

import numpy as np

from distscore.wire.errors.place import Place, shown

SHAPES = ("a scalar", "one entry per row", "one list of entries per row")
MISSING = 'a missing value? ask for "missing": "exclude", and its row is left out'
UNBOX = "a list of one: unbox it"


def note(value: Any, rank: int, types: frozenset[type], kind: str, at: Place) -> None:
    """Note why `value` is no array of this rank whose entries have one of these types; `kind` names them."""
    if not isinstance(value, list):
        at.wrong("wrong_type", f"expected an array, got {shown(value)}")
    elif not value:
        at.wrong("empty_batch", "expected at least one row")
    elif rank == 1:
        _note_entries(value, len(value), 1, types, kind, at)
    elif not all(isinstance(row, list) for row in value):
        _note_rows(value, types, at)
    else:
        _note_widths(value, types, kind, at)


def _note_rows(rows: list[Any], types: frozenset[type], at: Place) -> None:
    """Rows of an array of rank 2 that are no lists."""
    if set(map(type, rows)) <= types:
        at.wrong("shape_mismatch", f"expected {SHAPES[2]}, got {SHAPES[1]}", "one row? put it in a list")
        return
    for index, row in enumerate(rows):
        if not isinstance(row, list):
            hint = MISSING if row is None and at.path[0] in ("targets", "predictions") else None
            at.child(index).wrong("wrong_type", f"expected an array, got {shown(row)}", hint)


def _note_widths(rows: list[list[Any]], types: frozenset[type], kind: str, at: Place) -> None:
    """Rows that do not have as many entries as the first one; then what is wrong with the entries."""
    width = len(rows[0])
    ragged = np.array([len(row) != width for row in rows])
    if ragged.any():
        at.wrong_where(ragged, "ragged_array", lambda row: f"{len(rows[row[0]])} entries, the first row has {width}")
    elif not width:
        at.wrong("shape_mismatch", "rows without entries")
    else:
        _note_entries(list(chain.from_iterable(rows)), width, 2, types, kind, at)


def _note_entries(flat: list[Any], width: int, rank: int, types: frozenset[type], kind: str, at: Place) -> None:
    """Entries of the wrong type, in an array of rank 1 or in rows of a width that were put one after the other."""
    if all(isinstance(entry, list) for entry in flat):
        boxed = rank == 1 and all(len(entry) == 1 for entry in flat)
        at.wrong("shape_mismatch", f"expected {SHAPES[rank]}, got deeper lists", UNBOX if boxed else None)
        return
    for index, entry in enumerate(flat):
        if type(entry) not in types:
            place = at.child(index) if rank == 1 else at.child(*divmod(index, width))
            place.wrong("wrong_type", f"expected {kind}, got {shown(entry)}", _hint(entry, types, at))


def _hint(entry: Any, types: frozenset[type], at: Place) -> str | None:
    if isinstance(entry, str) and float in types:
        return "a number in quotes: send it bare"
    if entry is None and at.path[0] in ("targets", "predictions"):
        return MISSING
    return UNBOX if isinstance(entry, list) and len(entry) == 1 else None
