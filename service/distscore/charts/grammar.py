"""The parts of Vega-Lite that the charts share: axes, whiskers, bars, labels, and the frame around them.

What holds for every chart is decided here. Colors are mid-tones that stand out from white, from black and, by their
lightness, from each other in gray print; text has none, so that it follows the theme of the page. Everything that a
user named is a value of the data or a part of a title, and stands in no expression.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Any

Specification = dict[str, Any]
Record = Mapping[str, Any]  # a row of the data of a chart
Title = str | list[str]  # of an axis, in one line or in several

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # versions 5 and 6 both read it
BLUE, GRAY, LINE = "#0072B2", "#949494", "#808080"
DARK, LIGHT = "#303030", "#F0F0F0"
WIDTH, PANEL, STEP = 440, 190, 22  # pixels: a plot, one of several side by side, a bar with its margin
CHARACTERS = 76, 90  # of a line of the title and of one below it
NARROW = 48, 58  # of those above a square plot
SIDE = 320  # pixels of a square plot
UNSAFE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
NAME = 32  # characters of a name that are shown; the data have all
UNIT: Specification = {"domain": [0, 1], "nice": False, "padding": 0}  # the scale of a probability
CONFIG: Specification = {
    "view": {"stroke": None},
    "axis": {"domainColor": LINE, "tickColor": LINE, "gridColor": LINE, "gridOpacity": 0.25, "labelLimit": 220},
    "title": {"anchor": "start", "frame": "bounds", "offset": 12, "subtitlePadding": 4},
}


def framed(
    title: str,
    subtitle: str,
    data: Sequence[Record],
    view: Specification,
    *,
    description: str = "",
    narrow: bool = False,
) -> Specification:
    """A whole specification: a title that says the finding, below it what is drawn, and both for screen readers."""
    most, most_below = NARROW if narrow else CHARACTERS
    return {
        "$schema": SCHEMA,
        "title": {"text": textwrap.wrap(title, most), "subtitle": textwrap.wrap(subtitle, most_below)},
        "description": f"{title}. {description or subtitle}",
        "background": "transparent",
        "data": {"values": [dict(record) for record in data]},
        **view,
        "config": CONFIG,
    }


def shown(number: float | None, digits: int = 3) -> str:
    """A number as titles and labels have it; what is null in an answer is said to be infinite."""
    return "infinite" if number is None else f"{number:.{digits}g}"


def percent(share: float) -> str:
    """A share as titles have it."""
    return f"{100 * share:.3g}\u00a0%"


def printable(text: str) -> str:
    """A text without characters that XML forbids, and without those that turn the direction of all that follows."""
    return UNSAFE.sub("\ufffd", text)


def short(name: object) -> str:
    """A name that fits beside a bar."""
    text = printable(str(name))
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def distinct(names: Iterable[object]) -> list[str]:
    """Names that fit beside a bar, numbered where being cut made them equal."""
    times: Counter[str] = Counter()
    found = []
    for name in map(short, names):
        times[name] += 1
        found.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return found


def chance(value: float, standard_error: float | None) -> str:
    """What a title adds about a difference that is within two standard errors of 0."""
    return ", which may be chance" if standard_error is not None and abs(value) < 2 * standard_error else ""


def interval(value: float | None, standard_error: float | None, least: float = -inf, most: float = inf) -> Record:
    """The ends of whiskers of two standard errors, within what the number can be; none without a standard error."""
    if value is None or standard_error is None:
        return {"low": None, "high": None}
    return {"low": max(least, value - 2 * standard_error), "high": min(most, value + 2 * standard_error)}


def quantity(field: str, title: Title, **more: Any) -> Specification:
    """The channel of a number, with the title of its axis."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def category(field: str, data: Sequence[Record], labeled: bool = True) -> Specification:
    """The vertical channel of names, in the order of the data; those whose numbers are missing keep their place."""
    axis = {"grid": False, "domain": False, "ticks": False, "labels": labeled}
    scale = {"domain": list(dict.fromkeys(record[field] for record in data))}
    return {"field": field, "type": "nominal", "sort": None, "title": None, "scale": scale, "axis": axis}


def whiskers(axis: str, name: Title, low: str = "low", high: str = "high") -> Specification:
    """Lines between two numbers along an axis, dark with a light rim: seen on bars and on any background."""
    mark = {"type": "bar", "size": 3, "color": DARK, "stroke": LIGHT, "strokeWidth": 0.75}
    return {
        "mark": mark,
        "encoding": {axis: quantity(low, name, scale={"zero": False}), f"{axis}2": {"field": high}},
    }


def points(axis: str, field: str, name: Title) -> Specification:
    """Points at a number along an axis."""
    mark = {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": BLUE, "tooltip": True}
    return {"mark": mark, "encoding": {axis: quantity(field, name, scale={"zero": False})}}


def bars(field: str, name: Title, **axis: Any) -> Specification:
    """Horizontal bars from 0 to a number."""
    mark = {"type": "bar", "color": BLUE, "height": {"band": 0.7}, "tooltip": True}
    return {"mark": mark, "encoding": {"x": quantity(field, name, axis=axis)}}


def shares(field: str, name: Title) -> Specification:
    """Horizontal bars of parts of a whole, in percent."""
    return bars(field, name, format="~%", tickCount=5)


def zero_line() -> Specification:
    """A vertical line where a number is 0, over the whole plot."""
    encoding = {"x": {"datum": 0}, "y": {"value": 0}, "y2": {"value": "height"}}
    return {"data": {"values": [{}]}, "mark": {"type": "rule", "color": LINE}, "encoding": encoding}


def layers(*parts: Specification, width: int = WIDTH, height: Any = None, **more: Any) -> Specification:
    """Parts in one plot; by default as high as its rows need."""
    return {"width": width, "height": {"step": STEP} if height is None else height, **more, "layer": list(parts)}


def side_by_side(field: str, data: Sequence[Record], plots: Sequence[Specification]) -> Specification:
    """Plots beside each other over the same names, which stand at the left one."""
    encoded = [{**plot, "encoding": {"y": category(field, data, at == 0)}} for at, plot in enumerate(plots)]
    return {"spacing": 16, "hconcat": encoded}


def beside_diagonal(x: str, title_of_x: str, y: str, title_of_y: str) -> Specification:
    """Points with their intervals, and the line on which both probabilities are equal."""
    horizontal = {"x": quantity(x, title_of_x, scale=UNIT)}
    drawn = whiskers("y", title_of_y), points("y", y, title_of_y)
    marks = ({**each, "encoding": {**horizontal, **each["encoding"]}} for each in drawn)
    return layers(diagonal(title_of_x, title_of_y), *marks, width=SIDE, height=SIDE)


def diagonal(title_of_x: str, title_of_y: str) -> Specification:
    """The line on which two probabilities are equal, over the whole square."""
    ends = {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}
    return {
        "data": ends,
        "mark": {"type": "line", "color": LINE, "strokeDash": [4, 4]},
        "encoding": {"x": quantity("x", title_of_x, scale=UNIT), "y": quantity("y", title_of_y, scale=UNIT)},
    }
