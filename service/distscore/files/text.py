"""A report as lines of text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from distscore.report.page import FACTS, texts
from distscore.report.tables import cell, words

FIGURES = ("decomposition", "skill")  # diagnostics whose numbers are shown
SEGMENTS = 10
Record = Mapping[str, Any]


def lines_of(report: Record) -> Iterator[str]:
    """What the report is about, its verdict, its figures, warnings, and where to look first."""
    yield from texts(report)
    facts = {name: report[name] for name in FACTS if report.get(name) not in (None, [])}
    diagnostics = report.get("diagnostics", {})
    figures = {name: value for part in FIGURES for name, value in diagnostics.get(part, {}).items()}
    numbers = {words(name): cell(value) for name, value in (facts | figures).items() if not isinstance(value, Mapping)}
    yield ""
    yield from (f"{name:<22}{value}" for name, value in numbers.items())
    yield from section("Warnings", [warning(each) for each in report["warnings"]])
    yield from section("Worst rows, counted from 0", [worst_row(each) for each in diagnostics.get("worst_rows", [])])
    groups = report.get("groups", [])
    title = "Groups" if len(groups) <= SEGMENTS else f"Groups, {SEGMENTS} of {len(groups)}"
    yield from section(title, [segment(each) for each in groups[:SEGMENTS]])


def section(title: str, lines: Sequence[str]) -> Iterator[str]:
    """A title and the lines below it, if there are any."""
    if lines:
        yield from ("", title, *(f"  {line}" for line in lines))


def warning(record: Record) -> str:
    """Its message, and the first row that it is about."""
    first = f" {record['count']} rows, the first is {record['ids'][0]}." if record.get("ids") else ""
    return f"{record['message']}{first}"


def worst_row(record: Record) -> str:
    """Where it is and how bad it is."""
    identity = f" ({record['id']})" if "id" in record else ""
    mostly = f", most of it by class {record['class_name']}" if "class_name" in record else ""
    apart = "" if record["divergence"] is None else f", divergence {cell(record['divergence'])}"
    return f"{record['file']} row {record['row']}{identity}: loss {cell(record['loss'])}{apart}{mostly}"


def segment(record: Record) -> str:
    """Its rows, its loss, and its share of the divergence."""
    share = record["share_of_divergence"]
    part = "" if share is None else f", {share:.1%} of the divergence"
    return f"{record['of']} {record['group']}: {record['row_count']} rows, value {cell(record['value'])}{part}"
