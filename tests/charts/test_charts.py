"""Charts: every one is valid, drawn by two versions of Vega-Lite, true to its answer, and legible for everybody."""

import math
from typing import Any

import pytest
import vl_convert

from distscore.charts.grammar import BLUE, GRAY, LINE, WIDTH
from distscore.charts.registry import CHARTS, REPORTED
from distscore.core.families import FAMILIES
from distscore.use_cases.score import answer_score
from distscore.wire.describe.examples import EXAMPLES
from tests.charts.answers import HOSTILE, LIMITS, answers, patient, read
from tests.charts.vega_lite import validator, walk

DRAWN = [(of, name, chart) for of, answer in answers().items() for name, chart in answer["charts"].items()]
IDS = [f"{of}-{name}" for of, name, _ in DRAWN]
each_chart = pytest.mark.parametrize(("of", "name", "chart"), DRAWN, ids=IDS)
EXPRESSIONS = {"expr", "calculate", "labelExpr", "signal", "test", "filter", "href", "url"}
TEXT_COLORS = {"labelColor", "titleColor", "subtitleColor", "fill"}


def test_every_chart_is_met() -> None:
    """Whoever adds a chart adds an answer that has it."""
    assert {name for _, name, _ in DRAWN} == CHARTS.keys()


@each_chart
def test_charts_are_valid(of: str, name: str, chart: dict[str, Any]) -> None:
    """Each is what the schema of Vega-Lite says."""
    assert not [error.message for error in validator().iter_errors(chart)]


@pytest.mark.parametrize(
    ("of", "name", "chart", "version"),
    [(*each, "5.20") for each in DRAWN] + [(*each, "6.4") for each in {each[1]: each for each in DRAWN}.values()],
)
def test_charts_are_drawn(
    of: str, name: str, chart: dict[str, Any], version: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Version 5 draws all, and version 6 one of each kind, without a warning; they fit a page."""
    svg = vl_convert.vegalite_to_svg(chart, vl_version=version, show_warnings=True, allowed_base_urls=[])
    said = capfd.readouterr()
    assert "WARN" not in said.out + said.err
    assert svg.startswith("<svg")
    assert "NaN" not in svg
    assert "undefined" not in svg
    assert float(svg.split('width="')[1].split('"')[0]) < 1.8 * WIDTH


@each_chart
def test_charts_show_numbers_of_the_answer(of: str, name: str, chart: dict[str, Any]) -> None:
    """Nothing is computed twice: a number in the data is one of the answer, but for the ends of whiskers and bars."""
    answer = {member: value for member, value in answers()[of].items() if member != "charts"}
    known = {value for _, value in walk(answer) if isinstance(value, float | int)}
    for record in chart["data"]["values"]:
        for member, value in record.items():
            if member not in ("low", "high") and isinstance(value, float):
                assert value in known or value == 0, (member, value)


@each_chart
def test_names_stand_in_no_expression(of: str, name: str, chart: dict[str, Any]) -> None:
    """There is no expression and no link; what a user named is data, a domain of names, or words of a title."""
    for path, value in walk(chart):
        assert path[-1:] == () or path[-1] not in EXPRESSIONS
        if isinstance(value, str) and any(text[:20] in value for text in HOSTILE):
            assert path[0] in ("data", "description") or "title" in path or path[-3:-1] == ("scale", "domain"), path


@each_chart
def test_charts_follow_the_page(of: str, name: str, chart: dict[str, Any]) -> None:
    """The background is transparent, and no text has a color of its own."""
    assert chart["background"] == "transparent"
    for path, value in walk(chart):
        assert path[-1:] == () or path[-1] not in TEXT_COLORS
        assert not isinstance(value, dict) or value.get("type") != "text", path


@each_chart
def test_charts_speak(of: str, name: str, chart: dict[str, Any]) -> None:
    """A title, a description for screen readers that says more, and a title with units for each axis of numbers."""
    title = " ".join(chart["title"]["text"])
    assert len(title) > 15
    assert len(chart["description"]) > len(title) + 15
    for path, value in walk(chart):
        if isinstance(value, dict) and value.get("type") == "quantitative":
            assert value["title"], path
            assert "loss" not in value["title"] or "nats" in value["title"]


def luminance(color: str) -> float:
    """Relative luminance of a color, as WCAG 2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors, as WCAG 2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_colors_are_seen_by_everybody() -> None:
    """Every mark has the contrast that WCAG 2 asks of graphics on white and on black; parts of a bar differ in gray."""
    for color in (BLUE, GRAY, LINE):
        assert min(contrast(color, "#FFFFFF"), contrast(color, "#000000")) >= 3
    assert contrast(BLUE, GRAY) > math.sqrt(2)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_valid_charts(family: str) -> None:
    """The example of each has a verdict, quantiles and worst rows at least, whatever the reduction."""
    for reduction in ("mean", "none"):
        sent = {**EXAMPLES[family], "reduction": reduction, "outputs": ["charts"]}
        drawn = read(answer_score(sent, LIMITS, patient))["charts"]
        assert {"verdict", "losses", "worst_rows"} <= drawn.keys()
        assert all(validator().is_valid(chart) for chart in drawn.values())


def test_charts_of_reports_name_their_diagnostics() -> None:
    """A chart is made of the diagnostics that it declares, and without them it is not there."""
    answer = answers()["soft_labels"]
    for chart in REPORTED.values():
        if chart.diagnostics:
            kept = {name: answer["diagnostics"][name] for name in chart.diagnostics if name in answer["diagnostics"]}
            members = {name: value for name, value in answer.items() if name not in ("charts", "diagnostics")}
            assert chart.draw({**members, "diagnostics": kept}) == answer["charts"].get(chart.name)
            assert chart.draw({**members, "diagnostics": {}}) is None
