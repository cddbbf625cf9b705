"""What every answer has: the document that came, and its members as attributes."""

from functools import cached_property
from typing import Any

from distscore.client.errors import NotAsked
from distscore.client.sending.request import Document

SHOWN = ("family", "loss", "row_count", "value", "target_kind")  # members by which an answer is known


class Answer:
    """An answer; `document` is all of it, as JSON has it."""

    def __init__(self, members: Document) -> None:
        self._members = members

    @property
    def members(self) -> Document:
        """The answer without per-row outputs that came as arrays: numbers, texts and lists of records."""
        return self._members

    @cached_property
    def document(self) -> Document:
        """The whole answer as JSON has it: dictionaries, lists, numbers, null as None."""
        return self._members

    def __repr__(self) -> str:
        figures = ", ".join(f"{name}={value!r}" for name, value in self._figures().items())
        return f"{type(self).__name__}({figures})"

    def _figures(self) -> Document:
        """The members by which the answer is known."""
        return {name: self._members[name] for name in SHOWN if name in self._members}

    def _member(self, name: str) -> Any:
        """A member; raises NotAsked where there is none."""
        if name not in self._members:
            raise NotAsked(name)
        return self._members[name]


class RowsAnswer(Answer):
    """What is said of rows together: of a batch, of several that were merged, or of several candidates."""

    @property
    def row_count(self) -> int:
        """How many rows were sent."""
        return int(self._member("row_count"))

    @property
    def results(self) -> list[dict[str, Any]]:
        """Of a comparison: a record per loss, with `candidates` and `differences` where candidates were compared."""
        return list(self._member("results"))

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What was changed on request, and what looks like a slip."""
        return list(self._member("warnings"))

    @property
    def charts(self) -> dict[str, Any]:
        """Vega-Lite specifications by name, complete with their data."""
        return dict(self._member("charts"))

    @property
    def state(self) -> str:
        """What `merge` needs to know of the rows."""
        return str(self._member("state"))
