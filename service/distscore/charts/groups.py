"""On which segment are predictions bad? Where the divergence lies, and how each segment differs from the rest."""

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

LISTED = 25
WIDE = PANEL + 60


class GroupsChart(Chart):
    """Share of the divergence, and difference from all other rows, of each segment."""

    name = "groups"
    shows = "segments: the share of the divergence in each, and the difference of its mean loss from the rest"
    needs = "`groups` in the request"
    members = ("groups",)
    merges = False

    def draw(self, answer: Answer) -> Specification | None:
        groups = answer.get("groups", [])
        if not groups:
            return None
        names = distinct(map(name_of, groups[:LISTED]))
        data = [record(name, each) for name, each in zip(names, groups, strict=False)]
        which = f"The {LISTED} of {len(groups)} segments with the largest share; " if len(groups) > LISTED else ""
        axis = f"mean loss minus that of the rest ({answer['units']})"
        plots = [
            layers(shares("share_of_divergence", "share of the divergence"), width=PANEL),
            layers(zero_line(), whiskers("x", axis), points("x", "difference", axis), width=WIDE),
        ]
        subtitle = f"{which}lines are two standard errors either way; to the right of 0 is worse."
        subtitle = subtitle[0].upper() + subtitle[1:]
        return framed(finding(groups[0], answer["row_count"]), subtitle, data, side_by_side("segment", data, plots))


def record(name: str, each: Record) -> Record:
    """A segment as a row of data."""
    difference = each["difference_from_rest"]
    return {
        "segment": name,
        "rows": each["row_count"],
        "share_of_divergence": each["share_of_divergence"],
        "difference": difference["value"],
        **interval(difference["value"], difference["standard_error"]),
    }


def name_of(each: Record) -> str:
    """A segment by its key and its value."""
    return short(f"{short(each['of'])}: {each['group']}")


def finding(first: Record, rows: int) -> str:
    """Which segment has the largest share of the divergence."""
    share = first["share_of_divergence"]
    part = f"{first['row_count']} of {rows} rows"
    if share is None:
        return f"The segment {name_of(first)} has {part}"
    return f"The segment {name_of(first)} has {percent(share)} of the divergence, and {part}"
