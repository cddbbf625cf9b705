"""Every elementwise formula against high precision, over its whole domain."""

from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from distscore.core.exact.logarithms import logarithm, times_logarithm
from distscore.core.special import elementwise as numerics
from distscore.core.special.elementwise import Array

EPS = float(np.finfo(np.float64).eps)
MAGNITUDES = np.concatenate([10.0 ** np.arange(-70.0, 0), np.linspace(0.02, 3, 150), [10.0, 36.5, 300.0]])
RISES = np.concatenate([MAGNITUDES, [700.0, 1e8, 1e150, 1e300], -MAGNITUDES[MAGNITUDES < 1], [2.0**-53 - 1]])
DIFFERENCES = np.concatenate([MAGNITUDES, [700.0], -MAGNITUDES, [-700.0, -1e8, -1e150, -1e300]])
LOGITS = np.concatenate([MAGNITUDES, [39.9, 40.1, 700.0, 1e8, 1e150, 1e300]])
LOGITS = np.concatenate([LOGITS, -LOGITS[LOGITS <= 700], [0.0]])


def _softplus(z: mpmath.mpf) -> mpmath.mpf:
    return mpmath.log1p(mpmath.exp(z)) if z < 2000 else z


def _slope(r: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-r)) / _softplus(r)


# What each formula computes; with 800 digits, so that 1 + 1e-300 is not 1.
TRUTHS: dict[str, tuple[Array, Callable[[mpmath.mpf], mpmath.mpf]]] = {
    "phi": (RISES, lambda u: u - mpmath.log1p(u)),
    "expm1_remainder": (DIFFERENCES, lambda d: mpmath.expm1(d) - d),
    "phi2": (DIFFERENCES, lambda x: (mpmath.expm1(x) - x) / x**2),
    "softplus": (LOGITS, _softplus),
    "sigmoid": (LOGITS, lambda z: 1 / (1 + mpmath.exp(-z))),
    "log_sigmoid": (LOGITS, lambda z: -_softplus(-z)),
    "log_softplus_derivative": (LOGITS, _slope),
    "log_softplus_second_over_first": (LOGITS, lambda r: 1 / (1 + mpmath.exp(r)) - _slope(r)),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_formulas_keep_their_digits(name: str) -> None:
    """Wherever a true value is a normal double, its formula gives it to 1e-15."""
    arguments, truth = TRUTHS[name]
    values = getattr(numerics, name)(arguments)
    with mpmath.workdps(800):
        for argument, value in zip(arguments, values, strict=True):
            true = truth(mpmath.mpf(float(argument)))
            if abs(true) > 1e-300:
                assert abs(value / true - 1) < 1e-15, f"{name}({argument}) = {value}"


def test_ratios_keep_their_digits() -> None:
    """log(t / b) and t / b - 1 - log(t / b) hold near a match, and where t / b is no double."""
    bottoms = 10.0 ** np.arange(-300.0, 301, 60)
    tops = np.concatenate([bottoms * ratio for ratio in (0.3, 0.9, 1.0, 1.1, 2.0)])
    top, bottom = (grid.ravel() for grid in np.meshgrid(tops, bottoms))
    with np.errstate(all="ignore"):
        logs = numerics.log_ratio(top, bottom)
        remainders = numerics.itakura_saito(top, bottom, (top - bottom) / bottom)
    with mpmath.workdps(60):
        for t, b, log, remainder in zip(top, bottom, logs, remainders, strict=True):
            ratio = mpmath.mpf(float(t)) / mpmath.mpf(float(b))
            true = mpmath.log(ratio)
            assert abs(log - true) <= EPS * max(1, abs(true))
            rest = ratio - 1 - true
            assert abs(remainder - rest) <= 2e-15 * rest if rest < 1e308 else remainder == np.inf


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("phi", {-1.0: np.inf, 0.0: 0.0, np.inf: np.inf}),
        ("expm1_remainder", {-np.inf: np.inf, 0.0: 0.0, 1e300: np.inf, np.inf: np.inf}),
        ("phi2", {-np.inf: 0.0, 0.0: 0.5, 1e300: np.inf, np.inf: np.inf}),
        ("softplus", {-np.inf: 0.0, -1e300: 0.0, 1e300: 1e300, np.inf: np.inf}),
        ("sigmoid", {-np.inf: 0.0, 0.0: 0.5, np.inf: 1.0}),
        ("log_sigmoid", {-np.inf: -np.inf, -1e300: -1e300, np.inf: 0.0}),
        ("log_softplus_derivative", {-np.inf: 1.0, -1e300: 1.0, 1e300: 1e-300, np.inf: 0.0}),
        ("log_softplus_second_over_first", {-np.inf: 0.0, -1e300: 0.0, 1e300: -1e-300, np.inf: 0.0}),
    ],
)
def test_limits(name: str, edges: dict[float, float]) -> None:
    """A formula takes its limits at the ends of its domain, without a NaN or a warning."""
    np.testing.assert_array_equal(getattr(numerics, name)(np.array(list(edges))), list(edges.values()))


@pytest.mark.parametrize("name", ["phi", "expm1_remainder"])
def test_excesses_are_never_negative(name: str) -> None:
    """A divergence is a sum of remainders, each at least 0, whatever its argument rounds to."""
    arguments = np.random.default_rng(1).uniform(-1, 1, 10_000) * 10.0 ** np.linspace(-200, 0, 10_000)
    assert (getattr(numerics, name)(arguments) >= 0).all()


def test_phi2_rises() -> None:
    """phi2 is increasing, across the seams of its formulas too."""
    steps = np.diff(numerics.phi2(np.linspace(-20, 20, 4001)))
    assert (steps > 0).all()


@pytest.mark.filterwarnings("ignore:invalid value")
def test_zero_times_infinity_is_zero() -> None:
    """Where a class has no mass, what it would have cost does not count."""
    masses, costs = np.array([[0.0, 0.25], [1.0, 0.75]]), np.array([[np.inf, 4.0], [2.0, np.inf]])
    np.testing.assert_array_equal(numerics.product(masses, costs), [[0.0, 1.0], [2.0, np.inf]])
    np.testing.assert_array_equal(numerics.inner(masses, costs), [2.0, np.inf])


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_moments_keep_their_digits(scale: float, offset: float) -> None:
    """Mean and centered variance of draws far from 0 are those of exact arithmetic, as far as doubles reach."""
    draws = (offset + np.random.default_rng(2).normal(size=(1001, 2))) * scale
    mean = numerics.sample_mean(draws)
    variance = numerics.mean_square_deviation(draws, mean)
    with mpmath.workdps(60):
        for column in range(2):
            exact = [mpmath.mpf(float(x)) for x in draws[:, column]]
            true = mpmath.fsum(exact) / len(exact)
            dispersion = mpmath.fsum((x - true) ** 2 for x in exact) / len(exact)
            assert abs(mean[column] - true) <= EPS * max(abs(true), scale)
            assert abs(variance[column] / dispersion - 1) < 1e-14


def test_means_of_the_largest_doubles_are_finite() -> None:
    """A mean lies between its draws, even where their sum is out of range."""
    np.testing.assert_array_equal(numerics.sample_mean(np.full((1000, 1), 1.7e308)), [1.7e308])


def test_logarithms_have_the_digits_of_two_doubles() -> None:
    """log x, and x log x, as sums of two doubles, over all positive doubles and closely around 1."""
    random = np.random.default_rng(0)
    x = np.concatenate((10 ** random.uniform(-300, 300, 300), 1 + 1e-9 * random.normal(size=300)))
    x = np.concatenate((x, random.uniform(0.5, 2, 300), [1.0, 5e-324, 1.7e308, 1 - 2.0**-53, 1 + 2.0**-52]))
    with mpmath.workdps(60):
        for each, rounded, cut_off in zip(x, *logarithm(x), strict=True):
            true = mpmath.log(mpmath.mpf(each))
            assert abs(true - mpmath.mpf(rounded) - mpmath.mpf(cut_off)) < 2.0**-100 * (1 + abs(true))
        moderate = x[(x > 1e-100) & (x < 1e100)]
        for each, rounded, cut_off in zip(moderate, *times_logarithm(moderate, moderate), strict=True):
            true = mpmath.mpf(each) * mpmath.log(mpmath.mpf(each))
            assert abs(true - mpmath.mpf(rounded) - mpmath.mpf(cut_off)) < 2.0**-99 * (each + abs(true))
    assert [parts.tolist() for parts in times_logarithm(np.zeros(1), np.zeros(1))] == [[0.0], [0.0]]
