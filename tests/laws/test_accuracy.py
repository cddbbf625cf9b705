"""Law 12 for extreme rows: values, floors, divergences, gradients and Hessian diagonals within the bound."""

import random
import sys
from collections.abc import Iterator

import mpmath
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.theory.supports import Support
from tests.laws.accuracy import Error, judge
from tests.laws.engine import activated, forms_of, grouped, loss_of, scored
from tests.laws.harness import outputs
from tests.laws.truths import of_rows
from tests.reference import losses
from tests.reference.differences import first_derivative, second_derivative
from tests.reference.families import reference_of
from tests.reference.rows import Place, Row

PROMISED = ("losses", "floors", "divergences")
NEAR = 1e-3  # relative distance of two distributions in the same form that match almost


def chosen(family: str, count: int) -> list[Row]:
    """Some cases of a reference, the same ones every time: near matches, and others through every legal activation."""
    cases = [Row.of(case, family) for case in reference_of(family).CASES]
    shuffled = random.Random(family).sample(cases, len(cases))
    almost = [sent for sent in shuffled if matches_almost(sent)][: count // 4]
    rows = [*almost, *shuffled[: count - len(almost)]]
    turns = [0 if turn < len(almost) else turn for turn in range(len(rows))]
    return [activated(sent, forms_of(family, sent)[1].columns, turn) for turn, sent in zip(turns, rows, strict=True)]


def matches_almost(sent: Row) -> bool:
    """Whether both sides are distributions in the same form and nearly the same."""
    sides = {
        side: {name: v for (where, name), v in sent.numbers.items() if where == side}
        for side in ("targets", "predictions")
    }
    if sides["targets"].keys() != sides["predictions"].keys() or sent.activations:
        return False
    pairs = [np.array([sides[side][name] for side in sides]) for name in sides["targets"]]
    return all(bool(np.all(np.abs(a - b) <= NEAR * np.minimum(np.abs(a), np.abs(b)))) for a, b in pairs)


def value_errors(family: str, count: int) -> Iterator[Error]:
    """Of losses, floors and divergences."""
    for rows in grouped(chosen(family, count)):
        found, reference = outputs(scored(family, rows)), losses.reference_of(loss_of(family, rows[0]))
        for at, row in enumerate(rows):
            with mpmath.workdps(reference_of(family).DIGITS):
                errors = [
                    judge(what, function, row, float(found[what][at]), what == "divergences" and matches_almost(row))
                    for what, function in of_rows(reference, row)
                    if what in PROMISED
                ]
            yield from (error for error in errors if error is not None)


def derivative_errors(family: str, count: int) -> Iterator[Error]:
    """Of gradient and Hessian, in two entries of every column."""
    for rows in grouped(chosen(family, count)):
        result, reference = scored(family, rows), losses.reference_of(loss_of(family, rows[0]))
        supports = {column.name: column.support for column in forms_of(family, rows[0])[1].columns}
        for name, gradient in result.gradients.items():
            hessian = result.hessian_diagonals[name].reshape(len(rows), -1)
            for at, sent in enumerate(rows):
                for entry in {0, hessian.shape[1] - 1}:
                    place = ("predictions", name, entry)
                    if on_the_edge(supports[name], sent.at(place)):
                        continue
                    numbers = gradient.reshape(len(rows), -1)[at, entry], hessian[at, entry]
                    with mpmath.workdps(reference_of(family).DIGITS):
                        yield from judge_derivatives(reference, sent, place, *map(float, numbers))


def judge_derivatives(
    reference: losses.Reference, row: Row, place: Place, first: float, second: float
) -> Iterator[Error]:
    """Of gradient and Hessian in one number."""
    function = reference.antiderivative or reference.loss
    name = f"{place[1]} {place[2]}"
    errors = (
        judge(f"gradient {name}", first_derivative(function, place), row, first),
        judge(f"hessian {name}", second_derivative(function, place), row, second),
    )
    yield from (error for error in errors if error is not None)


def on_the_edge(support: Support, number: float) -> bool:
    """Where a number cannot move to both sides."""
    return number in (support.low, support.high)


def report(family: str, errors: Iterator[Error]) -> None:
    """The largest error of each quantity, and a failure that lists those beyond the bound."""
    worst: dict[str, Error] = {}
    beyond = []
    for error in errors:
        kind = error.what.split(" ")[0]
        if kind not in worst or error.units > worst[kind].units:
            worst[kind] = error
        if error.units > 1:
            beyond.append(error)
    for error in worst.values():
        sys.stdout.write(f"{family}: {error}\n")
    if beyond:
        sys.stdout.write(f"{family}: {len(beyond)} beyond the bound\n")
    beyond.sort(key=lambda error: -error.units)
    assert not beyond, "\n".join([f"{family}: {len(beyond)} beyond the bound", *map(str, beyond[:12])])


@pytest.mark.parametrize("family", FAMILIES)
def test_law_12_values(family: str) -> None:
    """Losses, floors and divergences are the true ones, to the last digits that the numbers sent determine."""
    report(family, value_errors(family, 100))


@pytest.mark.parametrize("family", FAMILIES)
def test_law_12_derivatives(family: str) -> None:
    """Gradients and Hessian diagonals are the true ones, to the last digits that the numbers sent determine."""
    report(family, derivative_errors(family, 32))


@pytest.mark.heavy
@pytest.mark.parametrize("family", FAMILIES)
def test_law_12_more_values(family: str) -> None:
    """The same for many cases."""
    report(family, value_errors(family, 3000))


@pytest.mark.heavy
@pytest.mark.parametrize("family", FAMILIES)
def test_law_12_more_derivatives(family: str) -> None:
    """The same for many cases."""
    report(family, derivative_errors(family, 300))
