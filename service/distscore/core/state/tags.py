"""The tags of the batches that a state was merged from, in order, as many as there is room for."""

from collections.abc import Iterable
from dataclasses import dataclass

ROOM = 4000  # bytes


@dataclass(frozen=True)
class Tags:
    """The first tags, and the first one that there was no room for."""

    kept: tuple[str, ...] = ()
    beyond: str | None = None

    def merge(self, other: "Tags") -> "Tags":
        """The tags of both. Whatever the order of merging, what is left out is left out from the same tag on."""
        ends = [tags.beyond for tags in (self, other) if tags.beyond is not None]
        return first_tags({*self.kept, *other.kept, *ends}, min(ends, default=None))


def first_tags(tags: Iterable[str], beyond: str | None = None) -> Tags:
    """Tags below `beyond`, as long as they have room."""
    kept: list[str] = []
    room = ROOM
    for tag in sorted(tags):
        room -= len(tag.encode())
        if tag == beyond or room < 0:
            return Tags(tuple(kept), tag)
        kept.append(tag)
    return Tags(tuple(kept))
