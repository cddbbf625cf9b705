"""Where to look first: the rows of the largest divergence."""

from collections.abc import Sequence

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

NAME = "worst_rows"


class WorstRowsChart(Chart):
    """A bar per row: its divergence, or its loss where the loss has no floor."""

    name = NAME
    shows = "the ten rows of the largest divergence, with the class that adds most to each"
    needs = "rows, which merged batches do not have"
    diagnostics = (NAME,)
    merges = False

    def draw(self, answer: Answer) -> Specification | None:
        rows = answer["diagnostics"].get(NAME, [])
        if not rows:
            return None
        is_divergence = any(each["divergence"] is not None for each in rows)
        measure = "divergence" if is_divergence else "loss"
        data = [record(each, measure) for each in rows]
        view = layers(bars(measure, f"{measure} ({answer['units']})"), encoding={"y": category("place", data)})
        counted = "" if "id" in rows[0] else "; rows count from 0"
        subtitle = f"The {len(rows)} rows of the largest {measure}{counted}."
        return framed(finding(rows[0], measure), subtitle, data, view)


def record(each: Record, measure: str) -> Record:
    """A row of the batch as a row of data; an infinite one has no bar, and its name says so."""
    name = each.get("class_name")
    place = f"{name_of(each)}: {shown(each[measure])}" + ("" if name is None else f", class {short(name)}")
    kept = {member: each[member] for member in ("row", "loss", "divergence")}
    named = {member: short(each[member]) for member in ("id", "class_name") if member in each}
    return {"place": place, **kept, **named}


def name_of(each: Record) -> str:
    """What the file calls a row that came in one, else its number."""
    return short(each["id"]) if "id" in each else f"row {each['row']}"


def finding(worst: Record, measure: str) -> str:
    """Which row is the worst one, and by which class."""
    if worst[measure] == 0:
        return f"No row has any {measure}"
    name, row = worst.get("class_name"), name_of(worst).removeprefix("row ")
    mostly = "" if name is None else f", most of it by class {short(name)}"
    return f"Row {row} has the largest {measure}, {shown(worst[measure])}{mostly}"


def renamed(drawn: Specification, ids: Sequence[object], units: str) -> Specification:
    """A drawing of a batch that came in a file, with the file's names of its rows."""
    rows = [{**each, "id": ids[each["row"]]} for each in drawn["data"]["values"]]
    named = WorstRowsChart().draw({"units": units, "diagnostics": {NAME: rows}})
    assert named is not None
    return named
