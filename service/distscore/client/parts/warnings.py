"""Warnings of parts as those of the whole: rows add up, and what is said of every row has to hold in every part."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LISTED = 10  # rows that a warning names
OF_ALL_ROWS = {  # suspicions that one row elsewhere takes away
    "arguments_look_swapped",
    "inputs_look_rounded",
    "labels_look_one_based",
    "logits_look_like_probabilities",
    "percent_scale",
    "rows_sum_to_one",
}
OF_ONE_BATCH = {"constant_predictions", "looks_transposed"}  # which parts do not tell of all of them together
NUMBERS: Mapping[str, Callable[[Any, Any], Any]] = {"entries": operator.add, "maximum_deviation": max}
Number = tuple[int, ...]  # of a part, by which parts are in order: of a file those of its span and of the part in it
Row = tuple[Number, int]  # number of a part, and row in it


@dataclass
class Merged:
    """A warning of some parts."""

    code: str
    message: str
    count: int = 0
    rows: list[Row] = field(default_factory=list)  # the first of them
    numbers: dict[str, Any] = field(default_factory=dict)
    parts: int = 0

    def add(self, part: Number, warning: Mapping[str, Any]) -> None:
        """Add the warning of one more part."""
        self.count += warning["count"]
        self.rows = sorted((*self.rows, *((part, row) for row in warning["rows"])))[:LISTED]
        for name, value in warning["numbers"].items():
            self.numbers[name] = NUMBERS[name](self.numbers[name], value) if name in self.numbers else value
        self.parts += 1


class Warnings:
    """Those of all parts so far, by their codes and words; the words of those that are `counted` follow the count."""

    def __init__(self, counted: Mapping[str, str]) -> None:
        self._counted = counted
        self._parts = 0
        self._merged: dict[tuple[str, str], Merged] = {}

    def add(self, part: Number, warnings: Sequence[Mapping[str, Any]]) -> None:
        """Add those of one more part."""
        self._parts += 1
        for each in warnings:
            message = "" if each["code"] in self._counted else each["message"]  # which has the count in it
            merged = self._merged.setdefault((each["code"], message), Merged(each["code"], message))
            merged.add(part, {**each, "numbers": self._mergeable(each["numbers"])})

    @staticmethod
    def _mergeable(numbers: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: value for name, value in numbers.items() if name in NUMBERS and value is not None}

    def records(self) -> list[dict[str, Any]]:
        """Those that hold of all rows together, with rows by the numbers of parts and of rows in them."""
        return [
            {
                "code": each.code,
                "message": each.message or f"{each.count} {self._counted[each.code]}.",
                "count": each.count,
                "rows": each.rows,
                "numbers": each.numbers,
            }
            for each in self._merged.values()
            if self._holds(each)
        ]

    def _holds(self, warning: Merged) -> bool:
        if warning.code in OF_ONE_BATCH:
            return self._parts == 1
        return warning.code not in OF_ALL_ROWS or warning.parts == self._parts
