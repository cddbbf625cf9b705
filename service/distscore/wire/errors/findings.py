"""What is wrong with a request, collected so that one answer can name it all."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.wire.errors.problems import LISTED, InvalidRequest, Issue, pointer

Path = tuple[str | int, ...]
LONGEST = 300  # characters of a pointer: a member's name may be as long as the body


class Findings:
    """Issues so far: the first ones spelled out, all of them counted."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.count = 0

    def add(self, path: Path, code: str, detail: str, hint: str | None = None, times: int = 1) -> None:
        """One issue, which may stand for several of its kind."""
        self.count += times
        if len(self.issues) < LISTED:
            self.issues.append(Issue(pointer(*path)[:LONGEST], code, detail, hint))

    def add_where(
        self,
        path: Path,
        wrong: NDArray[np.bool_],
        code: str,
        detail: Callable[[tuple[int, ...]], str] | str,
        hint: str | None = None,
    ) -> bool:
        """An issue for every entry that is wrong; says whether there is any."""
        count = int(np.count_nonzero(wrong))
        if not count:
            return False
        first = np.flatnonzero(wrong)[:LISTED]
        for at in zip(*np.unravel_index(first, wrong.shape), strict=True):
            place = tuple(int(i) for i in at)
            self.add((*path, *place), code, detail if isinstance(detail, str) else detail(place), hint)
        self.count += count - len(first)
        return True

    def raise_any(self, complete: bool = True) -> None:
        """Refuse the request if anything was found; not complete where something was not looked at for that."""
        if self.count:
            raise InvalidRequest(self.issues, self.count, complete)


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
    return "an array" if isinstance(value, list) else "an object"
