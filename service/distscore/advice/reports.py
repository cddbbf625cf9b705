"""The words that reports have for people, from their numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from distscore.advice import annotators, verdicts
from distscore.core.diagnostics.sums.summary import Summary


@dataclass(frozen=True)
class Text:
    """A member `text` of a report: what is to be read there, and who writes it."""

    description: str
    write: Callable[[Any, Summary], str]


TEXTS: Mapping[str, Text] = {  # by the name of the diagnostic
    "verdict": Text("Two or three plain sentences.", verdicts.sentences),
    "annotators": Text("The same in plain sentences.", annotators.sentences),
}


def spoken(reports: dict[str, Any], summary: Summary) -> dict[str, Any]:
    """Reports by name, with the words of those that have some."""
    return {
        name: {**report, "text": TEXTS[name].write(report, summary)} if name in TEXTS else report
        for name, report in reports.items()
    }
