"""One row as it was sent: its numbers as doubles or with hundreds of digits, and what they are after activations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

from mpmath import mp

from distscore.core.families import FAMILIES
from tests.reference.families import Reference, Side, reference_of

ACTIVATE: dict[str, Callable[[Any], Any]] = {
    "identity": mp.mpf,
    "exp": mp.exp,
    "softplus": lambda r: mp.log1p(mp.exp(r)),
    "sigmoid": lambda r: 1 / (1 + mp.exp(-r)),
}
INVERT: dict[str, Callable[[Any], Any]] = {
    "identity": mp.mpf,
    "exp": mp.log,
    "softplus": lambda v: v + mp.log(-mp.expm1(-v)),
    "sigmoid": lambda v: mp.log(v) - mp.log1p(-v),
}

Place = tuple[str, str, int]  # side, column, entry


@dataclass(frozen=True)
class Row:
    """The numbers of one row: (side, column) to a list of entries, as sent."""

    numbers: Mapping[tuple[str, str], list[Any]]
    scalars: frozenset[str]  # columns with one number per row
    activations: Mapping[str, str]
    family: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)  # of the loss

    @classmethod
    def of(cls, case: tuple[Side, Side, Side], family: str = "") -> "Row":
        """A case of a reference as numbers that were sent."""
        sides = [_entries(*side) for side in zip(("targets", "predictions", "constants"), case, strict=True)]
        numbers = {key: entries for columns, _ in sides for key, entries in columns.items()}
        return cls(numbers, frozenset().union(*(scalars for _, scalars in sides)), {}, family)

    def side(self, side: str) -> dict[str, Any]:
        """Columns of a side after their activations, as references take them."""
        columns = {}
        for (where, name), numbers in self.numbers.items():
            if where == side:
                after = ACTIVATE[self.activations.get(name, "identity") if side == "predictions" else "identity"]
                values = [after(number) for number in numbers]
                columns[name] = values[0] if name in self.scalars else values
        return columns

    @property
    def sides(self) -> tuple[Side, Side, Side]:
        """Target, prediction and constants, after activations."""
        return self.side("targets"), self.side("predictions"), self.side("constants")

    @property
    def reference(self) -> Reference:
        """The second definition of the family."""
        return reference_of(self.family)

    @property
    def events(self) -> list[tuple[list[Any], list[Any]]]:
        """Target and predicted probabilities of the outcomes of each independent event, of a family of classes."""
        target, prediction, _ = self.sides
        width = max(len(numbers) for numbers in self.numbers.values())
        return list(zip(*(self.reference.events(side, width) for side in (target, prediction)), strict=True))

    @property
    def outcomes(self) -> list[tuple[Any, Any]]:
        """Target and predicted probability of every outcome."""
        return [pair for p, q in self.events for pair in zip(p, q, strict=True)]

    @property
    def probabilities(self) -> list[tuple[Any, Any]]:
        """Target and predicted probability of every class, or of every event that may happen."""
        return self.outcomes if FAMILIES[self.family].exclusive else [(p[0], q[0]) for p, q in self.events]

    @property
    def cumulative_differences(self) -> list[Any]:
        """Q - P of every class, Q and P the sums of the probabilities up to it."""
        return list(accumulate(q - p for p, q in self.probabilities))

    @property
    def means(self) -> list[tuple[Any, Any]]:
        """Target and predicted mean: of every class or event, or of the value."""
        if FAMILIES[self.family].has_classes:
            return self.probabilities
        target, prediction, constants = self.sides
        return [(self.reference.mean(target, constants), self.reference.mean(prediction, constants))]

    @property
    def match(self) -> Side:
        """The target for which the prediction is right."""
        if not FAMILIES[self.family].has_classes:
            return {"values": self.means[0][1]}
        predicted = [q for _, q in self.probabilities]
        return {"probabilities": predicted[0] if FAMILIES[self.family].kind == "event" else predicted}

    def at(self, place: Place) -> Any:
        return self.numbers[place[:2]][place[2]]

    def parameter(self, place: Place) -> Any:
        """A number of the prediction after its activation."""
        value = self.side("predictions")[place[1]]
        return value[place[2]] if isinstance(value, list) else value

    def moved(self, place: Place, number: Any) -> "Row":
        """The same row with another number in one place."""
        entries = list(self.numbers[place[:2]])
        entries[place[2]] = number
        return replace(self, numbers={**self.numbers, place[:2]: entries})

    def targeting(self, target: Side) -> "Row":
        """The same prediction with another target."""
        return self._with("targets", target)

    def predicting(self, prediction: Side) -> "Row":
        """The same target with another prediction, in parameters."""
        return replace(self._with("predictions", prediction), activations={})

    def _with(self, side: str, columns: Side) -> "Row":
        others = {key: numbers for key, numbers in self.numbers.items() if key[0] != side}
        numbers, scalars = _entries(side, columns)
        names = {name for _, name in others}
        return replace(self, numbers={**numbers, **others}, scalars=(self.scalars & names) | scalars)

    @property
    def prediction_key(self) -> Any:
        """What tells one prediction from another, at the precision at hand."""
        numbers = tuple((key, tuple(entries)) for key, entries in self.numbers.items() if key[0] != "targets")
        return self.family, numbers, tuple(self.activations.items()), mp.prec

    @cached_property
    def places(self) -> list[Place]:
        """Every real number that was sent; a hard label is none."""
        return [(*key, at) for key, entries in self.numbers.items() for at in range(len(entries)) if key[1] != "labels"]

    @property
    def predicted(self) -> list[Place]:
        """Every real number of the prediction."""
        return [place for place in self.places if place[0] == "predictions"]


def _entries(side: str, columns: Side) -> tuple[dict[tuple[str, str], list[Any]], frozenset[str]]:
    """The numbers of a side, and the columns that have one only."""
    numbers = {(side, name): value if isinstance(value, list) else [value] for name, value in columns.items()}
    return numbers, frozenset(name for name, value in columns.items() if not isinstance(value, list))
