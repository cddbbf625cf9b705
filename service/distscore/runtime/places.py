"""Places that are bounded in number and in bytes: whoever finds none is told to come again."""

from collections.abc import Iterator
from contextlib import contextmanager

from distscore.wire.errors.problems import Overloaded, Problem


class Places:
    """So many places, and so many bytes for all who hold one together."""

    def __init__(self, places: int, size: int, what: str) -> None:
        self.places, self.size, self.what = places, size, what
        self.taken = self.bytes = 0

    def check(self, coming: int = 0) -> None:
        """Raises `Overloaded` if no place is free, or `coming` bytes are more than are left."""
        if self.taken >= self.places or self.bytes + coming > self.size:
            raise self.overloaded()

    def overloaded(self) -> Problem:
        """The refusal of what finds no place."""
        return Overloaded(f"{self.what}; send the request again in a moment.", {"Retry-After": "1"})

    @contextmanager
    def take(self, coming: int = 0) -> Iterator["Taken"]:
        """Hold a place; raises `Overloaded` where `check` does."""
        self.check(coming)
        with self.hold() as taken:
            yield taken

    @contextmanager
    def hold(self, size: int = 0) -> Iterator["Taken"]:
        """Hold a place and so many bytes, whether or not there is one."""
        taken = Taken(self)
        self.taken += 1
        self.bytes += size
        try:
            yield taken
        finally:
            self.taken -= 1
            self.bytes -= size + taken.bytes


class Taken:
    """A place that somebody holds, and the bytes that it takes so far."""

    def __init__(self, places: Places) -> None:
        self.places, self.bytes = places, 0

    def grow(self, size: int) -> None:
        """Take so many more bytes; raises `Overloaded` if all places together then take too many."""
        if self.places.bytes + size > self.places.size:
            raise self.places.overloaded()
        self.places.bytes += size
        self.bytes += size
