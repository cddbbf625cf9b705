"""The gamma function's remainders against high precision: tiny to huge shapes, near a match and far from it."""

from collections.abc import Callable, Iterator

import mpmath
import numpy as np
import pytest

from distscore.core.special import gamma_function as gammas
from distscore.core.special.elementwise import Array

EPS = float(np.finfo(np.float64).eps)
ORDINARY = np.concatenate([10.0 ** np.arange(-8.0, 13), np.linspace(0.1, 13, 130)])
EXTREME = np.array([1e-300, 1e-150, 1e-20, 1e20, 1e150, 1e300])
SHAPES = np.array([1e-8, 1e-3, 0.3, 1.0, 1.4616, 2.5, 4.7, 5.9, 6.0, 11.0, 1e3, 1e6, 1e12])
RATIOS = np.array([1e-14, 1e-8, 1e-4, 0.07, 0.4, 0.6, 0.99, -1e-14, -1e-8, -0.2, -0.6, -0.9999, 3.0, 1e3, 1e9, 1e16])
FAR = np.array([2.3e-308, 1e-300, 1e-150, 1e-16, 0.3, 1.0, 5.5, 6.0, 1e3, 1e16, 1e150, 1e300])

Formula = Callable[..., mpmath.mpf]


def _s(k: mpmath.mpf) -> mpmath.mpf:
    return mpmath.loggamma(k) - (k - 0.5) * mpmath.log(k) + k - mpmath.log(2 * mpmath.pi) / 2


def _slope(k: mpmath.mpf) -> mpmath.mpf:
    return mpmath.psi(0, k) - mpmath.log(k) + 1 / (2 * k)


def _second_derivative(k: mpmath.mpf) -> mpmath.mpf:
    return mpmath.psi(1, k) - 1 / k - 1 / (2 * k * k)


ONE_SHAPE: dict[str, Formula] = {
    "stirling_error": _s,
    "stirling_error_derivative": _slope,
    "stirling_error_second_derivative": _second_derivative,
    "log_minus_digamma": lambda k: mpmath.log(k) - mpmath.psi(0, k),
    "trigamma_minus_inverse": lambda k: mpmath.psi(1, k) - 1 / k,
}
TWO_SHAPES: dict[str, Formula] = {
    "stirling_error_bregman": lambda a, b: _s(a) - _s(b) - (a - b) * _slope(b),
}
SHAPE_AND_STEP: dict[str, Formula] = {
    "digamma_difference": lambda a, d: mpmath.psi(0, a + d) - mpmath.psi(0, a),
    "trigamma_difference": lambda a, d: mpmath.psi(1, a) - mpmath.psi(1, a + d),
}


def _pairs() -> tuple[Array, Array]:
    """Shapes, and steps from each that are small and large beside it and leave it positive."""
    shapes, ratios = np.meshgrid(SHAPES, RATIOS)
    shape, step = shapes.ravel(), (shapes * ratios).ravel()
    return shape, step


def _measured(name: str, formula: Formula, *arguments: Array) -> Iterator[tuple[list[mpmath.mpf], float, mpmath.mpf]]:
    """Arguments, value and true value, point by point."""
    with np.errstate(all="ignore"):
        values = getattr(gammas, name)(*arguments)
    for *point, value in zip(*arguments, values, strict=True):
        exact = [mpmath.mpf(float(x)) for x in point]
        yield exact, float(value), formula(*exact)


@pytest.mark.parametrize("name", ONE_SHAPE)
def test_one_shape(name: str) -> None:
    """Remainders of Stirling's formula keep 1e-14 of themselves on shapes from 1e-8 to 1e12."""
    with mpmath.workdps(60):
        for point, value, true in _measured(name, ONE_SHAPE[name], ORDINARY):
            assert abs(value / true - 1) < 1e-14, f"{name}{point} = {value}, not {true}"


@pytest.mark.parametrize("name", ONE_SHAPE)
def test_extreme_shapes(name: str) -> None:
    """The same holds from 1e-300 to 1e300, wherever the true value is a normal double."""
    with mpmath.workdps(1000):
        for point, value, true in _measured(name, ONE_SHAPE[name], EXTREME):
            if abs(true) > 1e308:
                assert value == np.inf
            else:
                assert abs(value - true) <= max(1e-14 * abs(true), 1e-300), f"{name}{point} = {value}, not {true}"


@pytest.mark.parametrize("name", TWO_SHAPES)
def test_two_shapes(name: str) -> None:
    """Bregman remainders keep 1e-14 of themselves from a relative distance of 1e-14 to one of 1e16."""
    shape, step = _pairs()
    other = shape + step
    firsts, seconds = np.concatenate([shape, other]), np.concatenate([other, shape])
    with mpmath.workdps(90):
        for point, value, true in _measured(name, TWO_SHAPES[name], firsts, seconds):
            assert abs(value - true) <= 1e-14 * abs(true), f"{name}{point} = {value}, not {true}"


@pytest.mark.parametrize("name", SHAPE_AND_STEP)
def test_differences(name: str) -> None:
    """Differences of psi and psi1 keep 1e-14 of themselves however small or large the step is."""
    with mpmath.workdps(90):
        for point, value, true in _measured(name, SHAPE_AND_STEP[name], *_pairs()):
            assert abs(value - true) <= 1e-14 * abs(true), f"{name}{point} = {value}, not {true}"


def test_lgamma_1p() -> None:
    """lgamma(1 + x) keeps its digits near both of its zeros, and elsewhere."""
    near = np.concatenate([10.0 ** np.arange(-300.0, 0), np.linspace(0.01, 0.99, 99)])
    arguments = np.concatenate([near, -near, 1 + near, 1 - near[near > 1e-16], [3.0, 170.0, 1e8, 1e150]])
    with mpmath.workdps(400):
        for (x,), value, true in _measured("lgamma_1p", lambda x: mpmath.loggamma(1 + x), arguments):
            assert abs(value - true) <= 1e-15 * abs(true), f"{x}: {value}, not {true}"


@pytest.mark.parametrize("name", [*TWO_SHAPES, *SHAPE_AND_STEP])
def test_far_apart(name: str) -> None:
    """No pair of positive doubles gives a NaN, and what cannot be negative is not."""
    first, second = (grid.ravel() for grid in np.meshgrid(FAR, FAR))
    with np.errstate(all="ignore"):
        values = getattr(gammas, name)(first, second)
    assert not np.isnan(values).any()
    assert (values >= 0).all()


@pytest.mark.parametrize("name", TWO_SHAPES)
def test_remainders_vanish_at_a_match_only(name: str) -> None:
    """A Bregman remainder is 0 where its two shapes are one, and positive beside it."""
    formula = getattr(gammas, name)
    np.testing.assert_array_equal(formula(SHAPES, SHAPES), np.zeros(len(SHAPES)))
    assert (formula(SHAPES, np.nextafter(SHAPES, np.inf)) > 0).all()


@pytest.mark.parametrize("name", [*TWO_SHAPES, *SHAPE_AND_STEP])
def test_broadcasting(name: str) -> None:
    """Every pair of broadcast arguments is scored as if it came alone."""
    column, row = SHAPES[:, None], SHAPES[None, ::-1]
    table = getattr(gammas, name)(column, row)
    alone = [[getattr(gammas, name)(np.array([a]), np.array([b]))[0] for b in row[0]] for a in column[:, 0]]
    np.testing.assert_allclose(table, alone, rtol=1e-15)
