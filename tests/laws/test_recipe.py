"""Laws 1 and 6: the recipe of exponential families, and every careful form held to it.

Law 1: g' is the derivative of g and g'' that of g', by differences of eighth order. Law 6: what a prediction overrides
equals the formula in `exponential_family` on benign rows: value, floor, divergence, residual, Fisher information.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast
from zlib import crc32

import numpy as np
import pytest
from mpmath import mp

from distscore.core.engine.blocks import Block, blocks_of
from distscore.core.families import FAMILIES
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.members import Member
from tests.laws import harness
from tests.laws.harness import Array, Combination
from tests.laws.test_densities import COUNTS, OBSERVED, beyond_the_doubles, distribution, each_row, nodes
from tests.reference.families import reference_of

ROWS = 40
CLASSES = 4
CONSTANTS = {"pareto": {"minimum": 0.25}, "negative_binomial": {"dispersion": 0.4}, "weibull": {"shape": 1.7}}
STENCIL = ((1, 4 / 5), (2, -1 / 5), (3, 4 / 105), (4, -1 / 280))  # of the first derivative, to eighth order
STEP = 0.01  # of the way to the edge of the natural parameters
CLOSE = 1e-10

RECIPES = {
    name: recipe
    for name, family in FAMILIES.items()
    if (recipe := family.exponential_family(CONSTANTS.get(name, {}))) is not None
}
MEMBERS = [each for each in harness.combinations() if each.family.name in RECIPES and each.family.natural]


@pytest.fixture(autouse=True)
def as_in_the_engine() -> Iterator[None]:
    """Formulas are evaluated where they do not hold, too, and the result is thrown away: the engine lets them."""
    with np.errstate(all="ignore"):
        yield


def natural_parameters(name: str, count: int = ROWS, seed: int = 0) -> Array:
    """Random natural parameters inside their domain, (statistics, rows)."""
    recipe, random = RECIPES[name], np.random.default_rng([crc32(name.encode()), seed])
    supports = list(recipe.natural.values()) * (CLASSES if recipe.per_class else 1)
    return np.stack([harness.inside(support, (count,), random) for support in supports])


def derivative(function: Callable[[Array], Array], eta: Array, direction: Array) -> Array:
    """Of a function along a direction, which stays inside the domain for steps of 4."""
    differences = [w * (function(eta + k * direction) - function(eta - k * direction)) for k, w in STENCIL]
    return np.asarray(np.add.reduce(differences, axis=0))


def directions(recipe: ExponentialFamily, eta: Array) -> list[Array]:
    """A small step in every coordinate."""
    low = np.array([[support.low] for support in recipe.natural.values()])
    high = np.array([[support.high] for support in recipe.natural.values()])
    size = STEP * np.minimum(np.minimum(eta - low, high - eta), 1.0)
    return [np.where(np.arange(len(eta))[:, None] == k, size, 0.0) for k in range(len(eta))]


@pytest.mark.parametrize("name", RECIPES)
def test_law_1_the_mean_is_the_derivative_of_the_log_normalizer(name: str) -> None:
    """g' is the derivative of g in every natural parameter."""
    recipe, eta = RECIPES[name], natural_parameters(name)
    for k, step in enumerate(directions(recipe, eta)):
        found = derivative(recipe.log_normalizer, eta, step) / step[k]
        scale = np.abs(recipe.log_normalizer(eta)) + 1
        np.testing.assert_allclose(recipe.mean(eta)[k], found, rtol=CLOSE, atol=1e-13 * (scale / step[k]).max())


@pytest.mark.parametrize("name", RECIPES)
def test_law_1_the_variance_is_the_derivative_of_the_mean(name: str) -> None:
    """g'' is the derivative of g', on the diagonal and as a quadratic form."""
    recipe, eta = RECIPES[name], natural_parameters(name)
    steps = directions(recipe, eta)
    for k, step in enumerate(steps):
        found = derivative(recipe.mean, eta, step)[k] / step[k]
        np.testing.assert_allclose(recipe.variance(eta)[k], found, rtol=CLOSE)
    random = np.random.default_rng(2)
    along = np.add.reduce([random.normal(size=ROWS).clip(-1, 1) * step for step in steps])
    found = np.add.reduce(along * derivative(recipe.mean, eta, along), axis=0)
    np.testing.assert_allclose(recipe.quadratic_form(eta, along), found, rtol=1e-9)


@pytest.mark.parametrize("name", RECIPES)
def test_the_inverse_inverts(name: str) -> None:
    """The natural parameters of expectations are those whose expectations they are."""
    recipe, eta = RECIPES[name], natural_parameters(name)
    chi = recipe.mean(eta)
    assert recipe.is_inside(chi).all()
    np.testing.assert_allclose(recipe.natural_parameters(chi), eta, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(recipe.mean(recipe.natural_parameters(chi)), chi, rtol=1e-13)


@pytest.mark.parametrize("name", RECIPES)
def test_an_observation_lies_on_the_boundary(name: str) -> None:
    """T(y) is possible and belongs to no member but in families of one parameter, for all y but for rounding."""
    recipe, family = RECIPES[name], FAMILIES[name]
    column, random = family.targets[0].columns[0], np.random.default_rng(3)
    values = harness.inside(column.support, (CLASSES, 1000) if recipe.per_class else (1000,), random)
    if recipe.per_class:
        values /= np.add.reduce(values, axis=0)
    minimum = CONSTANTS.get(name, {}).get("minimum", -np.inf)
    values = np.maximum(values, minimum)
    slack = recipe.slack(recipe.sufficient_statistics(values))
    if recipe.requirement:
        assert (np.abs(slack) <= recipe.rounding).all()
    else:
        assert ((slack == 1) | (values == column.support.low) | (values == minimum)).all()


@pytest.mark.parametrize("name", RECIPES)
def test_the_entropy_is_the_least_loss_of_one_prediction(name: str) -> None:
    """At the mean of T over rows the mean loss of a constant prediction is stationary, and its neighbors lose more."""
    recipe = RECIPES[name]
    chi = np.add.reduce(recipe.mean(natural_parameters(name)), axis=1)[:, None] / ROWS
    best, least = recipe.natural_parameters(chi), recipe.entropy(chi)
    assert recipe.cross_entropy(best, chi) == pytest.approx(least, rel=1e-14, abs=1e-14)
    np.testing.assert_allclose(recipe.mean(best), chi, rtol=1e-12)
    for step in directions(recipe, best):
        for moved in (best - step, best + step):
            assert (recipe.cross_entropy(moved, chi) > least).all()
            rise = recipe.cross_entropy(moved, chi) - least
            np.testing.assert_allclose(recipe.divergence(best, moved), rise, rtol=1e-6, atol=1e-13)


@pytest.mark.parametrize("name", RECIPES)
def test_law_6_the_entropy_equals_the_recipe(name: str) -> None:
    """In closed form, too, it is g(eta0) - <chi, eta0> - E[h]; what rounding cut off chi adds to it."""
    recipe = RECIPES[name]
    chi, carrier = recipe.mean(natural_parameters(name)), np.linspace(-2, 3, ROWS)
    found, plain = recipe.entropy(chi, carrier), ExponentialFamily.entropy(recipe, chi, carrier)
    size = 1 + np.add.reduce(np.abs(chi * recipe.natural_parameters(chi)), axis=0)
    assert (np.abs(found - plain) <= 1e-13 * size).all()
    error = 1e-9 * chi
    if recipe.rounding_of_means < recipe.rounding:
        np.testing.assert_allclose(
            recipe.entropy(chi, carrier, error), recipe.entropy(chi + error, carrier), rtol=1e-13
        )
        np.testing.assert_allclose(recipe.slack(chi, error), recipe.slack(chi + error), rtol=1e-8)


@pytest.mark.parametrize("origin", [0.0, 1e5, 7e8])
@pytest.mark.parametrize("name", RECIPES)
def test_means_of_statistics(name: str, origin: float) -> None:
    """Over draws they are means of T; where their error is known they have the entropy of draws far from zero."""
    recipe, random = RECIPES[name], np.random.default_rng(7)
    draws = origin + random.uniform(0.3, 0.9, size=(3, CLASSES, 5) if recipe.per_class else (3, 5))
    if not FAMILIES[name].targets[0].columns[0].support.contains(draws).all():
        return
    mean, error = recipe.mean_statistics(draws)
    plain = sum(recipe.sufficient_statistics(each) for each in draws) / 3
    np.testing.assert_allclose(mean, plain, rtol=1e-15)
    carrier, of_carrier = recipe.mean_carrier(draws)
    np.testing.assert_allclose(carrier, sum(recipe.carrier(each) for each in draws) / 3, rtol=1e-15)
    assert (name in {*LEAST, "beta", "dirichlet"}) == (error is not None)
    if error is not None and name in LEAST:
        last = np.zeros_like(carrier) if of_carrier is None else of_carrier
        found = recipe.entropy(mean, carrier, np.stack((*error, np.broadcast_to(last, error.shape[1:]))))
        for row, entropy in zip(draws.T, found, strict=True):
            with mp.workdps(60):
                exact = [mp.mpf(y) for y in row]
                dispersion = mp.fsum((y / exact[0] - 1) ** 2 for y in exact)
                size = 1 + abs(np.log(row[0]))
                limit = 2.0**-98 * size**2 / float(dispersion) + 2.0**-51 * size  # of two doubles, and of terms
                assert entropy == pytest.approx(float(LEAST[name](exact)), rel=1e-14, abs=limit)


@pytest.mark.parametrize("size", [0.1, 1e-3, 1e-6, 1e-8])
@pytest.mark.parametrize("name", ["beta", "dirichlet"])
def test_the_entropy_of_shares_that_nearly_agree(name: str, size: float) -> None:
    """The precision of shares is in digits that doubles do not have; the entropy is that of the root in 60 digits."""
    y = (
        0.25 + np.round(2.0**45 * size * np.array([0.3, -0.2, 0.05, -0.4, 0.1])) / 2.0**47
    )  # 1 - y and 1/2 - y are exact
    draws = y[:, None] if name == "beta" else np.stack((y, 0.5 - y, np.full(5, 0.5)), axis=1)[..., None]
    (mean, error), recipe = RECIPES[name].mean_statistics(draws), RECIPES[name]
    assert error is not None
    assert recipe.is_inside(mean, error).all()
    with mp.workdps(60):
        shares = [[mp.mpf(t), 1 - mp.mpf(t)] for t in y] if name == "beta" else draws[..., 0].tolist()
        chi = [average(mp.log(row[k]) for row in shares) for k in range(len(shares[0]))]
        first = (len(chi) - 1) / (2 * (1 - mp.fsum(map(mp.exp, chi))))
        a = list(
            mp.findroot(
                lambda *a: [mp.psi(0, t) - mp.psi(0, mp.fsum(a)) - c for t, c in zip(a, chi, strict=True)],
                [first * mp.exp(c) for c in chi],
            )
        )
        normalizer = mp.fsum(map(mp.loggamma, a)) - mp.loggamma(mp.fsum(a))
        least = normalizer - mp.fsum((t - 1) * c for t, c in zip(a, chi, strict=True))
    assert recipe.entropy(mean, 0.0, error)[0] == pytest.approx(float(least), rel=1e-13, abs=2.0**-98 / size**2)


def average(numbers: Any) -> Any:
    known = list(numbers)
    return mp.fsum(known) / len(known)


def least_of_gaussian(y: list[Any]) -> Any:
    return mp.log(2 * mp.pi * mp.e * average((each - average(y)) ** 2 for each in y)) / 2


def least_of_inverse_gaussian(y: list[Any]) -> Any:
    inverse_shape = average(1 / each for each in y) - 1 / average(y)
    return mp.log(2 * mp.pi * mp.e * inverse_shape) / 2 + mp.mpf(3) / 2 * average(map(mp.log, y))


def least_of_gamma(y: list[Any]) -> Any:
    m, log_mean = average(y), average(map(mp.log, y))
    r = mp.log(m) - log_mean
    k = mp.findroot(lambda k: mp.log(k) - mp.psi(0, k) - r, (1 / (2 * r) + mp.mpf(1) / 6))
    return mp.loggamma(k) - k * mp.log(k / m) - (k - 1) * log_mean + k


def least_of_poisson(y: list[Any]) -> Any:
    m = average(y)
    return average(m - each * mp.log(m) + mp.loggamma(each + 1) for each in y)


def least_of_negative_binomial(y: list[Any]) -> Any:
    m, r = average(y), 1 / mp.mpf(CONSTANTS["negative_binomial"]["dispersion"])
    normalizer = average(mp.loggamma(each + 1) + mp.loggamma(r) - mp.loggamma(r + each) for each in y)
    return normalizer + (r + m) * mp.log(r + m) - r * mp.log(r) - m * mp.log(m)


LEAST: dict[str, Callable[[list[Any]], Any]] = {
    "gaussian": least_of_gaussian,
    "log_normal": lambda y: least_of_gaussian([mp.log(each) for each in y]) + average(map(mp.log, y)),
    "inverse_gaussian": least_of_inverse_gaussian,
    "gamma": least_of_gamma,
    "poisson": least_of_poisson,
    "negative_binomial": least_of_negative_binomial,
}


@pytest.mark.parametrize("name", RECIPES)
def test_the_divergence_has_no_seam(name: str) -> None:
    """Near a match it is half the quadratic form, far from it the difference, and both are one function between."""
    recipe, start, end = RECIPES[name], natural_parameters(name), natural_parameters(name, seed=1)
    for part in (1.0, 0.3, 0.1, 1e-2):
        moved = start + part * (end - start)
        difference = recipe.log_normalizer(moved) - recipe.log_normalizer(start)
        difference -= np.add.reduce(recipe.mean(start) * (moved - start), axis=0)
        scale = np.abs(recipe.log_normalizer(start)) + np.add.reduce(np.abs(recipe.mean(start) * start), axis=0) + 1
        assert (np.abs(recipe.divergence(start, moved) - difference) <= 1e-13 * scale).all()
    step = 1e-9 * (end - start)
    found, expected = recipe.divergence(start, start + step), 0.5 * recipe.quadratic_form(start, start + step - start)
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def block_of(combination: Combination) -> Block:
    """Benign rows, read."""
    rows = harness.random_rows(combination, 20)
    ones = np.ones(20)
    return next(blocks_of(harness.batch_of(combination, combination.losses()["cross_entropy"], rows), ones, ones))


@pytest.mark.parametrize("combination", MEMBERS, ids=harness.name_of)
def test_law_6_a_careful_form_equals_the_recipe(combination: Combination) -> None:
    """Value, residual and Fisher information of every prediction form, against every target form."""
    block = block_of(combination)
    prediction, target = cast(Member[Any], block.prediction), cast(Any, block.target)
    eta, chi, recipe = prediction.natural_parameters, target.expectations, prediction.family
    size = np.abs(recipe.log_normalizer(eta)) + np.add.reduce(np.abs(chi * eta), axis=0) + np.abs(target.carrier) + 1
    value = prediction.cross_entropy(target)
    assert (np.abs(value - Member.cross_entropy(prediction, target)) <= 1e-14 * size).all()
    residual, plain = prediction.residual(target), Member.residual(prediction, target)
    assert (np.abs(residual - plain) <= 1e-13 * (1 + np.abs(chi) + np.abs(recipe.mean(eta)))).all()
    np.testing.assert_allclose(prediction.variance, recipe.variance(eta), rtol=1e-11)


@pytest.mark.parametrize("combination", MEMBERS, ids=harness.name_of)
def test_law_6_floor_and_divergence_equal_the_recipe(combination: Combination) -> None:
    """Entropy and KL of distributions, whichever way both sides are written down."""
    if not combination.target_form.is_distribution:
        return
    block = block_of(combination)
    prediction, target = cast(Member[Any], block.prediction), cast(Any, block.target)
    eta, recipe = prediction.natural_parameters, prediction.family
    assert np.all(target.is_distribution)
    own = recipe.natural_parameters(target.expectations)
    size = np.abs(recipe.log_normalizer(own)) + np.add.reduce(np.abs(target.expectations * own), axis=0) + 1
    floor, divergence = prediction.floor(target), prediction.divergence(target)
    plain = recipe.entropy(target.expectations, target.carrier)
    assert floor is not None
    assert divergence is not None
    assert (np.abs(floor - plain) <= 1e-13 * size).all()
    np.testing.assert_allclose(divergence, recipe.divergence(own, eta), rtol=1e-9)


UNIVARIATE = [
    each
    for each in OBSERVED
    if (recipe := each.family.exponential_family(harness.random_rows(each).constants)) and not recipe.per_class
]


@pytest.mark.parametrize("combination", UNIVARIATE, ids=harness.name_of)
def test_the_recipe_is_the_density(combination: Combination) -> None:
    """With the eta of SciPy's E[T] the log density is <eta, T(y)> - g(eta) + h(y), and E[h] gives the entropy."""
    reference, rows = reference_of(combination.family.name), harness.random_rows(combination, 40)
    recipe = combination.family.exponential_family(rows.constants)
    assert recipe is not None
    support = combination.target_form.columns[0].support
    described = [distribution(reference, columns, rows.constants) for columns in each_row(rows.predictions)]
    chosen = [each for each in described if not beyond_the_doubles(support, each)][:4]
    assert len(chosen) == 4
    for scipy in chosen:
        values, weights = expectation(combination, scipy)
        statistics, carrier = recipe.sufficient_statistics(values), recipe.carrier(values)
        eta = recipe.natural_parameters((statistics @ weights)[:, None])
        found = -recipe.cross_entropy(np.broadcast_to(eta, statistics.shape), statistics, carrier)
        log_density = scipy.logpmf if combination.family.kind == "count" else scipy.logpdf
        likely = weights > 1e-12 * weights.max()
        np.testing.assert_allclose(found[likely], log_density(values)[likely], rtol=1e-8, atol=1e-8)
        entropy = recipe.entropy((statistics @ weights)[:, None], carrier @ weights)
        np.testing.assert_allclose(entropy, -(log_density(values)[likely] @ weights[likely]), rtol=1e-8, atol=1e-8)


def expectation(combination: Combination, scipy: Any) -> tuple[Array, Array]:
    """Values and weights whose sums are expectations, inside the support."""
    if combination.family.kind == "count":
        return COUNTS, np.asarray(scipy.pmf(COUNTS))
    with warnings.catch_warnings(action="ignore"):  # of SciPy's search for quantiles
        values, weights = nodes(scipy, [])
    below, above = np.cumsum(weights), np.cumsum(weights[::-1])[::-1]
    found = (scipy.cdf(values) > 0.1 * below) & (scipy.sf(values) > 0.1 * above) & (weights > 1e-13)  # some are not
    inside = combination.target_form.columns[0].support.contains(values) & found
    return values[inside], weights[inside] / weights[inside].sum()
