"""The header of a state, read strictly: whatever is not of the type that it should be is refused."""

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, Literal, TypeVar

Reason = Literal["not_base64", "other_version", "too_wide", "too_long", "damaged", "foreign"]
Kind = TypeVar("Kind")
WIDEST = 1 << 40  # of whole numbers that count rows, classes or bins
PART = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?|[\[{,]', re.DOTALL)  # a string, or what makes entries
BRACKETS = 64  # objects and lists of a header; there are about 25
PARTS, PARTS_PER_CLASS = 10_000, 10  # of a name and two weights, and of the names of two series for a statistic


class BadState(ValueError):
    """A string that is not a state of this service; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def need(holds: bool) -> None:
    """Refuse a state where something does not hold that holds of every state of this service."""
    if not holds:
        raise BadState("foreign")


def written(members: Mapping[str, Any]) -> bytes:
    """A header as bytes: there is one way to write it."""
    text = json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def read_header(text: bytes, width: int, summaries: int = 1) -> "Header":
    """The header of a state of so many classes and summaries; raises BadState unless it is written as `written` does.

    How much is in it, and how deep, is counted before it is parsed. Duplicate members and halves of surrogate pairs
    would be written otherwise.
    """
    most = (PARTS + PARTS_PER_CLASS * width) * summaries
    kinds = Counter(text[part.start()] for part in islice(PART.finditer(text), most + 1))
    need(kinds.total() <= most and kinds[ord("[")] + kinds[ord("{")] <= BRACKETS * summaries)
    try:
        members = json.loads(text.decode())
    except ValueError:
        raise BadState("foreign") from None
    need(isinstance(members, dict) and written(members) == text)
    return Header(members)


class Header:
    """A JSON object whose members are read by name and type; BadState where one is of another type."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def names(self) -> list[str]:
        """The names of its members, in order."""
        return sorted(self._members)

    def _member(self, name: str, kind: type[Kind]) -> Kind:
        value = self._members.get(name)
        if type(value) is not kind:
            raise BadState("foreign")
        return value

    def part(self, name: str) -> "Header":
        """The member of this name, which is an object."""
        return Header(self._member(name, dict))

    def parts(self, name: str) -> list["Header"]:
        """The member of this name, which is a list of objects."""
        return [Header(members) for members in self._all(name, dict)]

    def text(self, name: str) -> str:
        """The member of this name, which is a string."""
        return self._member(name, str)

    def text_or_none(self, name: str) -> str | None:
        """The member of this name, which is a string, null or absent."""
        return None if self._members.get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """The member of this name, which is true or false."""
        return self._member(name, bool)

    def whole(self, name: str, least: int, most: int = WIDEST) -> int:
        """A whole number within bounds."""
        value = self._member(name, int)
        need(least <= value <= most)
        return value

    def wholes(self, name: str, count: int) -> list[int]:
        """So many whole numbers that are not negative."""
        values = self._all(name, int)
        need(len(values) == count and all(0 <= value <= WIDEST for value in values))
        return values

    def number(self, name: str) -> float:
        """The member of this name, which is a finite number with a decimal point."""
        value = self._member(name, float)
        need(math.isfinite(value))
        return value

    def double(self, name: str) -> float:
        """A double that is not NaN, as hexadecimal text."""
        try:
            value = float.fromhex(self.text(name))
        except (ValueError, OverflowError):
            raise BadState("foreign") from None
        need(not math.isnan(value))
        return value

    def texts(self, name: str) -> list[str]:
        """A list of distinct strings."""
        return self._distinct(self._all(name, str))

    def weights(self, name: str) -> list[float]:
        """A list of finite numbers >= 0."""
        values = self._all(name, float)
        need(all(0 <= value < math.inf for value in values))
        return values

    def bounds(self, name: str) -> list[float | None]:
        """A list of finite numbers >= 0, or null where there is no bound."""
        values: list[Any] = self._member(name, list)
        need(all(value is None or (type(value) is float and 0 <= value < math.inf) for value in values))
        return values

    def settings(self, texts: Collection[str]) -> dict[str, float | str]:
        """All members: strings where they have one of these names, else finite numbers."""
        return {name: self.text(name) if name in texts else self.number(name) for name in self._members}

    def _all(self, name: str, kind: type[Kind]) -> list[Kind]:
        values: list[Any] = self._member(name, list)
        need(all(type(value) is kind for value in values))
        return values

    @staticmethod
    def _distinct(values: list[str]) -> list[str]:
        need(len(set(values)) == len(values))
        return values
