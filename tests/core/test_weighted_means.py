"""Weighted means and their standard errors: exact, merging, and right about how far off a mean is."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from distscore.core.exact import weighted_means
from distscore.core.exact.weighted_means import Series, Weights, reduced, series_of, weights_of

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(3)
NOISE, ONES = RANDOM.normal(size=60), np.ones(60)
UNEQUAL = RANDOM.uniform(0.1, 3, size=60)

CASES: dict[str, tuple[Array, Array]] = {
    "plain": (NOISE, ONES),
    "weighted": (NOISE, UNEQUAL),
    "weights of 24 orders": (NOISE, 10.0 ** RANDOM.uniform(-12, 12, size=60)),
    "little variance": (1e5 + 1e-4 * NOISE, ONES),
    "little variance, weighted": (1e5 + 1e-4 * NOISE, UNEQUAL),
    "large mean": (1e6 + NOISE, UNEQUAL),
    "squares beyond the doubles": (1e300 * NOISE, UNEQUAL),
    "squares below the doubles": (1e-300 * NOISE, UNEQUAL),
    "weights whose squares are below the doubles": (NOISE, 1e-200 * UNEQUAL),
    "heavy weights": (NOISE, 1e148 * UNEQUAL),
    "subnormal products": (1e-200 * NOISE, 1e-200 * UNEQUAL),
    "all magnitudes": (10.0 ** RANDOM.uniform(-300, 300, size=60), 10.0 ** RANDOM.uniform(-300, 148, size=60)),
    "some weights of 0": (NOISE, UNEQUAL * (RANDOM.uniform(size=60) < 0.5)),
}


def found(values: Array, weights: Array, reduction: str = "mean") -> tuple[float, float | None]:
    return reduced(series_of(values, weights), weights_of(weights), reduction)


@pytest.mark.parametrize("name", CASES)
def test_mean_and_standard_error_have_their_digits(name: str) -> None:
    """The formulas of the module, in many digits."""
    values, weights = CASES[name]
    with mpmath.workprec(6000):
        x, w = ([mpmath.mpf(float(each)) for each in column] for column in (values, weights))
        whole, square = sum(w), sum(each * each for each in w)
        n = whole * whole / square
        mean = sum(a * b for a, b in zip(w, x, strict=True)) / whole
        deviation = sum((a * (b - mean)) ** 2 for a, b in zip(w, x, strict=True))
        error = mpmath.sqrt(n / (n - 1) * deviation) / whole
        value, standard_error = found(values, weights)
        assert value == float(mean)
        assert abs(standard_error / error - 1) < 1e-13
        total, error_of_total = found(values, weights, "sum")
        assert total == float(mean * whole)
        assert error_of_total == pytest.approx(float(error * whole), rel=1e-13, abs=1e-320)


def test_equal_weights_give_the_standard_error_of_a_t_test() -> None:
    """As SciPy has it."""
    assert found(NOISE, ONES)[1] == pytest.approx(stats.sem(NOISE), rel=1e-14)
    assert found(NOISE, 7 * ONES)[1] == pytest.approx(stats.sem(NOISE), rel=1e-14)


@pytest.mark.parametrize("weight", [1.0, 0.3, 1e-170, 1e150])
def test_one_row_has_no_standard_error(weight: float) -> None:
    """Neither has one among rows of weight 0, nor no row at all."""
    assert found(np.array([0.3]), np.array([weight])) == (0.3, None)
    assert found(np.array([0.3, 5.0]), np.array([weight, 0.0])) == (0.3, None)
    assert weights_of(np.array([weight, weight])).several
    assert found(np.array([]), np.array([])) == (0.0, None)


@pytest.mark.parametrize("value", [0.3, -1e300, 1e-320, 0.0])
def test_equal_rows_have_no_variance(value: float) -> None:
    """Whatever the weights, the standard error of a constant is 0."""
    assert found(np.full(60, value), UNEQUAL) == (value, 0.0)


def test_infinite_rows_make_the_mean_infinite() -> None:
    """Those of weight 0 do not; infinities of both signs have no mean."""
    values = np.array([0.3, np.inf, -np.inf])
    assert found(values, np.array([1.0, 2.0, 0.0])) == (np.inf, np.inf)
    assert found(values, np.array([1.0, 0.0, 1.0]), "sum") == (-np.inf, np.inf)
    assert found(values, np.array([1.0, 0.0, 0.0])) == (0.3, None)
    assert np.isnan(found(values, np.ones(3))[0])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("cuts", [(1, 2, 30), (5,), tuple(range(1, 60))])
def test_sums_do_not_depend_on_the_split(name: str, cuts: tuple[int, ...]) -> None:
    """Sums of parts add up to those of the whole, whether few rows or many are added at once."""
    values, weights = CASES[name]
    parts = [slice(*pair) for pair in pairwise((0, *cuts, 60))]
    series = [series_of(values[part], weights[part]) for part in parts]
    assert Series(*map(sum, zip(*series, strict=True))) == series_of(values, weights)
    assert Weights(*map(sum, zip(*(weights_of(weights[part]) for part in parts), strict=True))) == weights_of(weights)


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long batches are summed in chunks, to the same sums."""
    values, weights = CASES["all magnitudes"]
    expected = series_of(values, weights), weights_of(weights)
    monkeypatch.setattr(weighted_means, "CHUNK", 7)
    monkeypatch.setattr(weighted_means, "FEW", 0)
    assert (series_of(values, weights), weights_of(weights)) == expected


@pytest.mark.parametrize("power", [-0.5, 0.0, 0.5, 1.0])
def test_intervals_cover_what_they_claim(power: float) -> None:
    """Of 1 000 runs of 300 rows, 95 % intervals cover the mean in 93 to 97 %: with weights that rise with the variance
    of a row, fall with it as votes do, or have nothing to do with it.
    """
    random, covered, runs = np.random.default_rng(11), 0, 1000
    for _ in range(runs):
        weights = random.gamma(2.0, size=300) + 0.05
        values = 1.5 + weights**power * random.normal(size=300)
        mean, error = found(values, weights)
        n = weights.sum() ** 2 / (weights**2).sum()
        assert error is not None
        covered += abs(mean - 1.5) <= stats.t.ppf(0.975, n - 1) * error
    assert 0.93 <= covered / runs <= 0.97
