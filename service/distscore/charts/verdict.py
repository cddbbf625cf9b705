"""Is it good or bad? The loss beside those of better and of simpler predictions."""

from collections.abc import Iterator

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    BLUE,
    GRAY,
    Record,
    Specification,
    bars,
    category,
    chance,
    framed,
    interval,
    layers,
    points,
    quantity,
    shown,
    whiskers,
)

NAMES = {  # of the figures of a verdict, from the best to the simplest
    "perfect": "a perfect prediction",
    "saturated": "a saturated model",
    "retempered": "yours at the best temperature",
    "yours": "yours",
    "marginal": "the best constant one",
    "uniform": "a uniform one",
}
PARTS = ("floor", "above the floor")


class VerdictChart(Chart):
    """A bar per prediction, in two parts where the loss has a floor; losses that may be negative are points."""

    name = "verdict"
    shows = "the mean loss beside that of a perfect, of the best constant and of a uniform prediction"
    needs = "the diagnostic `verdict`"
    diagnostics = ("verdict", "decomposition")

    def draw(self, answer: Answer) -> Specification | None:
        figures = answer["diagnostics"].get("verdict", {})
        records = [record(NAMES[name], figures[name]) for name in NAMES if name in figures]
        known = [each for each in records if each["value"] is not None]
        if not known:
            return None
        axis = f"mean loss ({answer['units']})"
        floor = answer["diagnostics"].get("decomposition", {}).get("floor")
        divided = min(each["value"] for each in known) >= 0
        marks = parts(axis) if divided else points("x", "value", axis)
        data = [part for each in known for part in (split(each, floor) if divided else [each])]
        view = layers(marks, whiskers("x", axis), encoding={"y": category("prediction", records)})
        subtitle = f"Mean loss in {answer['units']}; lines are two standard errors either way."
        return framed(finding(figures), subtitle, data, view, description=figures.get("text", ""))


def record(name: str, figure: Record) -> Record:
    """A figure of the verdict as a row of data."""
    value = figure["value"]
    return {"prediction": f"{name}: {shown(value, 4)}", "value": value, **interval(value, figure["standard_error"])}


def split(whole: Record, floor: float | None) -> Iterator[Record]:
    """A bar as its part below the floor of the loss and the part above it."""
    border = max(0.0, min(floor or 0.0, whole["value"]))
    if border > 0:
        yield {**whole, "part": PARTS[0], "from": 0.0, "to": border}
    yield {**whole, "part": PARTS[1], "from": border, "to": whole["value"]}


def parts(axis: str) -> Specification:
    """Bars whose parts below and above the floor differ in color and lightness."""
    drawn = bars("from", axis)
    scale = {"domain": list(PARTS), "range": [GRAY, BLUE]}
    color = {"field": "part", "type": "nominal", "scale": scale, "legend": {"title": None, "orient": "bottom"}}
    drawn["encoding"] |= {"x": quantity("from", axis), "x2": {"field": "to"}, "color": color}
    return drawn


def finding(figures: Record) -> str:
    """What is lost, and how that compares with the best constant prediction."""
    yours, gain = figures["yours"]["value"], figures.get("gain")
    if yours is None:
        return "The loss is infinite"
    if gain is None or gain["value"] is None:
        return f"Your predictions lose {shown(yours)} on average"
    if not gain["value"]:
        return f"Your predictions lose {shown(yours)}, as much as the best constant one"
    amount = f"{shown(abs(gain['value']))} {'less' if gain['value'] > 0 else 'more'}"
    doubt = chance(gain["value"], gain["standard_error"])
    return f"Your predictions lose {shown(yours)}, {amount} than the best constant one{doubt}"
