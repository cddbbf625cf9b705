"""The losses of outcomes against their definitions in mpmath, edges and near matches included."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch, blocks_of
from distscore.core.engine.engine import Scored, score
from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES, losses_of
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Options
from distscore.core.theory.losses import AnyLoss
from tests.laws.accuracy import judge
from tests.laws.engine import forms_of, grouped
from tests.reference.differences import first_derivative, second_derivative
from tests.reference.rows import Row

Array = NDArray[np.float64]
Term = Callable[[Any, Any], Any]

DIGITS = 600  # of second differences of probabilities as small as 1e-150


def plogp(p: Any, q: Any) -> Any:
    """p log(p/q)."""
    return mp.mpf(0) if p == 0 else mp.inf if q == 0 else p * mp.log(p / q)


def alpha_term(a: float) -> Term:
    def term(p: Any, q: Any) -> Any:
        if a in (0, 1):
            return plogp(p, q) - p + q if a else plogp(q, p) - q + p
        if p == q == 0:
            return mp.mpf(0)
        infinite = (p == 0 and a < 0) or (q == 0 and a > 1)
        power = mp.inf if infinite else mp.mpf(p) ** a * mp.mpf(q) ** (1 - mp.mpf(a)) if p and q else 0
        return (power - a * mp.mpf(p) - (1 - mp.mpf(a)) * q) / (a * (mp.mpf(a) - 1))

    return term


def focal_term(gamma: float) -> Term:
    return lambda p, q: (1 - mp.mpf(q)) ** gamma * (plogp(p, q) - plogp(p, mp.mpf(1))) if p else mp.mpf(0)


TERMS: dict[str, tuple[dict[str, float], Term]] = {
    "generalized_kl_divergence": ({}, alpha_term(1)),
    "reverse_kl_divergence": ({}, alpha_term(0)),
    "jensen_shannon_divergence": ({}, lambda p, q: (plogp(p, (p + q) / 2) + plogp(q, (p + q) / 2)) / 2),
    "squared_hellinger": ({}, lambda p, q: (mp.sqrt(p) - mp.sqrt(q)) ** 2 / 2),
    "total_variation": ({}, lambda p, q: abs(p - q) / 2),
    **{f"alpha_divergence {a:g}": ({"alpha": a}, alpha_term(a)) for a in (0.0, 1.0, 0.5, 2.0, -1.0, 50.0)},
    **{f"focal {gamma:g}": ({"gamma": gamma}, focal_term(gamma)) for gamma in (0.0, 1.0, 2.0, 3.5)},
}


def outcomes(family: str, columns: dict[str, Any]) -> list[Any]:
    """Probabilities of all classes, or of an event and its opposite."""
    ((name, sent),) = columns.items()
    if family == "bernoulli":
        q = 1 / (1 + mp.exp(-mp.mpf(sent))) if name == "logits" else mp.mpf(sent)
        return [q, 1 / (1 + mp.exp(mp.mpf(sent))) if name == "logits" else 1 - q]
    if name == "logits":
        weights = [mp.exp(z) for z in sent]
        return [weight / mp.fsum(weights) for weight in weights]
    return [mp.exp(each) if name == "log_probabilities" else mp.mpf(each) for each in sent]


def row_of(family: str, row: Callable[[list[Any], list[Any]], Any]) -> Callable[[Row], Any]:
    """A loss of target and prediction as a function of what was sent."""
    return lambda sent: row(outcomes(family, sent.side("targets")), outcomes(family, sent.side("predictions")))


def one_vs_rest(p: list[Any], q: list[Any]) -> Any:
    term = focal_term(0)
    return mp.fsum(term(a, b) + term(1 - a, 1 - b) for a, b in zip(p, q, strict=True))


def cumulative(power: int) -> Callable[[list[Any], list[Any]], Any]:
    return lambda p, q: mp.fsum(abs(mp.fsum(q[:k]) - mp.fsum(p[:k])) ** power for k in range(1, len(p) + 1))


ROWS: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "one_vs_rest_cross_entropy": one_vs_rest,
    "ranked_probability_score": cumulative(2),
    "earth_mover_distance": cumulative(1),
    "mean_absolute_error": lambda p, q: mp.fsum(abs(a - b) for a, b in zip(p, q, strict=True)) / len(p),
}

SHARES = [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [1e-150, 1 - 1e-16, 1e-16], [0.25, 0.25, 0.5]]
LOGITS = [[0.1, 0.2, -0.3], [40.0, 0.0, 0.0], [0.0, 40.0, -3.0], [350.0, -350.0, 0.0]]
CATEGORICAL = [
    *(({"probabilities": p}, {"logits": z}) for p in SHARES for z in LOGITS),
    *(({"probabilities": p}, {"probabilities": q}) for p in SHARES for q in SHARES),
    ({"probabilities": [0.7, 0.2, 0.1]}, {"probabilities": [0.7 + 1e-10, 0.2 - 4e-11, 0.1 - 6e-11]}),
    ({"probabilities": [0.7, 0.2, 0.1]}, {"log_probabilities": [-2.0, -0.5, -1.3]}),
    *(({"logits": z}, {"logits": [z[0] + 1e-8, z[1], z[2] - 1e-8]}) for z in LOGITS),
    *(({"logits": z}, {"logits": [0.3, 0.1, -0.2]}) for z in LOGITS),
    *(({"logits": [0.0, 0.0, 0.0]}, {"logits": [gap, 0.0, -2 * gap]}) for gap in (1e-9, 1e-4)),
]
EVENTS, EVENT_LOGITS = [0.0, 1.0, 0.3, 1e-150, 1 - 1e-16], [0.7, -40.0, 40.0, 350.0]
BERNOULLI = [
    *(({"probabilities": p}, {"logits": z}) for p in EVENTS for z in EVENT_LOGITS),
    *(({"probabilities": p}, {"probabilities": q}) for p in EVENTS for q in [*EVENTS, 0.3 + 1e-10]),
    *(({"logits": y}, {"logits": z}) for y in [0.0, *EVENT_LOGITS] for z in [*EVENT_LOGITS, y + 1e-9]),
]
CASES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {"categorical": CATEGORICAL, "bernoulli": BERNOULLI}


def batch_of(family: str, name: str, parameters: dict[str, float], rows: list[Row], **options: Any) -> Batch:
    """Rows of one form."""
    target, prediction = forms_of(family, rows[0])

    def columns(side: str) -> dict[str, Array]:
        names = [column for where, column in rows[0].numbers if where == side]
        arrays = {column: np.array([row.numbers[side, column] for row in rows]) for column in names}
        return {column: array[:, 0] if column in rows[0].scalars else array for column, array in arrays.items()}

    loss, forms = losses_of(FAMILIES[family])[name](**parameters), (FAMILIES[family], target, prediction)
    plain = {column.name: ACTIVATIONS["identity"] for column in prediction.columns}
    arrays = columns("targets"), columns("predictions")
    return Batch(*forms, loss, *arrays, plain, options=Options(**options), reduction="none")


def scored(family: str, name: str, parameters: dict[str, float], rows: list[Row], **options: Any) -> Scored:
    """Rows of one form through the engine."""
    batch = batch_of(family, name, parameters, rows, **options)
    return score(batch, frozenset({"losses", "gradients", "hessian_diagonals", "fisher_diagonals"}))


KINKED = ("total_variation", "mean_absolute_error", "earth_mover_distance")


def beyond(family: str, name: str, parameters: dict[str, float], truth: Callable[[Row], Any]) -> list[str]:
    """Every number that misses the bound, and every NaN."""
    missed = []
    for rows in grouped(Row.of((*case, {})) for case in CASES[family]):
        result = scored(family, name, parameters, rows)
        assert result.losses is not None
        (column,) = result.gradients
        for at, sent in enumerate(rows):
            assert not any(np.isnan(x[column][at]).any() for x in (result.gradients, result.hessian_diagonals))
            checks = [("losses", truth, float(result.losses[at]))]
            sent_numbers = sent.numbers["predictions", column]
            inside = column == "logits" or all(0 < x < 1 for x in sent_numbers) or column == "log_probabilities"
            if np.isfinite(result.losses[at]) and inside and (name not in KINKED or column == "logits"):
                entry = at % len(sent_numbers)
                place = ("predictions", column, entry)
                first = np.atleast_1d(result.gradients[column][at])[entry]
                second = np.atleast_1d(result.hessian_diagonals[column][at])[entry]
                checks += [
                    ("gradient", first_derivative(truth, place), first),
                    ("hessian", second_derivative(truth, place), second),
                ]
            with mpmath.workdps(DIGITS):
                errors = [judge(what, function, sent, float(found)) for what, function, found in checks]
            missed += [str(error) for error in errors if error is not None and error.units > 1]
    return missed


@pytest.mark.parametrize(
    ("family", "name"), [(f, name) for f in CASES for name in TERMS if name.split()[0] in losses_of(FAMILIES[f])]
)
def test_terms_keep_their_digits(family: str, name: str) -> None:
    """Value, gradient and Hessian of a sum of terms are those of its definition, within the bound."""
    parameters, term = TERMS[name]
    truth = row_of(family, lambda p, q: mp.fsum(term(a, b) for a, b in zip(p, q, strict=True)))
    assert not beyond(family, name.split(maxsplit=1)[0], parameters, truth)


@pytest.mark.parametrize("name", ROWS)
def test_coupled_classes_keep_their_digits(name: str) -> None:
    """Value, gradient and Hessian of a loss that looks at a class beside others are those of its definition."""
    assert not beyond("categorical", name, {}, row_of("categorical", ROWS[name]))


P, Q, Z = [0.5, 0.2, 0.05, 0.25], [0.1, 0.3, 0.45, 0.15], [0.3, -1.0, 2.0, 0.4]


def of_row(
    name: str, p: list[float], predicted: dict[str, Any], alpha: float | None = None, **options: Any
) -> list[Array]:
    """Loss, gradient and Hessian of one row of classes."""
    row = Row.of(({"probabilities": p}, predicted, {}))
    result = scored("categorical", name, {} if alpha is None else {"alpha": alpha}, [row], **options)
    assert result.losses is not None
    return [result.losses, *(part for by in (result.gradients, result.hessian_diagonals) for part in by.values())]


@pytest.mark.parametrize(("alpha", "named"), [(1.0, "generalized_kl_divergence"), (0.0, "reverse_kl_divergence")])
@pytest.mark.parametrize("step", [0.0, 1e-13, -1e-13])
def test_members_of_the_alpha_family_meet(alpha: float, named: str, step: float) -> None:
    """The alpha divergence is continuous where it is KL and reverse KL."""
    found = of_row("alpha_divergence", P, {"logits": Z}, alpha + step)
    for ours, theirs in zip(found, of_row(named, P, {"logits": Z}), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11)


@pytest.mark.parametrize("name", ["generalized_kl_divergence", "mean_absolute_error"])
def test_class_weights_do_not_move_the_optimum(name: str) -> None:
    """Weights multiply the terms of their classes, and a match stays a match."""
    weights = np.array([1.0, 20.0, 0.0, 3.0])
    loss, gradient, _ = of_row(name, P, {"probabilities": P}, class_weights=weights)
    assert not loss.any()
    assert not gradient.any()
    each = [of_row(name, P, {"probabilities": Q}, class_weights=one) for one in np.eye(4)]
    for at, found in enumerate(of_row(name, P, {"probabilities": Q}, class_weights=weights)):
        expected = sum(w * one[at] for w, one in zip(weights, each, strict=True))
        np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("alpha", [0.0, -1.0, -50.0])
def test_infinite_divergences_still_point_away(alpha: float) -> None:
    """Mass where the target has none costs infinitely much, and the gradient says where it is."""
    loss, gradient, _ = of_row("alpha_divergence", [0.6, 0.0, 0.4], {"logits": [0.1, 0.2, 0.3]}, alpha)
    assert loss == np.inf
    assert gradient.tolist() == [[-np.inf, np.inf, -np.inf]]


@pytest.mark.parametrize("name", KINKED)
def test_a_kink_has_subgradient_zero(name: str) -> None:
    """Where both sides are the same an absolute error has no derivative but 0, and it has no information."""
    for form, sent in (("logits", Z), ("probabilities", Q)):
        result = scored("categorical", name, {}, [Row.of(({form: sent}, {form: sent}, {}))])
        assert not result.gradients[form].any()
        assert not result.fisher_diagonals


def crps(sent: Row) -> Any:
    """Of a gaussian or a laplace, by the integral of (F(x) - 1[x >= y])^2 in closed form."""
    y, predicted = sent.side("targets")["values"], sent.side("predictions")
    if "location" in predicted:
        z = abs(y - predicted["location"]) / predicted["scale"]
        return predicted["scale"] * (z + mp.exp(-z) - mp.mpf(3) / 4)
    mean, deviation = predicted.get("mean"), predicted.get("standard_deviation")
    if "natural" in predicted:
        variance = -1 / (2 * predicted["natural"][1])
        mean, deviation = predicted["natural"][0] * variance, mp.sqrt(variance)
    z = (mean - y) / deviation
    return (mean - y) * mp.erf(z / mp.sqrt(2)) + deviation * (2 * mp.npdf(z) - 1 / mp.sqrt(mp.pi))


@pytest.mark.parametrize(
    ("family", "predicted"),
    [
        *(("gaussian", {"mean": 0.4, "standard_deviation": s}) for s in (1e-100, 1e-8, 0.7, 30.0, 1e8, 1e100)),
        *(("gaussian", {"natural": [a, b]}) for a, b in ((0.4, -0.5), (-3.0, -40.0), (1e-3, -1e-3))),
        *(("laplace", {"location": 0.4, "scale": b}) for b in (1e-100, 1e-8, 0.7, 30.0, 1e8, 1e100)),
    ],
)
@pytest.mark.parametrize("y", [0.0, 0.41, -40.0, 1e8])
def test_crps_keeps_its_digits(family: str, predicted: dict[str, Any], y: float) -> None:
    """CRPS and its derivatives are those of the closed form, within the bound."""
    sent = Row.of(({"values": y}, predicted, {}))
    result = scored(family, "crps", {}, [sent])
    assert result.losses is not None
    with mpmath.workdps(DIGITS):
        errors = [judge("losses", crps, sent, float(result.losses[0]))]
        for column in predicted:
            for at in range(len(sent.numbers["predictions", column])):
                for derivative, found in (
                    (first_derivative, result.gradients),
                    (second_derivative, result.hessian_diagonals),
                ):
                    truth = derivative(crps, ("predictions", column, at))
                    errors.append(judge("derivative", truth, sent, float(found[column].reshape(-1)[at])))
    assert not [str(error) for error in errors if error is not None and error.units > 1]


@pytest.mark.parametrize("form", ["probabilities", "log_probabilities"])
@pytest.mark.parametrize("weights", [None, np.array([3.0, 0.5, 2.0])])
@pytest.mark.parametrize("q", [[0.3, 0.3, 0.1], [0.5, 0.4, 0.9], [0.2, 0.3, 0.5]])
def test_loss_is_floor_plus_divergence_plus_normalization_term(
    form: str, weights: Array | None, q: list[float]
) -> None:
    """What a prediction that does not sum to 1 adds to a cross-entropy is -W log(sum q), W = sum w p."""
    p = [0.2, 0.7, 0.1]
    sent = q if form == "probabilities" else [float(np.log(x)) for x in q]
    batch = batch_of("categorical", "cross_entropy", {}, [Row.of(({"probabilities": p}, {form: sent}, {}))])
    batch = replace(batch, options=Options(normalization="none", class_weights=weights))
    (block,) = blocks_of(batch, np.ones(1), np.ones(1))
    term = np.broadcast_to(batch.loss.normalization_term(block.target, block.prediction), 2)[0]
    mass = float(np.dot(p, np.ones(3) if weights is None else weights))
    assert term == pytest.approx(-mass * float(mp.log(mp.fsum(q))), rel=1e-15, abs=1e-15)
    result = score(batch, frozenset({"floors", "divergences"}))
    assert result.losses is not None
    assert result.floors is not None
    assert result.divergences is not None
    np.testing.assert_allclose(result.losses, result.floors + result.divergences + term, rtol=1e-14)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_losses_say_what_they_need_of_a_sum(loss: type[AnyLoss]) -> None:
    """KL and deviance need predictions that sum to 1; what takes 1 - q bears no probability above 1."""
    assert loss.needs_normalized == (loss.name in ("kl_divergence", "deviance"))
    assert loss.needs_complements == (loss.name in ("one_vs_rest_cross_entropy", "focal"))
