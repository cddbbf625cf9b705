"""Do observed values fall where the prediction says? Shares of values inside central intervals."""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    Record,
    Specification,
    beside_diagonal,
    framed,
    interval,
    percent,
)

PROMISED, FOUND = "probability of the interval", "share of values inside"
CLAIMED = 0.9  # the interval of which the title tells


class CoverageChart(Chart):
    """Found against promised shares, on the line where both are equal."""

    name = "coverage"
    shows = "how many observed values lie in central intervals of their predictions"
    needs = "observed values, and a family whose distribution function is known"
    diagnostics = ("coverage",)

    def draw(self, answer: Answer) -> Specification | None:
        intervals = answer["diagnostics"].get("coverage", [])
        if not intervals:
            return None
        data = [{**each, **interval(each["share"], each["standard_error"], 0.0, 1.0)} for each in intervals]
        view = beside_diagonal("interval", PROMISED, "share", FOUND)
        subtitle = "Lines are two standard errors either way; below the diagonal, predictions are too certain."
        return framed(finding(intervals), subtitle, data, view, narrow=True)


def finding(intervals: list[Record]) -> str:
    """How many values the interval of 90 % holds."""
    share = next(each["share"] for each in intervals if each["interval"] == CLAIMED)
    if share is None:
        return "No value has any weight"
    return f"Intervals that promise {percent(CLAIMED)} hold {percent(share)} of the values"
