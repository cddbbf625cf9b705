"""Which loss looks at which class? Shares of the gradient of several losses of one batch, side by side."""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import Record, Specification, framed, layers, percent, shares, side_by_side

LISTED, LOSSES = 25, 5
NARROW = 110


class AttentionChart(Chart):
    """A plot per loss, a bar per class or label."""

    name = "attention"
    shows = "the share of each loss's gradient that each class or label gets"
    needs = "a family of classes, events or labels"
    members = ("results",)
    merges = False

    def draw(self, answer: Answer) -> Specification | None:
        results = [each for each in answer.get("results", []) if each.get("per_class_gradient_share")][:LOSSES]
        if not results:
            return None
        classes = range(len(results[0]["per_class_gradient_share"]))[:LISTED]
        data = [record(results, k) for k in classes]
        plots = [layers(shares(f"loss_{at}", each["loss"]), width=NARROW) for at, each in enumerate(results)]
        subtitle = "Share of the absolute gradient in the predictions as sent, by position of the class or label."
        return framed(finding(results), subtitle, data, side_by_side("class", data, plots))


def record(results: list[Record], k: int) -> Record:
    """A class as a row of data: its share in each loss."""
    shares = {f"loss_{at}": each["per_class_gradient_share"][k] for at, each in enumerate(results)}
    return {"class": str(k), **shares}


def finding(results: list[Record]) -> str:
    """The class on which two losses differ most, and what they give to it."""
    columns = zip(*(each["per_class_gradient_share"] for each in results), strict=True)
    known = {k: column for k, column in enumerate(columns) if None not in column}
    if not known:
        return "The gradient is infinite"
    k = max(known, key=lambda k: max(known[k]) - min(known[k]))
    (most, by_most), (least, by_least) = (
        choose(zip(known[k], (each["loss"] for each in results), strict=True)) for choose in (max, min)
    )
    said = f"Class {k} gets {percent(most)} of the gradient of {by_most}"
    return said if most == least else f"{said}, {percent(least)} of that of {by_least}"
