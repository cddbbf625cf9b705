"""Answers as notebooks show them: what the answer says in words, its figures, tables and warnings, as plain HTML.

A whole page with charts is a question of its own: `Client.report`.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

FIGURES = ("loss", "floor", "divergence", "normalization_term", "floor_share")
PER_CLASS = ("name", "target_mean", "prediction_mean", "bias", "divergence_share")
COMPARED = ("loss", "name", "value", "value_standard_error", "floor", "divergence", "units", "rank")
DIFFERENCES = ("difference_value", "difference_low", "difference_high", "difference_adjusted_p_value")
LONGEST = 8  # records of a table
Record = Mapping[str, Any]


def summary(document: Record, index: Sequence[Any] | None = None) -> str:
    """One batch, whose rows an index may name, or several that were merged."""
    diagnostics = document.get("diagnostics", {})
    parts = [_heading(document), _paragraph(diagnostics.get("verdict", {}).get("text"))]
    parts += [_figures(diagnostics.get("decomposition", {}))]
    parts += [records("Classes", diagnostics.get("per_class", []), PER_CLASS)]
    parts += [records("Rows with the largest divergence", _with_labels(diagnostics.get("worst_rows", []), index))]
    parts += [records("Segments", document.get("groups", []), ("of", "group", "row_count", "value"))]
    return _together([*parts, *warnings(document)])


def several(document: Record, columns: Mapping[str, Sequence[Any]]) -> str:
    """A comparison of losses, or of candidates."""
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    texts = [_paragraph(result.get("text")) for result in document["results"]]
    return _together([*texts, records("", rows, (*COMPARED, *DIFFERENCES)), *warnings(document)])


def told(document: Record) -> str:
    """An answer that is words above all: advice, or an explanation."""
    advice = [
        f"<li><b>{escape(each['family'])}</b>, <b>{escape(each['loss'])}</b>: {escape(each['why'])} "
        f"{escape(each['caveat'])}</li>"
        for each in document.get("recommendations", [])
    ]
    listed = f"<ol>{''.join(advice)}</ol>" if advice else ""
    return _together([_paragraph(document.get("text")), listed, *warnings(document)])


def records(title: str, rows: Sequence[Record], names: Sequence[str] | None = None) -> str:
    """A table of the first records; nothing where there are none."""
    if not rows:
        return ""
    names = [name for name in names or rows[0] if name in rows[0]]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join(f"<tr>{''.join(_cell(row.get(name)) for name in names)}</tr>" for row in rows[:LONGEST])
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    more = f"<p>and {len(rows) - LONGEST} more</p>" if len(rows) > LONGEST else ""
    return f"<table>{caption}<tr>{head}</tr>{body}</table>{more}"


def framed(html: str) -> str:
    """A whole page inside a notebook, apart from its styles and scripts."""
    style = "width:100%;height:600px;border:0"
    return f'<iframe sandbox srcdoc="{escape(html)}" style="{style}" title="Report"></iframe>'


def warnings(document: Record) -> Iterable[str]:
    """What the answer warns of."""
    for warning in document.get("warnings", []):
        yield f"<p>&#9888; {escape(warning['message'])}</p>"


def _heading(document: Record) -> str:
    names = " ".join(str(document[name]) for name in ("family", "loss") if name in document)
    value, error = document.get("value"), document.get("value_standard_error")
    shown = (
        "" if value is None else f": <b>{_shown(value)}</b>" + ("" if error is None else f" &plusmn; {_shown(error)}")
    )
    return f"<p>{escape(names.replace('_', ' '))}{shown}, {document['row_count']} rows</p>"


def _with_labels(rows: Sequence[Record], index: Sequence[Any] | None) -> Sequence[Record]:
    return rows if index is None else [{"label": index[row["row"]], **row} for row in rows]


def _figures(figures: Record) -> str:
    return records("", [figures], FIGURES) if figures else ""


def _paragraph(text: str | None) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _cell(value: Any) -> str:
    return f"<td>{escape(_shown(value))}</td>"


def _shown(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _together(parts: Iterable[str]) -> str:
    return f"<div>{''.join(parts)}</div>"
