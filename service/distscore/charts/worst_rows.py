"""Where to look first: the rows of the largest divergence."""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    Record,
    Specification,
    bars,
    category,
    framed,
    layers,
    short,
    shown,
)


class WorstRowsChart(Chart):
    """A bar per row: its divergence, or its loss where the loss has no floor."""

    name = "worst_rows"
    shows = "the ten rows of the largest divergence, with the class that adds most to each"
    needs = "rows, which merged batches do not have"
    diagnostics = ("worst_rows",)
    merges = False

    def draw(self, answer: Answer) -> Specification | None:
        rows = answer["diagnostics"].get("worst_rows", [])
        if not rows:
            return None
        is_divergence = any(each["divergence"] is not None for each in rows)
        measure = "divergence" if is_divergence else "loss"
        data = [record(each, measure) for each in rows]
        axis = f"{measure} ({answer['units']})"
        view = layers(bars(measure, axis), encoding={"y": category("place", data)})
        subtitle = f"The {len(rows)} rows of the largest {measure}; rows count from 0."
        return framed(finding(rows[0], measure), subtitle, data, view)


def record(each: Record, measure: str) -> Record:
    """A row of the batch as a row of data; an infinite one has no bar, and its name says so."""
    name = each.get("class_name")
    place = f"row {each['row']}: {shown(each[measure])}" + ("" if name is None else f", class {short(name)}")
    return {"place": place, measure: each[measure]}


def finding(worst: Record, measure: str) -> str:
    """Which row is the worst one, and by which class."""
    name = worst.get("class_name")
    mostly = "" if name is None else f", most of it by class {short(name)}"
    return f"Row {worst['row']} has the largest {measure}, {shown(worst[measure])}{mostly}"
