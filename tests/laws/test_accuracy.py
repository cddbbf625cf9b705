"""Law 12: values, floors, divergences, gradients and Hessian diagonals within the bound, edges included."""

import random
import sys
from collections.abc import Iterator

import mpmath
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.theory.supports import Support
from tests.laws.accuracy import Error, functions, judge
from tests.laws.engine import activated, forms_of, grouped, loss_of, scored
from tests.laws.harness import Array
from tests.reference.differences import first_derivative, second_derivative
from tests.reference.families import reference_of
from tests.reference.rows import Row

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
    reference = reference_of(family)
    for rows in grouped(chosen(family, count)):
        result = scored(family, rows)
        for what, function in functions(reference, loss_of(family, rows[0])).items():
            found: Array | None = getattr(result, what)
            for at, sent in enumerate(rows if found is not None else []):
                assert found is not None
                with mpmath.workdps(reference.DIGITS):
                    near = what == "divergences" and matches_almost(sent)
                    error = judge(what, function, sent, float(found[at]), near)
                if error is not None:
                    yield error


def derivative_errors(family: str, count: int) -> Iterator[Error]:
    """Of gradient and Hessian, in two entries of every column."""
    reference = reference_of(family)
    for rows in grouped(chosen(family, count)):
        result = scored(family, rows)
        loss = functions(reference, loss_of(family, rows[0]))["losses"]
        supports = {column.name: column.support for column in forms_of(family, rows[0])[1].columns}
        for name, gradient in result.gradients.items():
            hessian = result.hessian_diagonals[name].reshape(len(rows), -1)
            for at, sent in enumerate(rows):
                for entry in {0, hessian.shape[1] - 1}:
                    place = ("predictions", name, entry)
                    if on_the_edge(supports[name], sent.at(place)):
                        continue
                    with mpmath.workdps(reference.DIGITS):
                        first = judge(
                            f"gradient {name} {entry}",
                            first_derivative(loss, place),
                            sent,
                            float(gradient.reshape(len(rows), -1)[at, entry]),
                        )
                        second = judge(
                            f"hessian {name} {entry}", second_derivative(loss, place), sent, float(hessian[at, entry])
                        )
                    yield from (error for error in (first, second) if error is not None)


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
def test_values(family: str) -> None:
    """Losses, floors and divergences are the true ones, to the last digits that the numbers sent determine."""
    report(family, value_errors(family, 100))


@pytest.mark.parametrize("family", FAMILIES)
def test_derivatives(family: str) -> None:
    """Gradients and Hessian diagonals are the true ones, to the last digits that the numbers sent determine."""
    report(family, derivative_errors(family, 32))


@pytest.mark.heavy
@pytest.mark.parametrize("family", FAMILIES)
def test_more_values(family: str) -> None:
    """The same for many cases."""
    report(family, value_errors(family, 3000))


@pytest.mark.heavy
@pytest.mark.parametrize("family", FAMILIES)
def test_more_derivatives(family: str) -> None:
    """The same for many cases."""
    report(family, derivative_errors(family, 300))
