"""Is a candidate better everywhere? Its difference from the baseline in each segment, paired by row."""

from collections.abc import Iterator, Sequence

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    Record,
    Specification,
    distinct,
    framed,
    layers,
    percent,
    points,
    short,
    side_by_side,
    whiskers,
    zero_line,
)
from distscore.charts.groups import LISTED, name_of

CANDIDATES = 3
WIDE = 300


class DifferencesOfGroupsChart(Chart):
    """A plot per candidate but the baseline, a line for each segment; of the first loss."""

    name = "differences_of_groups"
    shows = "the difference of each candidate from the baseline in each segment, for the first loss"
    needs = "candidates, and `groups` in the request"
    members = ("results",)
    merges = False

    def draw(self, answer: Answer) -> Specification | None:
        first: Record = next(iter(answer.get("results", [])), {})
        groups = first.get("groups", [])[:LISTED]
        if not groups:
            return None
        baseline = short(answer["baseline"])
        candidates = distinct(each["name"] for each in first["differences"][:CANDIDATES])
        names = distinct(map(name_of, groups))
        data = [dict(record(name, each, len(candidates))) for name, each in zip(names, groups, strict=True)]
        width = WIDE if len(candidates) == 1 else WIDE // 2
        plots = [plot(at, [name, f"({first['units']})"], width) for at, name in enumerate(candidates)]
        limits = f"intervals of {percent(answer['confidence'])}"
        subtitle = f"{first['loss']} minus that of {baseline}, with {limits}; to the left of 0 is better."
        return framed(finding(groups, candidates[0], baseline), subtitle, data, side_by_side("segment", data, plots))


def record(name: str, group: Record, candidates: int) -> Iterator[tuple[str, str | float | None]]:
    """A segment as a row of data: the difference of each candidate, and the ends of its interval."""
    yield "segment", name
    for at, difference in enumerate(group["differences"][:candidates]):
        low, high = difference["interval"] or (None, None)
        yield from {f"value_{at}": difference["value"], f"low_{at}": low, f"high_{at}": high}.items()


def plot(at: int, name: list[str], width: int) -> Specification:
    """The segments of one candidate."""
    of_values = whiskers("x", name, f"low_{at}", f"high_{at}")
    return layers(zero_line(), of_values, points("x", f"value_{at}", name), width=width)


def finding(groups: Sequence[Record], candidate: str, baseline: str) -> str:
    """In how many segments the first candidate is better, or worse, than chance explains."""
    intervals = [each["differences"][0]["interval"] or (0.0, 0.0) for each in groups]
    better, worse = sum(high < 0 for _, high in intervals), sum(low > 0 for low, _ in intervals)
    return (
        f"Beyond chance, {candidate} is better than {baseline} in {better} of {len(groups)} segments, worse in {worse}"
    )
