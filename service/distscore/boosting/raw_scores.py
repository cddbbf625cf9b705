"""The raw scores that trees add up, one or several per row, as the columns of a prediction form, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from distscore.core.diagnostics.likelihood import TO_PARAMETER
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family, PredictionForm
from distscore.wire.errors.place import Place


@dataclass(frozen=True)
class RawScores:
    """Which entries of a row of raw scores belong to which prediction column, in the order of these.

    Raw scores are (rows,) where there is one per row, else (rows, width); columns are (rows,) or (rows, entries).
    """

    columns: tuple[Column, ...]
    entries: int  # of a row of the columns of rank 2: classes or labels

    @cached_property
    def _widths(self) -> list[int]:
        return [1 if column.rank == 1 else self.entries for column in self.columns]

    @property
    def width(self) -> int:
        """How many raw scores a row has."""
        return sum(self._widths)

    def split(self, raw: Array) -> dict[str, Array]:
        """The columns of raw scores."""
        parts = np.split(raw.reshape(len(raw), self.width), np.cumsum(self._widths)[:-1], axis=1)
        return {
            column.name: np.ascontiguousarray(part if column.rank == 2 else part[:, 0])
            for column, part in zip(self.columns, parts, strict=True)
        }

    def joined(self, columns: Mapping[str, Array]) -> Array:
        """Numbers by column side by side, as the raw scores are."""
        parts = [columns[column.name] for column in self.columns]
        if len(parts) == 1:
            return parts[0] if self.width > 1 else parts[0].ravel()
        return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)


def default_form(family: Family, constants: Mapping[str, float]) -> PredictionForm:
    """The form with the fewest columns that raw scores can be, and that needs no constants but these."""

    def fits(form: PredictionForm) -> bool:
        known = {constant.name for constant in form.constants if constant.default is not None}
        needed = {constant.name for constant in form.constants}
        reached = all(is_reached(column, activation_of(column)) for column in form.columns)
        return reached and needed <= known | constants.keys() and constants.keys() <= needed

    fitting = [form for form in family.predictions if fits(form)] or list(family.predictions)
    return min(fitting, key=lambda form: len(form.columns))


def activation_of(column: Column) -> str:
    """The activation of a column where none is named: exp where it is positive, sigmoid between 0 and 1."""
    return TO_PARAMETER[column.support.coordinate]


def is_reached(column: Column, activation: str) -> bool:
    """Whether every real number is a parameter of the column after the activation."""
    support = column.support
    unbounded = support.low == -np.inf and support.high == np.inf and not column.sums_to_one
    return not column.entry_supports and (unbounded or activation != "identity")


def check_reached(columns: Sequence[Column], activations: Mapping[str, str]) -> None:
    """Raises InvalidRequest where raw scores, which are any real numbers, would leave the support of a column."""
    at = Place()
    for column in columns:
        if not is_reached(column, activations[column.name]):
            legal = [name for name in column.activations if is_reached(column, name)]
            hint = f"name one of: {', '.join(legal)}" if legal else "ask for other predictions"
            detail = f"raw scores are any real numbers, {column.name} is not"
            at.child("activations", column.name).wrong("activation_not_legal", detail, hint)
    at.refuse()
