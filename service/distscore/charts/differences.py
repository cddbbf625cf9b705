"""Which candidate is better, and how sure is that? Differences from the baseline, paired by row."""

from collections.abc import Iterator, Sequence

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    Record,
    Specification,
    Title,
    distinct,
    framed,
    layers,
    percent,
    points,
    short,
    shown,
    side_by_side,
    whiskers,
    zero_line,
)

LOSSES = 3
WIDE = 300


class DifferencesChart(Chart):
    """A plot per loss, a line for each candidate but the baseline."""

    name = "differences"
    shows = "the mean loss of each candidate minus that of the baseline, with its interval, for each loss"
    needs = "candidates"
    members = ("results",)

    def draw(self, answer: Answer) -> Specification | None:
        results = [each for each in answer.get("results", []) if "differences" in each][:LOSSES]
        if not results:
            return None
        baseline = short(answer["baseline"])
        names = distinct(each["name"] for each in results[0]["differences"])
        data = [record(name, results, k) for k, name in enumerate(names)]
        width = WIDE if len(results) == 1 else WIDE // 2
        plots = [plot(at, [each["loss"], f"({each['units']})"], width) for at, each in enumerate(results)]
        kind = f"intervals of {percent(answer['confidence'])}"
        subtitle = f"Loss minus that of {baseline}, paired by row, with {kind}; to the left of 0 is better."
        title = finding(results[0]["differences"], names, baseline)
        view = side_by_side("candidate", data, plots)
        return framed(title, subtitle, data, view, description=results[0]["text"])


def record(name: str, results: Sequence[Record], k: int) -> Record:
    """A candidate as a row of data: its difference under each loss."""
    return {"candidate": name, **dict(pair for at, each in enumerate(results) for pair in of_loss(at, each, k))}


def of_loss(at: int, result: Record, k: int) -> Iterator[tuple[str, float | None]]:
    """The difference of a candidate under one loss, and the ends of its interval."""
    difference = result["differences"][k]
    low, high = difference["interval"] or (None, None)
    yield from {f"value_{at}": difference["value"], f"low_{at}": low, f"high_{at}": high}.items()


def plot(at: int, name: Title, width: int) -> Specification:
    """The differences under one loss."""
    of_values = whiskers("x", name, f"low_{at}", f"high_{at}")
    return layers(zero_line(), of_values, points("x", f"value_{at}", name), width=width)


def finding(differences: Sequence[Record], names: Sequence[str], baseline: str) -> str:
    """How the candidate of the least loss compares with the baseline, and whether its interval leaves 0 out."""
    known = [(each, name) for each, name in zip(differences, names, strict=True) if each["value"] is not None]
    if not known:
        return "A loss is infinite, and there is no difference"
    best, name = min(known, key=lambda pair: pair[0]["value"])
    amount = f"{shown(abs(best['value']))} {'less' if best['value'] < 0 else 'more'}"
    low, high = best["interval"] or (0.0, 0.0)
    sure = "" if low > 0 or high < 0 else ", which may be chance"
    return f"{name} loses {amount} than {baseline}{sure}"
