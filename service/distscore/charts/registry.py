"""The registry of charts: adding one is one file and one line here."""

from collections.abc import Iterable, Mapping

from distscore.charts.attention import AttentionChart
from distscore.charts.calibration import CalibrationChart
from distscore.charts.chart import Answer, Chart
from distscore.charts.coverage import CoverageChart
from distscore.charts.differences import DifferencesChart
from distscore.charts.differences_of_groups import DifferencesOfGroupsChart
from distscore.charts.grammar import Specification
from distscore.charts.groups import GroupsChart
from distscore.charts.losses import LossesChart
from distscore.charts.per_class import PerClassChart
from distscore.charts.residuals import ResidualsChart
from distscore.charts.values import ValuesChart
from distscore.charts.verdict import VerdictChart
from distscore.charts.worst_rows import WorstRowsChart

REPORTED: Mapping[str, Chart] = {  # of one loss: what POST /v1/score answers
    chart.name: chart
    for chart in (
        VerdictChart(),
        CalibrationChart(),
        PerClassChart(),
        CoverageChart(),
        ResidualsChart(),
        GroupsChart(),
        LossesChart(),
        WorstRowsChart(),
    )
}
COMPARED: Mapping[str, Chart] = {  # of several losses or candidates: what POST /v1/compare answers
    chart.name: chart for chart in (ValuesChart(), AttentionChart(), DifferencesChart(), DifferencesOfGroupsChart())
}
CHARTS: Mapping[str, Chart] = {**REPORTED, **COMPARED}
MERGED: Mapping[str, Chart] = {name: chart for name, chart in CHARTS.items() if chart.merges}


def asked(outputs: Iterable[str], known: Mapping[str, Chart]) -> list[Chart]:
    """The charts that `outputs` asks for, together or by name, in the order of the registry."""
    names = frozenset(outputs)
    return [chart for name, chart in known.items() if "charts" in names or f"charts.{name}" in names]


def drawn(charts: Iterable[Chart], answer: Answer) -> dict[str, Specification]:
    """The specifications of those charts for which the answer has something to show, by name."""
    drawings = {chart.name: chart.draw(answer) for chart in charts}
    return {name: drawing for name, drawing in drawings.items() if drawing is not None}
