"""The prediction that minimizes each row's loss: no other loses less, and where it is known it is what is known.

Of an observation it is the best in the column that moves the mean, the others held.
"""

import math
from typing import Any

import httpx
import mpmath
import numpy as np
import pytest

from distscore.core.engine.engine import score
from distscore.core.families import FAMILIES
from distscore.core.families.unit_interval.beta_prediction import best_logit
from distscore.core.losses import losses_of
from distscore.core.losses.classes.focal import least_focal
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows
from tests.laws.optima import is_available
from tests.laws.test_domain import extreme_rows
from tests.reference.families import reference_of

pytestmark = pytest.mark.anyio

RANDOM = np.random.default_rng(5)
P = [0.8, 0.1, 0.05, 0.03, 0.015, 0.005]
LOSSES = ("cross_entropy", "kl_divergence", "deviance", "mean_squared_error", "mean_absolute_error")
SCALARS = [each for each in harness.combinations() if each.is_plain and not each.family.has_classes]


async def optima(client: httpx.AsyncClient, document: dict[str, Any]) -> Any:
    answer = await client.post("/v1/score", json={**document, "outputs": ["optima", "losses"]})
    assert answer.status_code == 200, answer.text
    return answer.json()["optima"]["probabilities"]


@pytest.mark.parametrize("family", ["categorical", "bernoulli", "multilabel"])
async def test_no_neighbor_loses_less(client: httpx.AsyncClient, family: str) -> None:
    """Moving away from the optimum in any direction raises the loss, for every loss of the class families."""
    p = RANDOM.dirichlet(np.ones(3), 4) if family == "categorical" else RANDOM.random((4, 3))
    p = p[:, 0] if family == "bernoulli" else p
    for name in losses_of(FAMILIES[family]):
        document: dict[str, Any] = {"family": family, "loss": name, "targets": {"probabilities": p.tolist()}}
        document["predictions"] = {"probabilities": p.tolist()}
        best = np.array(await optima(client, document))
        steps = RANDOM.normal(size=(20, *best.shape)) * 1e-3
        if family == "categorical":
            steps -= steps.mean(axis=-1, keepdims=True)
        losses = []
        for q in (best, *np.clip(best + steps, 1e-9, 1 - 1e-9)):
            document["predictions"] = {"probabilities": q.tolist()}
            losses.append((await client.post("/v1/score", json=document)).json()["losses"])
        assert np.all(np.array(losses) >= np.array(losses[0]) - 1e-15)


@pytest.mark.parametrize("column", ["logits", "probabilities"])
async def test_weights_move_the_optimum_of_cross_entropy(client: httpx.AsyncClient, column: str) -> None:
    """With class weights w it is w p / sum(w p); generalized KL, Brier and the mean errors keep p."""
    document: dict[str, Any] = {
        "family": "categorical",
        "targets": {"probabilities": [P]},
        "predictions": {column: [P]},
        "class_weights": [1, 1, 1, 1, 1, 20],
    }
    moved = np.array(P) * [1, 1, 1, 1, 1, 20]
    (best,) = await optima(client, document)
    np.testing.assert_allclose(best, moved / moved.sum(), rtol=1e-14)
    assert round(best[5], 4) == 0.0913
    for loss in ("generalized_kl_divergence", "brier", "mean_squared_error", "mean_absolute_error"):
        (best,) = await optima(client, {**document, "loss": loss})
        np.testing.assert_allclose(best, P, rtol=1e-14)


async def test_positive_weight_and_smoothing(client: httpx.AsyncClient) -> None:
    """With positive weight w it is w y / (w y + 1 - y); with label smoothing it is the smoothed target."""
    event = {"family": "bernoulli", "targets": {"probabilities": [0.3]}, "predictions": {"logits": [0.0]}}
    assert await optima(client, {**event, "positive_weight": 3}) == pytest.approx([0.5625], rel=1e-14)
    assert await optima(client, {**event, "label_smoothing": 0.1}) == pytest.approx([0.32], rel=1e-14)


@pytest.mark.parametrize("gamma", [0.3, 1.0, 2.0, 5.0])
def test_focal_optimum(gamma: float) -> None:
    """It agrees with a root of the optimality conditions that mpmath finds."""
    with mpmath.workdps(30), np.errstate(all="ignore"):
        for p in ([0.7, 0.3], [0.01, 0.99], [0.5, 0.2, 0.3]):
            best = least_focal(np.array(p)[:, None], gamma)[:, 0]

            def slope(q: Any) -> Any:
                return gamma * (1 - q) ** (gamma - 1) * mpmath.log(q) - (1 - q) ** gamma / q

            def conditions(*x: Any, p: list[float] = p) -> list[Any]:
                *q, multiplier = x
                return [mpmath.fsum(q) - 1, *(a * slope(b) / multiplier + 1 for a, b in zip(p, q, strict=True))]

            start = [*best.tolist(), float(-p[0] * slope(best[0]))]
            exact = mpmath.findroot(conditions, start)
            np.testing.assert_allclose(best, [float(q) for q in exact[:-1]], rtol=1e-13)


async def answer(client: httpx.AsyncClient, combination: Combination, loss: str, rows: Rows, *outputs: str) -> Any:
    """What the service answers about some rows, with numbers beyond the doubles as JSON has them."""
    document = {
        "family": combination.family.name,
        "loss": loss,
        "targets": {name: values.tolist() for name, values in rows.targets.items()},
        "predictions": {name: values.tolist() for name, values in rows.predictions.items()},
        "family_parameters": rows.constants,
        "reduction": "none",
        "outputs": outputs,
    }
    return await client.post("/v1/score", json=document)


def moving(combination: Combination, best: dict[str, Array]) -> dict[str, Any]:
    """The part of each column that an optimum is about: of natural parameters of an observation the first."""
    if combination.target_form.is_distribution:
        return dict.fromkeys(best, ...)
    moves_mean = reference_of(combination.family.name).MOVES_MEAN
    return {name: (..., 0) if name == "natural" else ... for name in best if name in moves_mean}


@pytest.mark.parametrize("combination", SCALARS, ids=harness.name_of)
async def test_the_gradient_is_0_at_the_optimum(client: httpx.AsyncClient, combination: Combination) -> None:
    """Sent back as the prediction it has no gradient in what moves, its neighbors lose more, and the rest was held."""
    rows = harness.random_rows(combination)
    for loss in combination.losses().keys() & LOSSES:
        response = await answer(client, combination, loss, rows, "optima")
        if not is_available(combination):
            assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/outputs/0")
            assert response.json()["errors"][0]["code"] == "not_available"
            continue
        assert response.status_code == 200, response.text
        best = {name: np.array(values) for name, values in response.json()["optima"].items()}
        assert list(best) == [column.name for column in combination.columns]
        places = moving(combination, best)
        held = {name: values.copy() for name, values in best.items()}
        for name, at in places.items():
            held[name][at] = rows.predictions[name][at]
        assert all((held[name] == rows.predictions[name]).all() for name in best)
        at_best = Rows(rows.targets, best, rows.constants)
        outputs = ("losses", "gradients", "hessian_diagonals")
        found = (await answer(client, combination, loss, at_best, *outputs)).json()
        for column in combination.columns:
            if column.name not in places:
                continue
            name, at = column.name, places[column.name]
            gradient, second = (np.array(found[output][name])[at] for output in outputs[1:])
            is_flat = np.abs(gradient) <= 1e-14 * (np.abs(second * best[name][at]) + 1)
            assert is_flat.all() or loss == "mean_absolute_error", f"{loss}, {name}"  # which has a kink there
            for step in (-1e-3, 1e-3):
                neighbor = best[name].copy()
                neighbor[at] *= 1 + step * (1 - neighbor[at] if column.support.coordinate == "logit" else 1)
                moved = at_best.predicting(name, neighbor)
                losses = (await answer(client, combination, loss, moved, "losses")).json()["losses"]
                assert np.all(np.array(losses) >= np.array(found["losses"]) - 1e-14), f"{loss}, {name}"


@pytest.mark.parametrize("combination", SCALARS, ids=harness.name_of)
def test_no_optimum_is_nan(combination: Combination) -> None:
    """Of rows of any size; it may be infinite, as the best rate of a time that is 0."""
    rows = extreme_rows(combination, 7)
    for name in combination.losses().keys() & LOSSES:
        batch = harness.batch_of(combination, combination.losses()[name], rows)
        for best in score(batch, frozenset({"optima"})).optima.values():
            assert not np.isnan(best).any()


@pytest.mark.parametrize("chi", [-1e25, -690.8, -30.0, -2.0, -1e-9, 1e-3, 3.0])
def test_best_mean_of_a_beta(chi: float) -> None:
    """It solves psi(m f) - psi((1 - m) f) = chi to the last digits, for any precision f."""
    precisions = np.array([1e-300, 1e-8, 0.3, 1.0, 20.0, 1e5, 1e12])
    with np.errstate(all="ignore"):
        logits = best_logit(np.full_like(precisions, chi), precisions)
    with mpmath.workdps(50):
        for logit, f in zip(logits.tolist(), precisions.tolist(), strict=True):

            def derivative(v: Any, f: float = f) -> Any:
                return mpmath.psi(0, f / (1 + mpmath.exp(-v))) - mpmath.psi(0, f / (1 + mpmath.exp(v))) - chi

            step = mpmath.mpf(1e-13 * max(1.0, abs(logit)))
            assert derivative(logit - step) < 0 < derivative(logit + step)


async def test_optima_where_they_are_known(client: httpx.AsyncClient) -> None:
    """Medians, held parameters after their activation, and limits."""
    one = {"targets": {"values": [0.0]}, "outputs": ["optima"]}
    cases: list[tuple[dict[str, Any], dict[str, list[Any]]]] = [
        ({"family": "poisson", "predictions": {"rate": [2.0]}}, {"rate": [0.0]}),
        ({"family": "poisson", "predictions": {"natural": [[2.0]]}}, {"natural": [[None]]}),
        ({"family": "exponential", "predictions": {"rate": [2.0]}}, {"rate": [None]}),
        (
            {
                "family": "laplace",
                "targets": {"samples": [[1, 9, 2, 4]]},
                "predictions": {"location": [0], "scale": [3]},
            },
            {"location": [3.0], "scale": [3.0]},
        ),
        (
            {
                "family": "gaussian",
                "predictions": {"mean": [1], "variance": [-math.log(2)]},
                "activations": {"variance": "exp"},
            },
            {"mean": [0.0], "variance": [0.5]},
        ),
    ]
    for document, best in cases:
        response = await client.post("/v1/score", json={**one, **document})
        assert response.json()["optima"] == best, response.text


async def test_optimum_of_intensities(client: httpx.AsyncClient) -> None:
    """The lam whose mean is the value, as published; logits are its own times the temperature."""
    document = {"family": "continuous_bernoulli", "targets": {"values": [0.6, 0.8, 0.9]}, "outputs": ["optima"]}
    published = np.array([0.77380688, 0.99184558, 0.99995439])
    response = await client.post("/v1/score", json={**document, "predictions": {"lam": [0.5] * 3}})
    np.testing.assert_allclose(response.json()["optima"]["lam"], published, atol=1e-8)
    response = await client.post("/v1/score", json={**document, "predictions": {"logits": [0.0] * 3}, "temperature": 2})
    odds = np.log(published) - np.log1p(-published)
    np.testing.assert_allclose(response.json()["optima"]["logits"], 2 * odds, rtol=1e-4)
