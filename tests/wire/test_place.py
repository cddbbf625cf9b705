"""A place knows its path, and the errors of a whole request are told together."""

import numpy as np
import pytest

from distscore.wire.errors.names import LISTED as NAMES_LISTED
from distscore.wire.errors.names import listed, nearest
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import LISTED, InvalidRequest


def refused(at: Place) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as raised:
        at.refuse()
    return raised.value


def test_children_share_what_was_found() -> None:
    """Whoever notes something deep inside, the whole request is refused for it, at its pointer."""
    at = Place()
    at.refuse()
    at.child("targets").child("a/b~c", 3).wrong("negative", "-1 is negative")
    (issue,) = refused(at).issues
    assert (issue.pointer, issue.code, issue.hint) == ("/targets/a~1b~0c/3", "negative", None)


def test_hints_are_made_for_what_is_listed() -> None:
    """Looking for a near name costs something: it is done for the issues that are spelled out, not for all of them."""
    made = []

    def hint() -> str:
        made.append(1)
        return "did you mean that?"

    at = Place()
    for index in range(3 * LISTED):
        at.child(index).wrong("unknown_name", "there is none", hint)
    assert len(made) == LISTED
    assert refused(at).count == 3 * LISTED


def test_entries_keep_the_numbers_of_their_rows() -> None:
    """Where only some rows are looked at, an entry is named by its row in the request."""
    at = Place(("mask",), row_numbers=np.array([2, 5, 7]))
    wrong = np.array([[False, False], [True, False], [False, True]])
    assert at.wrong_where(wrong, "wrong_type", lambda index: f"at {index}")
    assert [(issue.pointer, issue.detail) for issue in refused(at).issues] == [
        ("/mask/5/0", "at (1, 0)"),
        ("/mask/7/1", "at (2, 1)"),
    ]
    assert not at.wrong_where(np.zeros((3, 2), np.bool_), "wrong_type", "never")


def test_nothing_is_near_to_everything() -> None:
    """A name that is like none of the known ones, or as long as a body, has no nearest one."""
    known = ("mean", "standard_deviation")
    assert nearest("sigma", known) == "standard_deviation"
    assert nearest("means", known) == "mean"
    assert nearest("zebra", known) is None
    assert nearest("mean" * 1_000_000, known) is None


def test_lists_are_short() -> None:
    """Of many names some are listed, and the rest is counted."""
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(n) for n in range(NAMES_LISTED + 3)]).endswith(", 9 and 3 more")
