"""The page of a report: from the JSON of a report to HTML, every text of which is escaped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from distscore.charts.grammar import printable
from distscore.charts.registry import CHARTS
from distscore.report.drawing import drawing
from distscore.report.policy import POLICY, STYLE
from distscore.report.tables import Table, cell, tables_of, words

FACTS = (
    "tags",
    "family",
    "loss",
    "baseline",
    "confidence",
    "reduction",
    "row_count",
    "total_weight",
    "value",
    "value_standard_error",
    "units",
)
ENVIRONMENT = Environment(
    autoescape=True,
    loader=PackageLoader("distscore.report", "."),
    undefined=StrictUndefined,
    finalize=lambda text: printable(text) if type(text) is str else text,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Section(NamedTuple):
    """A part of the page: a chart, if there is one, and the tables behind it."""

    name: str
    description: str
    picture: Markup | None
    tables: Sequence[Table]


def html(report: Mapping[str, Any]) -> str:
    """The page of a report: its answer, the outline of its request, and what made it."""
    answer = report["answer"]
    return ENVIRONMENT.get_template("page.html").render(
        style=Markup(STYLE),  # noqa: S704  ours
        policy=POLICY,
        report=report,
        answer=answer,
        title=answer.get("tag") or "Report",
        facts=[(words(name), cell(answer[name])) for name in FACTS if answer.get(name) not in (None, [])],
        texts=list(texts(answer)),
        sections=[*charted(answer), *uncharted(answer)],
        request=orjson.dumps(report["request"], option=orjson.OPT_INDENT_2).decode(),
    )


def texts(answer: Mapping[str, Any]) -> Iterator[str]:
    """The sentences of an answer: of its verdict, of other diagnostics, of each result of a comparison."""
    for part in (*answer.get("diagnostics", {}).values(), *answer.get("results", [])):
        if isinstance(part, Mapping) and "text" in part:
            yield part["text"]


def charted(answer: Mapping[str, Any]) -> Iterator[Section]:
    """Each chart with the members of the answer that it is made of."""
    for name, specification in answer["charts"].items():
        chart = CHARTS[name]
        known = answer.get("diagnostics", {})
        parts = {member: known[member] for member in chart.diagnostics if member in known}
        parts |= {member: answer[member] for member in chart.members}
        tables = [table for member, part in parts.items() for table in tables_of(named(member, part))]
        yield Section(words(name), specification["description"], drawing(specification), tables)


def uncharted(answer: Mapping[str, Any]) -> Iterator[Section]:
    """The other diagnostics, and results that have no chart."""
    shown = {member for name in answer["charts"] for member in (*CHARTS[name].diagnostics, *CHARTS[name].members)}
    members = {**answer.get("diagnostics", {}), **{name: answer[name] for name in ("results",) if name in answer}}
    for name, part in members.items():
        if name not in shown:
            yield Section(words(name), "", None, list(tables_of(named(name, part))))


def named(name: str, part: Any) -> Any:
    """A member of the answer that says by itself what it is: a single number needs its name."""
    return part if isinstance(part, list | Mapping) else {name: part}
