"""Answers without per-row arrays: comparisons, advice, explanations, files and pages."""

from pathlib import Path
from typing import Any

from distscore.client.answers import view
from distscore.client.answers.answer import Answer, RowsAnswer
from distscore.client.answers.frames import Columns, Tabular, of_results


class Comparison(RowsAnswer, Tabular):
    """Several losses of one batch, or several candidates for its predictions, one record per loss."""

    def _table(self) -> Columns:
        return of_results(self.results)

    def _repr_html_(self) -> str:
        return view.several(self._members, self._table())


class Advice(Answer):
    """What targets look like, and which family and loss fit them, best first."""

    @property
    def target_kind(self) -> str:
        """What the targets look like, such as `one_hot` or `counts`."""
        return str(self._member("target_kind"))

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """What was measured on the targets: `fact` and `number`."""
        return list(self._member("evidence"))

    @property
    def recommendations(self) -> list[dict[str, Any]]:
        """What fits, best first: `family`, `loss`, `why`, `caveat`, and a `request` that works."""
        return list(self._member("recommendations"))

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What looks like a slip, and whether a family that was named does not fit."""
        return list(self._member("warnings"))

    def _repr_html_(self) -> str:
        return view.told(self._members)


class Explanation(Answer):
    """Whose convention gives a number."""

    @property
    def value(self) -> float | None:
        """The score as it was asked for; None where it is infinite."""
        value = self._member("value")
        return None if value is None else float(value)

    @property
    def matches(self) -> list[dict[str, Any]]:
        """The conventions that give the observed number within its digits, the simplest first."""
        return list(self._member("matches"))

    @property
    def near(self) -> list[dict[str, Any]]:
        """If nothing matches, what comes closest."""
        return list(self._member("near"))

    @property
    def text(self) -> str:
        """The same in plain sentences."""
        return str(self._member("text"))

    def _repr_html_(self) -> str:
        return view.told(self._members)


class Table(Answer):
    """What is in a file of columns, and how it could be scored."""

    @property
    def columns(self) -> list[dict[str, Any]]:
        """A record per column of the file: its name, type, range and first values."""
        return list(self._member("columns"))

    @property
    def guesses(self) -> list[dict[str, Any]]:
        """What could be asked, best first: `path`, `query` and `why`."""
        return list(self._member("guesses"))

    def _repr_html_(self) -> str:
        return view.records("Columns", self.columns) + view.records("Guesses", self.guesses)


class Page:
    """A report for people: one HTML file that needs nothing else; notebooks show it."""

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | Path) -> None:
        """Write the page to a file."""
        Path(path).write_text(self.html, encoding="utf-8")

    def _repr_html_(self) -> str:
        return view.framed(self.html)
