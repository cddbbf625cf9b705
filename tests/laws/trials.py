"""Trials: a loss of a combination of forms on ordinary rows, beside every number that the references have of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice

import mpmath
import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.engine import score
from distscore.core.theory.losses import AnyLoss
from tests.laws import harness, optima
from tests.laws.accuracy import Error, Truth
from tests.laws.harness import Array, Combination, Rows
from tests.laws.truths import Truths, truths_of
from tests.reference.draws import draws
from tests.reference.losses import reference_of
from tests.reference.rows import Row

DIGITS = 150  # of second differences at 1e-25, beside terms of other classes that are 1e30 times larger
CLASSES = 3
MASS = 1.05  # of predicted probabilities: where their sum is 1, an ordered loss has a kink
SMALLEST, LARGEST = 0.15, 4.0  # of ordinary numbers
INCOMPLETE = 1e-16  # how far from 1 the weights of what a prediction draws may be
DRAWN = 200  # rows, to choose from


@dataclass(frozen=True)
class Trial:
    """A loss with its parameters, on ordinary rows of a combination."""

    combination: Combination
    loss: AnyLoss

    @property
    def name(self) -> str:
        settings = ", ".join(f"{name} {value:g}" for name, value in self.loss.settings.items())
        return f"{self.combination.name} {self.loss.name} {settings}".strip()

    @property
    def rows(self) -> Rows:
        """Columns as sent."""
        return ordinary_rows(self.combination.name)

    @cached_property
    def sent(self) -> list[Row]:
        """The rows as references take them."""
        return [replace(row, parameters=self.loss.settings) for row in each_row(self.combination, self.rows)]

    @cached_property
    def truths(self) -> list[Truths]:
        """What is true of each row."""
        return [truths_of(self.combination, reference_of(self.loss.name), row) for row in self.sent]

    def outputs(self) -> dict[str, Array]:
        """What the engine says of the rows, by output and column."""
        return harness.outputs(harness.scored(self.combination, self.loss, self.rows))

    def optima(self) -> dict[str, Array]:
        """What it says to lose least, by column."""
        return score(harness.batch_of(self.combination, self.loss, self.rows), frozenset({"optima"})).optima

    def errors(self, found: Mapping[str, Array]) -> Iterator[str]:
        """Every number beyond the bound, and every output that only one of both sides has."""
        with mpmath.workdps(DIGITS):
            for at, expected in enumerate(self.truths):
                yield from (f"{self.name}: {name} on one side only" for name in found.keys() ^ expected.keys())
                for name in sorted(found.keys() & expected.keys()):
                    yield from (f"{self.name}: {each}" for each in wrong(expected[name], found[name][at]))

    def optimum_errors(self, best: Mapping[str, Array]) -> Iterator[str]:
        """What speaks against the prediction that is said to lose least."""
        loss = reference_of(self.loss.name).loss
        with mpmath.workdps(DIGITS):
            for at, row in enumerate(self.sent):
                columns = {name: numbers[at].tolist() for name, numbers in best.items()}
                yield from (f"{self.name}: {each}" for each in optima.errors(self.combination, loss, row, columns))


def wrong(truths: list[Truth], numbers: Array) -> Iterator[Error]:
    """The entries of a row that are beyond the bound."""
    errors = (truth.error(float(number)) for truth, number in zip(truths, np.atleast_1d(numbers), strict=True))
    return (error for error in errors if error is not None and error.units > 1)


@cache
def trials(name: str) -> tuple[Trial, ...]:
    """All losses of a combination; with parameters of all kinds where its columns are their parameters."""
    combination = COMBINATIONS[name]
    count = None if combination.is_plain else 1
    return tuple(
        Trial(combination, type(loss)(**parameters))
        for loss in combination.losses().values()
        for parameters in reference_of(loss.name).PARAMETERS[:count]
    )


COMBINATIONS = {combination.name: combination for combination in harness.combinations()}


@cache
def ordinary_rows(name: str) -> Rows:
    """Two rows, or one through activations; those of a prediction are the same whatever the target."""
    combination = COMBINATIONS[name]
    count = 2 if combination.is_plain else 1
    first = replace(combination, target_form=combination.family.targets[0])
    drawn, targets = (harness.random_rows(each, DRAWN, CLASSES, MASS) for each in (first, combination))
    parameters = {name: combination.activations[name].value(raw) for name, raw in drawn.predictions.items()}
    complete = (at for at in ordinary(parameters) if is_complete(first, drawn.take([at])))
    predictions = drawn.take(list(islice(complete, count))).predictions
    return Rows(targets.take(ordinary(targets.targets)[:count]).targets, predictions, drawn.constants)


def ordinary(columns: Mapping[str, Array]) -> NDArray[np.intp]:
    """Which rows have numbers of ordinary sizes."""
    sizes = np.concatenate([np.abs(numbers).reshape(len(numbers), -1) for numbers in columns.values()], axis=1)
    return np.flatnonzero(((sizes > SMALLEST) & (sizes < LARGEST)).all(axis=1))


def is_complete(combination: Combination, rows: Rows) -> bool:
    """Whether the prediction of a row draws all that it may, so that expectations are exact."""
    if combination.family.has_classes:
        return True
    (row,) = each_row(combination, rows)
    with mpmath.workdps(DIGITS):
        return bool(abs(mpmath.fsum(weight for _, weight in draws(row)) - 1) < INCOMPLETE)


def each_row(combination: Combination, rows: Rows) -> Iterator[Row]:
    """Rows as references take them."""
    names = {name: activation.name for name, activation in combination.activations.items()}
    for at in range(len(next(iter(rows.predictions.values())))):
        target, prediction = (
            {name: numbers[at].tolist() for name, numbers in side.items()} for side in (rows.targets, rows.predictions)
        )
        row = Row.of((target, prediction, rows.constants), combination.family.name)
        yield replace(row, activations=names)
