"""Where in a request something is wrong: a place knows its path, and the whole request's errors are told together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.wire.errors.problems import LISTED, InvalidRequest, Issue, pointer

Step = str | int
Index = tuple[int, ...]
Hint = str | Callable[[], str | None] | None  # a function where it costs something: it is called for listed issues only
LONGEST = 300  # characters of a pointer: a member's name may be as long as the body


@dataclass
class Found:
    """What is wrong with one request: the first issues spelled out, all of them counted."""

    issues: list[Issue] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True)
class Place:
    """A member or an entry of a request's document; `Place()` is the whole document."""

    path: tuple[Step, ...] = ()
    found: Found = field(default_factory=Found)  # of the request, shared by all its places
    row_numbers: NDArray[np.intp] | None = None  # of the rows that are looked at, if those are not all

    def child(self, *steps: Step) -> "Place":
        """The place of a member or an entry inside this one, which shares what was found."""
        return Place((*self.path, *steps), self.found)

    def wrong(self, code: str, detail: str, hint: Hint = None) -> None:
        """Note that something is wrong here."""
        self.found.count += 1
        if len(self.found.issues) < LISTED:
            says = hint() if callable(hint) else hint
            self.found.issues.append(Issue(pointer(*self.path)[:LONGEST], code, detail, says))

    def wrong_where(
        self, wrong: NDArray[np.bool_], code: str, detail: Callable[[Index], str] | str, hint: str | None = None
    ) -> bool:
        """Note every entry of the array here that is wrong; says whether there is any."""
        count = int(np.count_nonzero(wrong))
        if not count:
            return False
        first = np.flatnonzero(wrong)[:LISTED]
        for entry in zip(*np.unravel_index(first, wrong.shape), strict=True):
            index = tuple(map(int, entry))
            row = index[0] if self.row_numbers is None else int(self.row_numbers[index[0]])
            self.child(row, *index[1:]).wrong(code, detail if isinstance(detail, str) else detail(index), hint)
        self.found.count += count - len(first)
        return True

    def refuse(self, complete: bool = True) -> None:
        """Refuse the request if anything is wrong with it; not complete where checks were left out because of that."""
        if self.found.count:
            raise InvalidRequest(self.found.issues, self.found.count, complete)


def shown(value: Any) -> str:
    """An offending scalar as an error may show it: short, and nothing but scalars."""
    if isinstance(value, str):
        return "a string"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float | np.floating | np.integer):
        return f"{float(value):.9g}"
    if isinstance(value, int):
        return str(value) if abs(value) < 1 << 63 else "an integer"
    return "an array" if isinstance(value, list | np.ndarray) else "an object"
