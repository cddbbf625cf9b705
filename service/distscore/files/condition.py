"""Conditions on figures of a report: `divergence > 0.3`, `diagnostics.skill.d_squared <= 0`."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from distscore.files.paths import WrongInput
from distscore.wire.errors.names import listed, nearest

GRAMMAR = re.compile(r"\s*(?P<name>[^<>=!]*[^<>=!\s])\s*(?P<sign><=|>=|==|!=|<|>)\s*(?P<bound>\S+)\s*")
SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NAMES = "name", "of", "group", "interval", "probability", "loss"  # members that tell entries of a list apart
LOSS = "loss"  # a name in a comparison of losses, else a number
Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class Condition:
    """A comparison of a figure with a number."""

    name: str
    sign: str
    bound: float

    def __str__(self) -> str:
        return f"{self.name} {self.sign} {self.bound:g}"

    def holds(self, figures: Figures) -> bool:
        """Whether it does; of a figure that is infinite or undefined it does, lest such a report passes for good."""
        value = figures[self.path(figures)]
        return value is None or SIGNS[self.sign](value, self.bound)

    def path(self, figures: Figures) -> str:
        """The path of the figure: the name itself, or the shortest path that ends with it; raises WrongInput."""
        if self.name in figures:
            return self.name
        paths = [path for path in figures if path.endswith(f".{self.name}")]
        shortest = [path for path in paths if path.count(".") == min(each.count(".") for each in paths)]
        if len(shortest) == 1:
            return shortest[0]
        if shortest:
            raise WrongInput(f"{self.name} is ambiguous: say which of {listed(shortest)}")
        near = nearest(self.name, {path.rpartition(".")[2] for path in figures})
        hint = f"did you mean {near}?" if near else f"there are: {listed(list(figures))}"
        raise WrongInput(f"the report has no figure {self.name}; {hint}")


def condition(text: str) -> Condition:
    """Raises WrongInput for what is none."""
    found = GRAMMAR.fullmatch(text)
    try:
        if found is not None:
            return Condition(found["name"], found["sign"], float(found["bound"]))
    except ValueError:
        pass
    raise WrongInput(f"{text!r} is no condition; write a figure, a comparison and a number: 'divergence > 0.3'")


def figures_of(report: Any, within: Sequence[str] = ()) -> Iterator[tuple[str, float | None]]:
    """Every number of a report by its path; entries of lists by their names."""
    if isinstance(report, Mapping):
        for name, part in report.items():
            yield from figures_of(part, (*within, name))
    elif isinstance(report, list):
        for entry in report:
            named = names_of(entry) if isinstance(entry, Mapping) else []
            if named:
                yield from figures_of(entry, (*within, *named))
    elif report is None or (isinstance(report, int | float) and not isinstance(report, bool)):
        yield ".".join(within), report


def names_of(entry: Mapping[str, Any]) -> list[str]:
    """What tells an entry of a list from the others: its name, or a group and its value; nothing of a row."""
    is_name = {name: name in entry and (name != LOSS or isinstance(entry[name], str)) for name in NAMES}
    return [str(entry[name]) for name in NAMES if is_name[name]][:2]
