"""Labels that are words: their order is that of the classes, which somebody has to say."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import LISTED
from distscore.wire.table.cells import NUMBER, Cells, numbers_of, texts_of
from distscore.wire.table.delimited import MISSING

ORDER = "their order is not in them: say it, as in classes=cat,dog or by a pattern such as predictions.logits=z_*"
POSITIVE = "which of them is 1? say so, as in positive=spam"


def labels_of(
    column: pa.ChunkedArray,
    classes: Sequence[str],
    positive: str,
    ignored: int | None,
    at: Place,
    is_part: bool = False,
) -> Cells:
    """Positions in `classes` where all cells are names of classes, else numbers; notes words that are neither.

    Where names are numbers, a cell could be either: some rows of a table, which do not show the others, go by name.
    """
    words = [str(cell).strip() for cell in texts_of(column)]
    missing = np.fromiter((word in MISSING for word in words), np.bool_, len(words))
    if positive:
        values = np.fromiter((word == positive for word in words), np.float64, len(words))
        if not values.any() and not is_part:
            known = sorted(set(words) - set(MISSING))[:LISTED]
            at.wrong("unknown_name", "no cell is the word of `positive`", f"there are: {listed(known)}")
        return _cells(values, missing)
    codes = {name: float(code) for code, name in enumerate(classes)}
    if ignored is not None:
        codes.setdefault(str(ignored), float(ignored))
    cells = numbers_of(column, decimal_comma=False)
    named = np.fromiter((word in codes for word in words), np.bool_, len(words))
    by_name = (named | missing).all() or (named.any() and cells.wrong.any())
    if by_name or (is_part and are_numbers(classes)):
        cells = _cells(np.fromiter((codes.get(word, np.nan) for word in words), np.float64, len(words)), missing)
        cells = replace(cells, wrong=~named & ~missing)
    if cells.wrong.any():
        _note_words(words, cells.wrong, classes, at)
        return _cells(np.zeros(len(words)), missing)
    return cells


def are_numbers(classes: Sequence[str]) -> bool:
    """Whether a class has a number for a name that is not that of its position."""
    return any(re.match(NUMBER, name.lower()) and name != str(code) for code, name in enumerate(classes))


def _cells(values: NDArray[np.float64], missing: NDArray[np.bool_]) -> Cells:
    return Cells(np.where(missing, np.nan, values), missing, np.zeros(len(values), np.bool_))


def _note_words(words: Sequence[str], wrong: NDArray[np.bool_], classes: Sequence[str], at: Place) -> None:
    """Note words that stand for no class: the first ones are spelled out, all are counted."""
    rows = np.flatnonzero(wrong)
    for row in rows[:LISTED].tolist():
        if classes:
            hint = partial(did_you_mean, words[row], classes)
            at.child(row).wrong("unknown_name", f"no class has this name; there are: {listed(classes)}", hint)
        else:
            at.child(row).wrong("wrong_type", "expected a number, got a word", ORDER)
    at.found.count += max(0, len(rows) - LISTED)
