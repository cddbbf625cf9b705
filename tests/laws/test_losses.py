"""Law 12 on extreme rows for the losses that are no cross-entropy: values and derivatives within the bound, no NaN."""

import math
from collections.abc import Iterator
from dataclasses import replace

import mpmath
import numpy as np
import pytest

from distscore.core.engine.engine import Scored
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.losses import AnyLoss
from tests.laws.accuracy import Error, judge
from tests.laws.engine import grouped, scored
from tests.laws.test_accuracy import judge_derivatives
from tests.reference.families import reference_of
from tests.reference.losses import reference_of as reference_of_loss
from tests.reference.rows import Place, Row

DIGITS = 600  # of second differences of probabilities as small as 1e-150
CROSS_ENTROPIES = ("cross_entropy", "kl_divergence", "deviance")  # on the rows of their families

LOSSES: list[tuple[str, AnyLoss]] = [
    (family.name, loss(**parameters))
    for family in FAMILIES.values()
    if reference_of(family.name).CASES_OF_LOSSES
    for name, loss in losses_of(family).items()
    if name not in CROSS_ENTROPIES
    for parameters in reference_of_loss(name).PARAMETERS
]


def title(loss: AnyLoss) -> str:
    """Its name and parameters."""
    return " ".join([loss.name, *(f"{value:g}" for value in loss.settings.values())])


def rows_of(family: str, loss: AnyLoss) -> Iterator[list[Row]]:
    """The extreme rows of a family, those of one form together."""
    cases = (Row.of(case, family) for case in reference_of(family).CASES_OF_LOSSES)
    yield from grouped(replace(row, parameters=loss.settings) for row in cases)


def errors(family: str, loss: AnyLoss) -> Iterator[Error]:
    """Of the loss of each row, and of its derivatives in one number of every column."""
    reference = reference_of_loss(loss.name)
    for rows in rows_of(family, loss):
        result = scored(family, rows, loss)
        for at, row in enumerate(rows):
            assert result.losses is not None
            with mpmath.workdps(DIGITS):
                error = judge("losses", reference.loss, row, float(result.losses[at]))
                if error is not None:
                    yield error
                for place in places(row, at) if math.isfinite(result.losses[at]) else []:
                    yield from judge_derivatives(reference, row, place, *derivatives(result, at, place))


def places(row: Row, at: int) -> list[Place]:
    """A number of every column, another one in every row; none where it cannot move to both sides, or has a kink."""
    (_, first, _), *_ = row.predicted
    columns = {name: numbers for (side, name), numbers in row.numbers.items() if side == "predictions"}
    if first == "probabilities" and not all(0 < q < 1 for q in columns[first]):
        return []
    return [("predictions", name, at % len(numbers)) for name, numbers in columns.items()]


def derivatives(result: Scored, at: int, place: Place) -> tuple[float, float]:
    """Gradient and Hessian of a row in one number."""
    _, column, entry = place
    first, second = (np.atleast_1d(by[column][at])[entry] for by in (result.gradients, result.hessian_diagonals))
    return float(first), float(second)


@pytest.mark.parametrize(("family", "loss"), LOSSES, ids=[f"{family}, {title(loss)}" for family, loss in LOSSES])
def test_law_12_losses_keep_their_digits(family: str, loss: AnyLoss) -> None:
    """Value, gradient and Hessian of a loss are those of its definition, to the last digits."""
    missed = [str(error) for error in errors(family, loss) if error.units > 1]
    assert not missed, "\n".join(missed[:12])


@pytest.mark.parametrize(("family", "loss"), LOSSES, ids=[f"{family}, {title(loss)}" for family, loss in LOSSES])
def test_law_10_losses_are_numbers(family: str, loss: AnyLoss) -> None:
    """No loss and no derivative is NaN."""
    for rows in rows_of(family, loss):
        result = scored(family, rows, loss)
        assert result.losses is not None
        assert not np.isnan(result.losses).any()
        for by_column in (result.gradients, result.hessian_diagonals):
            assert not any(np.isnan(numbers).any() for numbers in by_column.values())
