"""Scalar families where textbook formulas cancel to nothing, underflow or overflow: true to 1e-13, and never NaN."""

from dataclasses import replace
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.core.theory.supports import REAL
from tests.laws.engine import scored
from tests.laws.harness import Combination, combinations, name_of, random_rows
from tests.laws.harness import Rows as Batch
from tests.laws.harness import scored as score_batch
from tests.reference.differences import first_derivative, second_derivative
from tests.reference.families import reference_of
from tests.reference.rows import Row

DIGITS = 1000  # of terms up to 1e200 whose second derivatives are as small as 1e-400
TOLERANCE = 1e-13
LARGEST = mpmath.mpf(np.finfo(np.float64).max)
OBSERVED = ("student_t", "laplace", "log_normal", "inverse_gaussian", "pareto", "weibull", "negative_binomial")
ENDS = np.array([1e-150, 1e-75, 1e-20, 0.5, 1.0, 60.0, 1e20, 1e75, 1e150])
RAW = np.array([-345.0, -40.0, 0.0, 1.0, 40.0, 345.0, 700.0])


def negative_binomial(value: float, mean: float, dispersion: float) -> Row:
    """A row of the family."""
    return Row.of(({"values": value}, {"mean": mean, "dispersion": dispersion}, {}), "negative_binomial")


def student_t(value: float, location: float, scale: float, nu: float, through: str = "identity") -> Row:
    """A row of the family, whose location may be sent as a raw number of an activation."""
    prediction = {"location": location, "scale": scale, "degrees_of_freedom": nu}
    return replace(Row.of(({"values": value}, prediction, {}), "student_t"), activations={"location": through})


def in_pairs(family: str, target: dict[str, Any], prediction: dict[str, float], **activations: str) -> Row:
    """A row of a family without constants."""
    return replace(Row.of((target, prediction, {}), family), activations=activations)


ROWS = [
    negative_binomial(60.0, 5.0, 1e-180),
    negative_binomial(1.0, 1e-7, 0.25),
    negative_binomial(1.0, 1e-120, 1e-20),
    negative_binomial(1.0, 1e-7, 1e-200),
    negative_binomial(2.0, 1e-7, 0.25),
    negative_binomial(0.0, 1e-7, 1e-100),
    negative_binomial(7.0, 3.0, 1e-300),
    negative_binomial(3.0, 2.0, 1e150),
    negative_binomial(1.0, 3.0, 1e100),
    student_t(1e-6, 0.0, 1e-3, 3.0, through="exp"),
    student_t(-1e-30, 4.0, 1e-40, 0.3, through="exp"),
    student_t(1e-6, -3.0, 1e-3, 3.0, through="softplus"),
    student_t(1e200, 0.0, 1.0, 3.0),
    student_t(1e200, -1e200, 1e-150, 1e-100),
    student_t(0.7, 0.1, 0.3, 1e150),
    student_t(0.7, 0.1, 0.3, 1e-200),
    student_t(1e-200, 3e-200, 1e-200, 1e9),
    in_pairs("laplace", {"values": 1e150}, {"location": -1e150, "scale": 1e-150}),
    in_pairs("laplace", {"location": 1.0, "scale": 1e-150}, {"location": 1.0 + 2**-52, "scale": 1e150}),
    in_pairs("log_normal", {"values": 1e-300}, {"location": 1e-200, "scale": 1e-150}),
    in_pairs("log_normal", {"values": 2.0}, {"location": -400.0, "scale": -330.0}, location="sigmoid", scale="exp"),
    in_pairs("inverse_gaussian", {"values": 1e150}, {"mean": 1e150 * (1 + 2**-52), "shape": 1e-150}),
    in_pairs("inverse_gaussian", {"values": 1e-200}, {"mean": 3e-200, "shape": 1e-190}),
    in_pairs("weibull", {"values": 2.0}, {"shape": 1e12, "scale": 2.0 + 2**-51}),
    in_pairs("weibull", {"values": 1e-200}, {"mean": 1e200, "shape": 1e-3}),
    in_pairs("gamma", {"values": 1e120}, {"shape": 1e-96, "rate": 1e113}),
    in_pairs("gaussian", {"samples": [1e8 + 0.1, 1e8 + 0.25, 1e8 + 0.47]}, {"mean": 1e8, "standard_deviation": 1.0}),
    in_pairs("weibull", {"samples": [1e-200, 1e200]}, {"shape": 1.5, "scale": 1e200}),
]


def loss_of(row: Row) -> Any:
    """The cross-entropy of a row by its second definition."""
    return reference_of(row.family).cross_entropy(*row.sides)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family} {row.numbers}")
def test_every_number_is_true(row: Row) -> None:
    """Losses, divergences, gradients and second derivatives keep 13 digits of themselves."""
    result, reference = scored(row.family, [row]), reference_of(row.family)
    with mpmath.workdps(DIGITS):
        loss, floor = reference.cross_entropy(*row.sides), reference.floor(*row.sides)
        assert result.losses is not None
        assert_true("loss", float(result.losses[0]), loss)
        if result.divergences is not None:
            assert_true("divergence", float(result.divergences[0]), loss - floor)
        for name, gradient in result.gradients.items():
            place = ("predictions", name, 0)
            assert_true(f"gradient {name}", float(gradient[0]), first_derivative(loss_of, place)(row))
            second = float(result.hessian_diagonals[name][0])
            assert_true(f"hessian {name}", second, second_derivative(loss_of, place)(row))


def assert_true(what: str, found: float, true: Any) -> None:
    """Within the tolerance; what is infinite as a double is infinite."""
    if abs(true) > LARGEST:
        assert found == (np.inf if true > 0 else -np.inf), what
    else:
        assert abs(found - true) <= max(TOLERANCE * abs(true), 1e-307), f"{what}: {found}, not {mpmath.nstr(true, 17)}"


def test_reported_digits() -> None:
    """Values that users reported, to the last digits."""
    rows = [negative_binomial(60.0, 5.0, 1e-180), negative_binomial(1.0, 1e-7, 0.25)]
    result = scored("negative_binomial", rows)
    second = result.hessian_diagonals["dispersion"]
    np.testing.assert_allclose(second, [68793.333333333333, -9.9999988333333887e-15], rtol=2e-15)
    np.testing.assert_allclose(result.gradients["dispersion"][1], 9.99999925000000225e-8, rtol=2e-15)
    through_exp = scored("student_t", [student_t(1e-6, 0.0, 1e-3, 3.0, through="exp")])
    np.testing.assert_allclose(through_exp.hessian_diagonals["location"], 1.9999956000024001e-05, rtol=2e-15)


def extreme(column: Column, activation: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Numbers of a column up to the ends of the doubles."""
    if activation != "identity":
        return RAW
    return np.concatenate((ENDS, -ENDS, [0.0])) if column.support is REAL else ENDS


@pytest.mark.parametrize("combination", [c for c in combinations() if c.family.name in OBSERVED], ids=name_of)
def test_nothing_is_nan(combination: Combination) -> None:
    """Whatever overflows, derivatives are numbers or infinities."""
    plain = random_rows(combination, 1)
    values = [extreme(column, "identity") for column in combination.target_form.columns]
    values += [extreme(column, combination.activations[column.name].name) for column in combination.columns]
    grid = np.array(list(product(*values)))
    grid = grid[np.random.default_rng(3).permutation(len(grid))[:4000]]
    targets = {
        column.name: grid[:, at] if column.rank == 1 else np.stack((grid[:, at], 2.0 * grid[::-1, at] / 2.0), axis=1)
        for at, column in enumerate(combination.target_form.columns)
    }
    start = len(targets)
    predictions = {column.name: grid[:, start + at] for at, column in enumerate(combination.columns)}
    rows = Batch(targets, predictions, plain.constants)
    kept = np.ones(len(grid), np.bool_)
    for column in combination.columns:
        after = combination.activations[column.name].value(predictions[column.name])
        kept &= column.support.contains(after) & np.isfinite(after) & ((column.support is REAL) | (after >= 2.3e-308))
    consistent = combination.target_form.consistent(
        {name: v if v.ndim == 1 else v.T for name, v in targets.items()}, plain.constants
    )
    kept &= True if consistent is None else consistent
    for name, loss in combination.losses().items():
        result = score_batch(combination, loss, rows.take(np.flatnonzero(kept)))
        for what in (result.gradients, result.hessian_diagonals):
            for sent, found in what.items():
                wrong = np.flatnonzero(np.isnan(found))
                assert not len(wrong), f"{name}, {sent}: {len(wrong)} of {len(found)}, {grid[kept][wrong[0]]}"


def test_families_are_registered() -> None:
    """The families named here exist."""
    assert set(OBSERVED) <= set(FAMILIES)
