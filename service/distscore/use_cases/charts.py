"""Charts of an answer: they are made of its members, once it has all others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from distscore.advice.warnings import written
from distscore.charts.chart import Chart
from distscore.charts.registry import drawn
from distscore.core.warnings.notice import Notice


def diagnostics_for(charts: Collection[Chart]) -> list[str]:
    """The names of the diagnostics that some charts are made of."""
    return list(dict.fromkeys(name for chart in charts for name in chart.diagnostics))


def add_charts(
    members: dict[str, Any], charts: Sequence[Chart], diagnostics: Mapping[str, Any], outputs: Collection[str]
) -> None:
    """Add the member `charts` to an answer, and a warning for each that was asked for by name and does not exist.

    `diagnostics` are those that the charts are made of, whether or not they are answered as well.
    """
    if not charts:
        return
    members["charts"] = drawn(charts, {**members, "diagnostics": diagnostics})
    for chart in charts:
        name = f"charts.{chart.name}"
        if name in outputs and chart.name not in members["charts"]:
            members["warnings"].append(written(Notice("not_available", column=name, reason=f"it needs {chart.needs}")))
