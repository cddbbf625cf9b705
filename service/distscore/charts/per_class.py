"""How much attention does each class get, and is it predicted too often?"""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    PANEL,
    Record,
    Specification,
    distinct,
    framed,
    interval,
    layers,
    percent,
    points,
    shares,
    short,
    side_by_side,
    whiskers,
    zero_line,
)

SEVERAL, LISTED = 2, 25
BIAS = "bias (prediction minus target)"


class PerClassChart(Chart):
    """Shares of the divergence and of the gradient beside the bias of each class or label."""

    name = "per_class"
    shows = "attention and bias: shares of the divergence and of the gradient, and the bias of each class or label"
    needs = "several classes or labels"
    diagnostics = ("per_class", "per_class_omitted")

    def draw(self, answer: Answer) -> Specification | None:
        diagnostics = answer["diagnostics"]
        records = diagnostics.get("per_class", [])
        if len(records) < SEVERAL:
            return None
        names = distinct(each["name"] for each in records[:LISTED])
        data = [record(name, each) for name, each in zip(names, records, strict=False)]
        whole = len(records) + (diagnostics.get("per_class_omitted") or 0)
        which = f"The {LISTED} of {whole} classes with the largest share of the divergence; " if whole > LISTED else ""
        plots = [
            layers(shares("divergence_share", "share of the divergence"), width=PANEL),
            layers(shares("gradient_share", "share of the gradient"), width=PANEL),
            layers(zero_line(), whiskers("x", BIAS), points("x", "bias", BIAS), width=PANEL),
        ]
        subtitle = f"{which}lines are two standard errors either way."
        subtitle = subtitle[0].upper() + subtitle[1:]
        return framed(finding(records[0]), subtitle, data, side_by_side("class", data, plots))


def record(name: str, each: Record) -> Record:
    """A class as a row of data."""
    kept = {member: each[member] for member in ("index", "divergence_share", "gradient_share", "bias")}
    return {"class": name, **kept, **interval(each["bias"], each["bias_standard_error"])}


def finding(first: Record) -> str:
    """Which class has the largest share of the divergence, and what it has of the gradient."""
    name, share, attention = short(first["name"]), first["divergence_share"], first["gradient_share"]
    if share is None:
        return f"Class {name} makes the loss infinite"
    if not share:
        return "No class adds to the divergence"
    of_gradient = "" if attention is None else f" and gets {percent(attention)} of the gradient"
    return f"Class {name} has {percent(share)} of the divergence{of_gradient}"
