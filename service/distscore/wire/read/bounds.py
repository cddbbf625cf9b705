"""How much may stand in a document beside its arrays, counted before each wrong member costs an error of its own."""

from collections.abc import Mapping
from typing import Any

from distscore.wire.describe.members import MOST_CANDIDATES, MOST_LOSSES
from distscore.wire.errors.place import Place, shown
from distscore.wire.errors.problems import LISTED

MEMBERS = 100  # of an object; none has as many
ENTRIES = {"losses": MOST_LOSSES, "candidates": MOST_CANDIDATES, "outputs": 100}  # of lists that are no arrays


def check_bounds(document: Mapping[str, Any], at: Place) -> None:
    """Raises InvalidRequest for objects of too many members, lists of too many entries, and class names of other types.

    What is inside the entries of `losses` and `candidates` is looked at as well; nothing is deeper.
    """
    _check_members(document, at)
    for name, most in ENTRIES.items():
        value = document.get(name)
        if isinstance(value, list) and len(value) > most:
            at.child(name).wrong("out_of_range", f"{len(value)} entries, at most {most}")
    at.refuse(complete=False)
    for name, value in document.items():
        if isinstance(value, dict) and len(value) > MEMBERS:
            _check_members(value, at.child(name))
    for several in ("losses", "candidates"):
        entries = document.get(several)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            _check_entry(entry, at.child(several, index))
    classes = document.get("classes")
    if isinstance(classes, list):
        _check_names(classes, at.child("classes"))
    at.refuse(complete=False)


def _check_members(sent: Mapping[str, Any], at: Place) -> None:
    """Note an object with more members than any may have."""
    if len(sent) > MEMBERS:
        at.wrong("out_of_range", f"{len(sent)} members, at most {MEMBERS}")


def _check_entry(entry: Any, at: Place) -> None:
    """Note an object of a list, or an object inside it, with more members than any may have."""
    if isinstance(entry, dict):
        _check_members(entry, at)
        for name, value in entry.items():
            if isinstance(value, dict):
                _check_members(value, at.child(name))


def _check_names(classes: list[Any], at: Place) -> None:
    """Note names that are no strings: the first ones are spelled out, all are counted."""
    if set(map(type, classes)) <= {str}:
        return
    wrong = [index for index, name in enumerate(classes) if not isinstance(name, str)]
    for index in wrong[:LISTED]:
        at.child(index).wrong("wrong_type", f"expected a string, got {shown(classes[index])}")
    at.found.count += len(wrong[LISTED:])
