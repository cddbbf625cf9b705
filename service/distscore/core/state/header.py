"""The header of a state, read strictly: whatever is not of the type that it should be is refused."""

import json
import math
from typing import Any, Literal, TypeVar

Reason = Literal["not_base64", "other_version", "damaged", "foreign"]
Kind = TypeVar("Kind")
WIDEST = 1 << 40  # of whole numbers that count rows, classes or bins


class BadState(ValueError):
    """A string that is not a state of this service; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def need(holds: bool) -> None:
    """Refuse a state where something does not hold that holds of every state of this service."""
    if not holds:
        raise BadState("foreign")


class Header:
    """A JSON object whose members are read by name and type; BadState where one is of another type."""

    def __init__(self, text: bytes) -> None:
        try:
            self._members = json.loads(text)
        except (ValueError, RecursionError):
            raise BadState("foreign") from None
        need(isinstance(self._members, dict))

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
        part = Header(b"{}")
        part._members = self._member(name, dict)
        return part

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

    def numbers(self, name: str) -> list[float]:
        """A list of finite numbers."""
        values = self._all(name, float)
        need(all(map(math.isfinite, values)))
        return values

    def settings(self) -> dict[str, float | str]:
        """All members, which are finite numbers or strings."""
        return {
            name: self.text(name) if type(value) is str else self.number(name) for name, value in self._members.items()
        }

    def _all(self, name: str, kind: type[Kind]) -> list[Kind]:
        values: list[Any] = self._member(name, list)
        need(all(type(value) is kind for value in values))
        return values

    @staticmethod
    def _distinct(values: list[str]) -> list[str]:
        need(len(set(values)) == len(values))
        return values
