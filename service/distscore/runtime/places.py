"""Places that are bounded in number and in bytes: whoever finds none is told to come again."""

from time import monotonic
from types import TracebackType
from typing import Self

from distscore.wire.errors.problems import Overloaded, Problem


class Places:
    """So many places, and so many bytes for all who hold one together."""

    def __init__(self, places: int, size: int, what: str, many: int | None = None) -> None:
        """`what` says that they are taken; `since` when `many` of them are, or else all, is kept."""
        self.places, self.size, self.what = places, size, what
        self.taken = self.bytes = 0
        self.since: float | None = None
        self._many = places if many is None else many

    def check(self, coming: int = 0) -> None:
        """Raises `Overloaded` if no place is free, or `coming` bytes are more than are left."""
        if self.taken >= self.places or self.bytes + coming > self.size:
            raise self.overloaded()

    def overloaded(self) -> Problem:
        """The refusal of what finds no place."""
        return Overloaded(f"{self.what}; send the request again in a moment.", {"Retry-After": "1"})

    def take(self, coming: int = 0) -> "Taken":
        """A place to hold; raises `Overloaded` where `check` does."""
        self.check(coming)
        return Taken(self)

    def hold(self, size: int = 0) -> "Taken":
        """A place and so many bytes to hold, whether or not there is one."""
        return Taken(self, size)

    def change(self, taken: int, size: int) -> None:
        """So many places and bytes are taken in addition."""
        self.taken += taken
        self.bytes += size
        if self.taken < self._many:
            self.since = None
        elif self.since is None:
            self.since = monotonic()


class Taken:
    """A place that is held inside of `with`, and the bytes that it takes so far."""

    def __init__(self, places: Places, size: int = 0) -> None:
        self.places, self.bytes = places, size

    def __enter__(self) -> Self:
        self.places.change(1, self.bytes)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.places.change(-1, -self.bytes)

    def grow(self, size: int) -> None:
        """Take so many more bytes; raises `Overloaded` if all places together then take too many."""
        if self.places.bytes + size > self.places.size:
            raise self.places.overloaded()
        self.places.bytes += size
        self.bytes += size
