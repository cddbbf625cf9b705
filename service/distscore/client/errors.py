"""What can go wrong, below one base: wrong input here, a refusal there, or nobody who answers."""

from typing import Any

SHOWN = 5  # errors of a problem document that a message lists
HINTS = {401: "Client(key=...), or DISTSCORE_API_KEY in the environment", 413: "client.score_in_parts sends parts"}


class DistscoreError(Exception):
    """The base of every exception that the client raises."""


class InvalidInput(DistscoreError, ValueError):
    """Input that is not sent, because it cannot be right; `pointer` is the JSON pointer of the place."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(pointer, detail)
        self.pointer, self.detail = pointer, detail

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.pointer, self.detail)


class NotAsked(DistscoreError, AttributeError):
    """A member of an answer that is not there, because the request did not ask for it or the batch has none."""

    def __str__(self) -> str:
        return f"the answer has no {self.args[0]}: ask for it by outputs=[...], if the batch has it"


class LibraryMissing(DistscoreError, ImportError):
    """An optional library that a conversion needs and that is not installed."""


class Unreachable(DistscoreError):
    """No answer came within the time: no connection, a lost one, or silence."""


class Unreadable(DistscoreError):
    """An answer with a status of success that the service cannot have sent: something else listens there."""


class Refused(DistscoreError):
    """An answer that is a problem document: its `status`, its `code`, and for bad input `errors` with JSON pointers."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(status, problem)
        self.status, self.problem = status, problem
        self.code: str = problem.get("code", "")
        self.errors: list[dict[str, Any]] = problem.get("errors") or []

    def __str__(self) -> str:
        first, *others = self._lines()
        return "\n  ".join([f"{self.status} {self.code}".rstrip() + f": {first}", *others])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.problem)

    def _lines(self) -> list[str]:
        """A line for each of the first errors, or one without any: where, what, and what to do instead."""
        detail = self.problem.get("detail", "")
        if not self.errors:
            hint = HINTS.get(self.status)
            return [f"{detail} ({hint})" if hint else detail]
        first, *others = map(_line, self.errors[:SHOWN])
        before, repeated, _ = detail.partition(_what(self.errors[0]))
        more = self.problem.get("error_count", len(self.errors)) - len(self.errors[:SHOWN])
        lines = [before + first if repeated else f"{detail}: {first}", *others]
        return [*lines, f"and {more} more"] if more > 0 else lines


class Busy(Refused):
    """A refusal with status 503, again after every attempt: the service has no place, or is about to stop."""


def _what(error: dict[str, Any]) -> str:
    return f"{error['pointer'] or 'the document'}: {error['detail']}"


def _line(error: dict[str, Any]) -> str:
    return f"{_what(error)}; {error['hint']}" if error.get("hint") else _what(error)
