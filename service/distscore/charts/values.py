"""Is each of several losses good? Its value beside the least one, and beside that of always predicting the mean target.

Values of different losses do not compare, so each has a plot and an axis of its own.
"""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import Record, Specification, bars, framed, layers, shown, side_by_side

LOSSES = 5
NARROW = 100
NAMES = {"floor": "the least possible", "value": "yours", "value_at_marginal": "the mean target, always"}


class ValuesChart(Chart):
    """A plot per loss, a bar for each of its values that there is."""

    name = "values"
    shows = "each loss beside the least possible one, and beside that of always predicting the mean target"
    needs = "several losses, and no candidates"
    members = ("results",)
    merges = False

    def draw(self, answer: Answer) -> Specification | None:
        results = [each for each in answer.get("results", []) if "value" in each][:LOSSES]
        data = [record(name, member, results) for member, name in NAMES.items() if known(member, results)]
        if not data:
            return None
        plots = [
            layers(bars(f"loss_{at}", axis_of(each), tickCount=3), width=NARROW) for at, each in enumerate(results)
        ]
        subtitle = "Losses do not compare with one another: each has an axis of its own."
        return framed(finding(results[0]), subtitle, data, side_by_side("prediction", data, plots))


def axis_of(result: Record) -> list[str]:
    """A loss and its units, as the title of an axis in two lines."""
    return [result["loss"], f"({result['units']})"]


def known(member: str, results: list[Record]) -> bool:
    """Whether some loss has this value."""
    return any(each.get(member) is not None for each in results)


def record(name: str, member: str, results: list[Record]) -> Record:
    """One of the values, of every loss, as a row of data."""
    return {"prediction": name, **{f"loss_{at}": each.get(member) for at, each in enumerate(results)}}


def finding(first: Record) -> str:
    """What the first loss is, and what it is compared with."""
    said = f"Your {first['loss']} is {shown(first['value'])}"
    if first.get("value_at_marginal") is not None:
        return f"{said}, that of always predicting the mean target {shown(first['value_at_marginal'])}"
    return said if first["floor"] is None else f"{said}, the least possible one {shown(first['floor'])}"
