"""How are the losses distributed over rows?"""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import BLUE, Record, Specification, framed, layers, quantity, shown

SHARE = "share of rows that lose no more"


class LossesChart(Chart):
    """Quantiles of the losses of rows."""

    name = "losses"
    shows = "quantiles of the losses of rows"
    needs = "the diagnostic `quantiles`"
    diagnostics = ("quantiles",)

    def draw(self, answer: Answer) -> Specification | None:
        diagnostics = answer["diagnostics"]
        exact = diagnostics.get("quantiles")
        quantiles = exact or diagnostics.get("quantiles_approximate", [])
        known = [each for each in quantiles if each["loss"] is not None]
        if not known:
            return None
        title = f"loss of a row ({answer['units']})"
        mark = {"type": "line", "color": BLUE, "point": {"filled": True, "color": BLUE, "size": 50}, "tooltip": True}
        share = quantity("probability", SHARE, axis={"format": ".0%"}, scale={"domain": [0, 1]})
        line = {"mark": mark, "encoding": {"x": share, "y": quantity("loss", title, scale={"zero": False})}}
        subtitle = "Quantiles of the rows' own losses, whatever their weights"
        subtitle += "." if exact else ", within 1 %."
        return framed(finding(quantiles), subtitle, known, layers(line, height=220))


def finding(quantiles: list[Record]) -> str:
    """What half of the rows lose at most, and what the worst hundredth does."""
    at = {each["probability"]: each["loss"] for each in quantiles}
    if at[0.5] is None:
        return "Half of the rows have an infinite loss"
    worst = "has an infinite loss" if at[0.99] is None else f"loses {shown(at[0.99])} or more"
    return f"Half of the rows lose at most {shown(at[0.5])}, and one in a hundred {worst}"
