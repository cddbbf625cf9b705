"""What do predictions expect too much of? Residuals of the sufficient statistics."""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    PANEL,
    Record,
    Specification,
    bars,
    chance,
    framed,
    interval,
    layers,
    points,
    short,
    shown,
    side_by_side,
    whiskers,
    zero_line,
)

LISTED = 25
RESIDUAL = "prediction minus target"


class ResidualsChart(Chart):
    """Mean residual of each statistic, and the same in standard deviations of the prediction."""

    name = "residuals"
    shows = "predicted minus target expectation of each sufficient statistic, plain and standardized"
    needs = "a family whose sufficient statistics have residuals"
    diagnostics = ("residuals",)

    def draw(self, answer: Answer) -> Specification | None:
        residuals = answer["diagnostics"].get("residuals", [])
        if not residuals:
            return None
        data = [record(each) for each in residuals[:LISTED]]
        plots = [
            layers(zero_line(), whiskers("x", RESIDUAL), points("x", "mean", RESIDUAL), width=PANEL + 60),
            layers(bars("standardized", "the same in standard deviations"), width=PANEL),
        ]
        which = f"The first {LISTED} of {len(residuals)} statistics; lines" if len(residuals) > LISTED else "Lines"
        subtitle = f"{which} are two standard errors either way; to the right of 0, predictions are too high."
        return framed(finding(residuals[0]), subtitle, data, side_by_side("statistic", data, plots))


def record(each: Record) -> Record:
    """A statistic as a row of data."""
    ends = interval(each["mean"], each["standard_error"])
    return {"statistic": short(each["name"]), "mean": each["mean"], "standardized": each["standardized"], **ends}


def finding(first: Record) -> str:
    """How far off the first statistic is."""
    name, mean = short(first["name"]), first["mean"]
    if mean is None:
        return f"The mean residual of {name} is not defined"
    if not mean:
        return f"Predictions of {name} are right on average"
    amount = f"{shown(abs(mean))} too {'high' if mean > 0 else 'low'}"
    return f"Predictions of {name} are {amount} on average{chance(mean, first['standard_error'])}"
