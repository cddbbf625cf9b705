"""Can the probabilities be taken at their word? Mean targets against mean predictions, in bins of the prediction."""

from distscore.charts.chart import Answer, Chart
from distscore.charts.grammar import (
    GRAY,
    SIDE,
    UNIT,
    Record,
    Specification,
    beside_diagonal,
    framed,
    interval,
    quantity,
    shown,
)

PREDICTED, TARGET, WEIGHT = "mean predicted probability", "mean target probability", "weight"


class CalibrationChart(Chart):
    """A reliability diagram with the weight of each bin below it."""

    name = "calibration"
    shows = "reliability: mean target against mean prediction in bins, with the weight of each bin"
    needs = "a family of classes, events or labels"
    diagnostics = ("calibration",)

    def draw(self, answer: Answer) -> Specification | None:
        calibration = answer["diagnostics"].get("calibration", {})
        data = [record(each) for each in calibration.get("bins", [])]
        if not data:
            return None
        reliability = beside_diagonal("mean_prediction", PREDICTED, "mean_target", TARGET)
        subtitle = "Each point is a bin of predictions with two standard errors either way; on the line they are right."
        view = {"vconcat": [reliability, weights()], "spacing": 8}
        return framed(finding(calibration), subtitle, data, view, narrow=True)


def record(each: Record) -> Record:
    """A bin as a row of data."""
    return {**each, **interval(each["mean_target"], each["standard_error"], 0.0, 1.0)}


def weights() -> Specification:
    """How much lies in each bin."""
    mark = {"type": "bar", "color": GRAY, "tooltip": True}
    encoding = {
        "x": quantity("lower", "bin of the prediction", scale=UNIT, bin="binned"),
        "x2": {"field": "upper"},
        "y": quantity("weight", WEIGHT, axis={"tickCount": 3}),
    }
    return {"width": SIDE, "height": 60, "mark": mark, "encoding": encoding}


def finding(calibration: Record) -> str:
    """How far off probabilities are."""
    expected, largest = calibration["expected_calibration_error"], calibration["maximum_calibration_error"]
    return f"Predicted probabilities are off by {shown(expected)} on average, by {shown(largest)} at most"
