"""What tells rows apart: `groups`, and whatever else has a string or an integer per row."""

from typing import Any

import numpy as np

from distscore.core.diagnostics.segments import Key
from distscore.wire.errors.place import Place, shown
from distscore.wire.errors.problems import LISTED

MOST_KEYS = 20
MOST_VALUES = 200  # of a key
LONGEST = 200  # characters of a name or a value
KINDS: list[set[type]] = [{str}, {int}]


def read_groups(sent: Any, row_count: int, at: Place) -> list[Key]:
    """The keys of a request, in its order; raises InvalidRequest."""
    if sent is None:
        return []
    if not isinstance(sent, dict):
        at.wrong("wrong_type", f"expected an object, got {shown(sent)}", 'name the key, as in {"country": [...]}')
        at.refuse()
    if len(sent) > MOST_KEYS:
        at.wrong("out_of_range", f"{len(sent)} keys, at most {MOST_KEYS}")
        at.refuse()
    keys = [read_key(name, values, row_count, at.child(name)) for name, values in sent.items()]
    at.refuse()
    return [key for key in keys if key is not None]


def read_key(name: str, sent: Any, row_count: int, at: Place, most: int = MOST_VALUES) -> Key | None:
    """A string or an integer per row; None after noting what is wrong."""
    if len(name) > LONGEST:
        at.wrong("out_of_range", f"a name of {len(name)} characters, at most {LONGEST}")
    elif isinstance(sent, np.ndarray):
        return read_key(name, sent.tolist(), row_count, at, most)
    elif not isinstance(sent, list):
        at.wrong("wrong_type", f"expected an array of strings or of integers, got {shown(sent)}")
    elif len(sent) != row_count:
        at.wrong("shape_mismatch", f"{len(sent)} entries, expected {row_count}: one for each row")
    elif set(map(type, sent)) not in KINDS:
        _note_types(sent, at)
    else:
        return _key(name, sent, at, most)
    return None


def _note_types(sent: list[Any], at: Place) -> None:
    """Note entries that are no strings, or no integers where the first one is: the first ones are spelled out."""
    kind = int if type(sent[0]) is int else str
    expected = "an integer, as before" if kind is int else "a string"
    wrong = [index for index, value in enumerate(sent) if type(value) is not kind]
    for index in wrong[:LISTED]:
        hint = "rows without a value: give them one of their own" if sent[index] is None else None
        at.child(index).wrong("wrong_type", f"expected {expected}, got {shown(sent[index])}", hint)
    at.found.count += len(wrong[LISTED:])


def _key(name: str, sent: list[Any], at: Place, most: int) -> Key | None:
    codes = {value: code for code, value in enumerate(dict.fromkeys(sent))}
    if len(codes) > most:
        hint = "put rows together: ranges of a number, the most frequent values and the rest"
        at.wrong("out_of_range", f"{len(codes)} different values, at most {most}", hint)
        return None
    long = [value for value in codes if isinstance(value, str) and len(value) > LONGEST]
    if long:
        at.child(sent.index(long[0])).wrong("out_of_range", f"{len(long[0])} characters, at most {LONGEST}")
        return None
    return Key(name, list(codes), np.fromiter(map(codes.__getitem__, sent), np.intp, len(sent)))
