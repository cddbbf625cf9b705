"""What is wrong with a list that is no array of the expected rank and type: told entry by entry, row by row."""

import re
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.wire.errors.place import Place, shown

SIDES = ("targets", "predictions")
SHAPES = ("a scalar", "one entry per row", "one list of entries per row")
QUOTED = re.compile(r"\s*[-+]?[0-9.]+(e[-+]?[0-9]+)?\s*", re.IGNORECASE)
BLANK = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})

MISSING = 'a missing value? send null and ask for "missing": "exclude", and its row is left out'
MISSING_NAN = 'a missing value? ask for "missing": "exclude", and its row is left out'
UNBOX = "a list of one: unbox it"
ONE_HOT = "one-hot? send them as probabilities"
TWO_COLUMNS = "a column per outcome? send the one of the event alone"
SEVERAL = "exclusive classes? use the family categorical; labels that do not exclude one another? multilabel"
DRAWS = "several observations of each row? send them as samples"
INDICES = "class indices? send them as labels"
ONE_ROW = "one row? put it in a list; one event per row? use the family bernoulli"
WORDS = "words? send the position of each name in classes, counted from 0"


def note(value: Any, rank: int, types: frozenset[type], kind: str, at: Place) -> None:
    """Note why `value` is no array of this rank whose entries have one of these types; `kind` names them."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
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


def hint_of_nan(values: NDArray[np.float64], at: Place) -> str | None:
    """For numbers of which some are not finite, if they are NaN."""
    return MISSING_NAN if at.path[0] == "targets" and np.isnan(values).any() else None


def _note_rows(rows: list[Any], types: frozenset[type], at: Place) -> None:
    """Rows of an array of rank 2 that are no lists."""
    if not any(row is not None for row in rows):
        at.wrong("empty_batch", "every row is null")
        return
    if set(map(type, rows)) <= types:
        indices = float in types and set(map(type, rows)) == {int} and max(rows) > 1
        hint = INDICES if indices else ONE_ROW
        at.wrong("shape_mismatch", f"expected {SHAPES[2]}, got {SHAPES[1]}", hint)
        return
    for index, row in enumerate(rows):
        if not isinstance(row, list):
            detail = f"expected an array, got {shown(row)}"
            at.child(index).wrong("wrong_type", detail, _hint(row, types, at))


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
        hint = _of_rows(flat, str(at.path[-1])) if rank == 1 else None
        at.wrong("shape_mismatch", f"expected {SHAPES[rank]}, got deeper lists", hint)
        return
    for index, entry in enumerate(flat):
        if type(entry) not in types:
            place = at.child(index) if rank == 1 else at.child(*divmod(index, width))
            place.wrong("wrong_type", f"expected {kind}, got {shown(entry)}", _hint(entry, types, at))


def _of_rows(rows: list[list[Any]], column: str) -> str | None:
    """For a list of lists where a column has one entry per row."""
    widths = set(map(len, rows))
    if widths == {1}:
        return UNBOX
    if column == "labels":
        return ONE_HOT
    if column in ("probabilities", "logits"):
        return TWO_COLUMNS if widths == {2} else SEVERAL
    return DRAWS if column == "values" else None


def _hint(entry: Any, types: frozenset[type], at: Place) -> str | None:
    """For one entry of the wrong type."""
    in_column = not set(SIDES).isdisjoint(at.path)
    if in_column and (entry is None or (isinstance(entry, str) and entry.strip().lower() in BLANK)):
        return MISSING
    if isinstance(entry, str) and float in types:
        if QUOTED.fullmatch(entry[:50]):
            return "a number in quotes: send it bare"
        return WORDS if at.path[-1] == "labels" else None
    return UNBOX if isinstance(entry, list) and len(entry) == 1 else None
