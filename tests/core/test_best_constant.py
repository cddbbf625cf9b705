"""Best constants against the maximum likelihood of others, at the limits of families, and where there is none."""

from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp
from scipy import optimize, stats

from distscore.core.diagnostics.best_constant import FEW, always, best_constant, difference
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.families import FAMILIES
from distscore.core.losses.cross_entropy import CrossEntropy
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Options

RANDOM = np.random.default_rng(20)
REAL = RANDOM.standard_t(3, 60) * 2 + 5
AMOUNTS = np.array([0.5, 12.5, 300.1, 0.2, 3, 1, 44.2, 7.7])
INTENSITIES = np.array([0, 0.3, 1, 0.8, 0, 0, 0.55])
SHARES = RANDOM.beta(2, 5, 60)
COUNTS = RANDOM.negative_binomial(2, 0.3, 60).astype(np.float64)
SAME = np.full(5, 3.0)


def batch_of(
    family: str,
    values: Any,
    predicted: str,
    weights: Array | None = None,
    options: Options | None = None,
    **constants: float,
) -> Batch:
    """Observed values under a prediction form, by the names of its columns."""
    known, names = FAMILIES[family], predicted.split()
    form = next(form for form in known.predictions if [column.name for column in form.columns] == names)
    rows = np.asarray(values, dtype=np.float64)
    shapes = {
        column.name: rows.shape if column.rank == 1 else (len(rows), len(column.entry_supports) or rows.shape[1])
        for column in form.columns
    }
    return Batch(
        known,
        known.targets[0],
        form,
        CrossEntropy(),
        {known.targets[0].columns[0].name: rows},
        {name: np.full(shape, 0.5) for name, shape in shapes.items()},
        dict.fromkeys(names, ACTIVATIONS["identity"]),
        constants,
        options or Options(),
        weights,
    )


def found(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """The parameters of the best constant of a batch."""
    constant = best_constant(batch_of(*args, **kwargs))
    assert not constant.reason
    return {name: values.tolist() for name, values in constant.parameters.items()}


def loss_at_best(*args: Any, **kwargs: Any) -> float:
    batch = batch_of(*args, **kwargs)
    value = score(always(batch, best_constant(batch)), frozenset()).value
    assert value is not None
    return value


FITS: list[tuple[str, Array, str, Any]] = [
    ("gaussian", REAL, "mean standard_deviation", stats.norm.fit(REAL)),
    ("laplace", REAL[:59], "location scale", stats.laplace.fit(REAL[:59])),
    ("exponential", AMOUNTS, "mean", stats.expon.fit(AMOUNTS, floc=0)[1:]),
    ("gamma", AMOUNTS, "shape scale", stats.gamma.fit(AMOUNTS, floc=0)[::2]),
    ("beta", SHARES, "alpha beta", stats.beta.fit(SHARES, floc=0, fscale=1)[:2]),
    ("pareto", AMOUNTS, "shape", stats.pareto.fit(AMOUNTS, floc=0, fscale=0.2)[:1]),
    ("poisson", COUNTS, "rate", (COUNTS.mean(),)),
]


@pytest.mark.parametrize(("family", "values", "columns", "fit"), FITS, ids=[fit[0] for fit in FITS])
def test_parameters_are_those_that_scipy_fits(family: str, values: Array, columns: str, fit: Any) -> None:
    """Where SciPy knows a maximum likelihood to its last digits it is ours."""
    constants = {"minimum": 0.2} if family == "pareto" else {}
    parameters = found(family, values, columns, **constants)
    np.testing.assert_allclose(list(parameters.values()), fit, rtol=1e-7)


def negative_binomial(m: Any, a: Any, y: Any) -> Any:
    r = 1 / a
    return mp.loggamma(y + r) - mp.loggamma(r) - mp.loggamma(y + 1) + y * mp.log(a * m) - (y + r) * mp.log1p(a * m)


def student(location: Any, scale: Any, nu: Any, y: Any) -> Any:
    z = (y - location) / scale
    normalizer = mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2 - mp.log(scale)
    return normalizer - (nu + 1) / 2 * mp.log1p(z * z / nu)


def cauchy(location: Any, scale: Any, y: Any) -> Any:
    return student(location, scale, mp.one, y)


DENSITIES: list[tuple[str, Any, Array, str, dict[str, Any]]] = [
    ("negative_binomial", negative_binomial, COUNTS, "mean dispersion", {}),
    ("student_t", student, REAL, "location scale degrees_of_freedom", {}),
    ("student_t", cauchy, REAL, "location scale", {"degrees_of_freedom": 1.0}),
]


@pytest.mark.parametrize(("family", "density", "values", "columns", "constants"), DENSITIES)
def test_a_search_ends_where_the_likelihood_is_greatest(
    family: str, density: Any, values: Array, columns: str, constants: dict[str, Any]
) -> None:
    """Where a search is needed its end is a root of the likelihood's gradient, which mpmath finds to 30 digits."""
    weights = RANDOM.gamma(2.0, size=len(values))
    parameters = found(family, values, columns, weights, **constants)
    with mpmath.workdps(30):
        pairs = [(mp.mpf(w), mp.mpf(y)) for w, y in zip(weights, values, strict=True)]

        def mean(*at: Any) -> Any:
            return mp.fsum(w * density(*at, y) for w, y in pairs) / mp.fsum(w for w, _ in pairs)

        def gradient(*at: Any) -> list[Any]:
            return [mp.diff(mean, at, tuple(int(k == i) for k in range(len(at)))) for i in range(len(at))]

        best = list(mpmath.findroot(gradient, list(parameters.values())))
        np.testing.assert_allclose(list(parameters.values()), [float(x) for x in best], rtol=1e-9)
        lost = loss_at_best(family, values, columns, weights, **constants)
        assert abs(lost + mean(*best)) < 1e-14 * abs(lost)


def test_figures_that_were_found_by_moments_are_those_of_likelihood() -> None:
    """Amounts and intensities that were once compared with moments beside likelihoods."""
    mean = AMOUNTS.mean()
    shape = 1 / ((1 / AMOUNTS).mean() - 1 / mean)
    inverse_gaussian = -stats.invgauss.logpdf(AMOUNTS, mean / shape, scale=shape).mean()
    assert inverse_gaussian == pytest.approx(3.85355, abs=5e-6)
    assert loss_at_best("inverse_gaussian", AMOUNTS, "mean shape") == pytest.approx(inverse_gaussian, rel=1e-12)
    assert loss_at_best("log_normal", AMOUNTS, "location scale") == pytest.approx(3.84366, abs=5e-6)
    assert loss_at_best("continuous_bernoulli", INTENSITIES, "logits") == pytest.approx(-0.0901, abs=5e-5)


@pytest.mark.parametrize("seed", range(4))
def test_a_search_among_many_rows_ends_as_one_among_few(seed: int) -> None:
    """A search that starts from every so many of the rows ends where one from the estimate does."""
    random = np.random.default_rng(seed)
    values = random.standard_t(5, 3 * FEW)
    parameters = found("student_t", values, "location scale degrees_of_freedom")

    def lost(at: Array) -> float:
        return float(-stats.t.logpdf(values, np.exp(at[2]), at[0], np.exp(at[1])).mean())

    best = optimize.minimize(lost, [0.0, 0.0, 1.5], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-15})
    at = [parameters["location"], np.log(parameters["scale"]), np.log(parameters["degrees_of_freedom"])]
    np.testing.assert_allclose(at, best.x, atol=1e-6)


@pytest.mark.parametrize("values", [[0, 1, 2, 1], [3, 3, 3], [2, 2, 3, 1, 2]])
def test_counts_that_vary_less_than_a_poisson_make_one(values: list[float]) -> None:
    """The dispersion of a negative binomial then goes to 0, its loss is that of a poisson, and that is said."""
    constant = best_constant(batch_of("negative_binomial", values, "mean dispersion"))
    assert constant.becomes == "poisson"
    assert constant.parameters["mean"] == pytest.approx(np.mean(values), rel=1e-12)
    lost = loss_at_best("negative_binomial", values, "mean dispersion")
    assert lost == pytest.approx(-stats.poisson.logpmf(values, np.mean(values)).mean(), rel=1e-14)


def test_values_without_tails_make_a_gaussian() -> None:
    """The degrees of freedom of a t then grow without end, and its loss is that of a gaussian."""
    values = np.linspace(0.0, 1.0, 30)
    constant = best_constant(batch_of("student_t", values, "location scale degrees_of_freedom"))
    assert constant.becomes == "gaussian"
    lost = loss_at_best("student_t", values, "location scale degrees_of_freedom")
    assert lost == pytest.approx(-stats.norm(values.mean(), values.std()).logpdf(values).mean(), rel=1e-14)


DEGENERATE: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("gaussian", SAME, "mean standard_deviation", {}),
    ("gaussian", [1.5], "mean variance", {}),
    ("laplace", SAME, "location scale", {}),
    ("student_t", SAME, "location scale degrees_of_freedom", {}),
    ("student_t", [1.0, 1.0, 1.0, 5.0], "location scale", {"degrees_of_freedom": 1.0}),
    ("gamma", SAME, "mean shape", {}),
    ("beta", SAME / 10, "mean precision", {}),
    ("log_normal", SAME, "location scale", {}),
    ("inverse_gaussian", SAME, "mean shape", {}),
    ("poisson", 0 * SAME, "rate", {}),
    ("negative_binomial", 0 * SAME, "mean dispersion", {}),
    ("exponential", 0 * SAME, "rate", {}),
    ("continuous_bernoulli", 0 * SAME, "logits", {}),
    ("dirichlet", [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], "concentration", {}),
]


@pytest.mark.parametrize(("family", "values", "columns", "constants"), DEGENERATE)
def test_where_there_is_none_that_is_said(family: str, values: Any, columns: str, constants: dict[str, Any]) -> None:
    """Targets that are all alike, or at an end that a family only approaches, have no best constant."""
    constant = best_constant(batch_of(family, values, columns, **constants))
    assert (constant.reason, constant.parameters) == ("degenerate_targets", {})


NEARLY_THE_SAME = ["gamma: mean shape", "gamma: natural", "inverse_gaussian: mean shape", "beta: alpha beta"]
NEARLY_THE_SAME += ["beta: mean precision", "beta: natural", "log_normal: location scale"]


@pytest.mark.parametrize("form", NEARLY_THE_SAME)
def test_values_that_nearly_agree_single_out_a_member(form: str) -> None:
    """Values that agree to 1e-8 are about gaussian, which their best constants show to the rounding of their losses."""
    family, columns = form.split(": ")
    values = 0.3 * (1 + 1e-8 * RANDOM.normal(size=30))
    gaussian = 0.5 * np.log(2 * np.pi * np.e) + np.log(values.std())
    assert loss_at_best(family, values, columns) == pytest.approx(gaussian, rel=1e-9)


@pytest.mark.parametrize("size", [1e-8, 1e-10])
def test_values_whose_location_has_few_doubles_single_out_a_student_t(size: float) -> None:
    """Where neighbors of the location are far apart by the scale, the search ends among them, and not at a limit."""
    deviations = np.random.default_rng(0).normal(size=30)
    of_deviations = found("student_t", deviations, "location scale", degrees_of_freedom=4.0)
    parameters = found("student_t", 0.3 * (1 + size * deviations), "location scale", degrees_of_freedom=4.0)
    assert parameters["scale"] == pytest.approx(0.3 * size * of_deviations["scale"], rel=1e-5)


def test_lifetimes_that_nearly_agree_single_out_a_weibull() -> None:
    """The shape is in proportion to the inverse of their relative differences, the loss to the logarithm of these."""
    deviations = RANDOM.normal(size=30)
    near, nearer = (0.3 * (1 + size * deviations) for size in (1e-6, 1e-8))
    shapes = [found("weibull", values, "shape scale")["shape"] for values in (near, nearer)]
    assert shapes[1] == pytest.approx(100 * shapes[0], rel=1e-5)
    losses = [loss_at_best("weibull", values, "shape scale") for values in (near, nearer)]
    assert losses[0] - losses[1] == pytest.approx(np.log(100), rel=1e-5)


def test_no_row_that_counts() -> None:
    """Without weight there is nothing to fit."""
    assert best_constant(batch_of("gaussian", REAL, "mean", np.zeros(60), standard_deviation=1.0)).reason == "no_weight"


def test_a_search_can_be_stopped() -> None:
    """Whoever waits for a search may end it by an error of his own."""

    def late() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        best_constant(batch_of("student_t", REAL, "location scale degrees_of_freedom"), late)


def test_what_is_held_stays() -> None:
    """Constants of the family are held: only what the form predicts is free."""
    assert found("gamma", AMOUNTS, "mean", shape=3.0)["mean"] == pytest.approx(AMOUNTS.mean(), rel=1e-9)
    assert found("gaussian", REAL, "mean", standard_deviation=0.1)["mean"] == pytest.approx(REAL.mean(), rel=1e-9)


def test_classes_shift_with_their_weights() -> None:
    """The best constant of soft labels p with class weights w is the mean of w p, divided by its sum."""
    labels, weights = RANDOM.dirichlet(np.ones(4), 20), np.array([1.0, 0.0, 2.0, 5.0])
    parameters = found("categorical", labels, "logits", options=Options(class_weights=weights))
    expected = (weights * labels).mean(axis=0)
    np.testing.assert_allclose(parameters["probabilities"], expected / expected.sum(), rtol=1e-14)


def test_masked_classes_follow_the_zermelo_iteration() -> None:
    """Where rows keep different classes, the constant is that of Zermelo's (1929) and Hunter's (2004) iteration."""
    mask = (RANDOM.random((50, 4)) < 0.6) | (np.arange(4) == 1)
    labels = mask * RANDOM.dirichlet(np.ones(4), 50)
    labels /= labels.sum(axis=1, keepdims=True)
    shares = np.full(4, 0.25)
    for _ in range(3000):
        shares = labels.sum(axis=0) / (mask / (mask @ shares)[:, None]).sum(axis=0)
        shares /= shares.sum()
    for temperature in (1.0, 2.5):  # which divides logits and changes no probability that is predicted
        options = Options(mask=mask.astype(np.float64), temperature=temperature)
        parameters = found("categorical", labels, "logits", options=options)
        np.testing.assert_allclose(parameters["probabilities"], shares, rtol=1e-9)


def test_differences_are_paired_by_row() -> None:
    """The mean difference of two losses and its standard error are those of a paired test on the rows that count."""
    one, other = RANDOM.normal(size=(2, 30))
    weights = (np.arange(30) < 20).astype(np.float64)
    figure = difference(one, other, weights)
    statistic = stats.ttest_rel(one[:20], other[:20]).statistic
    assert figure["value"] == pytest.approx((one - other)[:20].mean(), rel=1e-12)
    assert figure["standard_error"] == pytest.approx(figure["value"] / statistic, rel=1e-12)
    one[3] = np.inf
    assert difference(one, other, weights) == {"value": None, "standard_error": None}
