"""Expectation parameters: inside their domain a distribution, on its boundary an observation, row by row."""

import math

import httpx
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses.cross_entropy import CrossEntropy, Deviance
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows

TWO_PARAMETERS = ("gaussian", "gamma")
EXPECTED = [
    each
    for each in harness.combinations()
    if each.family.name in TWO_PARAMETERS and each.target_form.columns[0].name == "expectations"
]


def observed(combination: Combination, values: Array) -> tuple[Combination, Rows, Rows]:
    """Observations y as `values`, and as the expectations T(y) of one draw."""
    family = combination.family
    (form,) = (form for form in family.targets if form.columns[0].name == "values")
    as_values = Combination(family, form, combination.prediction_form, combination.activations)
    recipe = family.exponential_family({})
    assert recipe is not None
    rows = harness.random_rows(combination, len(values))
    sent = Rows({"values": values}, rows.predictions, rows.constants)
    return (
        as_values,
        sent,
        Rows({"expectations": recipe.sufficient_statistics(values).T}, rows.predictions, rows.constants),
    )


@pytest.mark.parametrize("combination", EXPECTED, ids=harness.name_of)
@pytest.mark.parametrize("loss", [CrossEntropy(), Deviance()], ids=["cross_entropy", "deviance"])
def test_on_the_boundary_a_row_is_an_observation(combination: Combination, loss: CrossEntropy | Deviance) -> None:
    """E[T] = T(y) is scored as y itself: value, floor, divergence and derivatives."""
    values = np.array([0.7, 1.3, 2.0, 41.0, 1e-3])
    as_values, sent, expected = observed(combination, values)
    found = harness.outputs(harness.scored(combination, loss, expected))
    for name, numbers in harness.outputs(harness.scored(as_values, loss, sent)).items():
        np.testing.assert_allclose(found[name], numbers, rtol=1e-11, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("combination", EXPECTED, ids=harness.name_of)
@pytest.mark.parametrize("loss", [CrossEntropy(), Deviance()], ids=["cross_entropy", "deviance"])
def test_both_kinds_stand_in_one_batch(combination: Combination, loss: CrossEntropy | Deviance) -> None:
    """Rows inside the domain and on its boundary have the same numbers together as apart, to the last bit."""
    _, _, outside = observed(combination, np.array([0.7, 2.0, 41.0]))
    inside = harness.random_rows(combination, 3)
    order = [0, 3, 1, 4, 2, 5]
    both = Rows(
        {name: np.concatenate((values, outside.targets[name]))[order] for name, values in inside.targets.items()},
        {name: np.concatenate((values, values))[order] for name, values in inside.predictions.items()},
        inside.constants,
    )
    found = harness.outputs(harness.scored(combination, loss, both))
    for at, rows in enumerate((inside, Rows(outside.targets, inside.predictions, inside.constants))):
        for name, numbers in harness.outputs(harness.scored(combination, loss, rows)).items():
            np.testing.assert_array_equal(found[name][at::2], numbers, err_msg=name)


@pytest.mark.anyio
async def test_the_entropy_of_expectations(client: httpx.AsyncClient) -> None:
    """E[y] = 1 and E[y^2] = 5 are those of a gaussian of variance 4: its entropy is the floor, KL what is left."""
    document = {
        "family": "gaussian",
        "targets": {"expectations": [[1.0, 5.0]]},
        "predictions": {"mean": [2.0], "standard_deviation": [1.0]},
        "outputs": ["losses", "floors", "divergences", "optima"],
    }
    answer = (await client.post("/v1/score", json=document)).json()
    assert answer["floors"] == pytest.approx([0.5 * math.log(2 * math.pi * math.e * 4)], rel=1e-15)
    assert answer["divergences"] == pytest.approx([(4 - 1 - math.log(4) + 1) / 2], rel=1e-15)
    assert answer["optima"] == {"mean": [1.0], "standard_deviation": [2.0]}
    divergence = (await client.post("/v1/score", json={**document, "loss": "kl_divergence"})).json()
    assert divergence["losses"] == answer["divergences"]
    deviance = (await client.post("/v1/score", json={**document, "loss": "deviance"})).json()
    assert deviance["losses"] == pytest.approx([2 * answer["divergences"][0]], rel=1e-15)


BOUNDARY = {
    "gaussian": ([[1.0, 2.0], [2.0, 4.0]], {"mean": [1.0, 1.0]}),
    "gamma": ([[1.0, -0.3], [1.0, 0.0]], {"mean": [1.0, 1.0]}),
    "exponential": ([[2.0], [0.0]], {"rate": [1.0, 1.0]}),
    "beta": ([[-1.0, -1.0], [math.log(0.25), math.log(0.75)]], {"alpha": [1.0, 1.0], "beta": [2.0, 2.0]}),
    "dirichlet": ([[-1.0, -1.0], [math.log(0.25), math.log(0.75)]], {"concentration": [[1.0, 2.0], [1.0, 2.0]]}),
}


def test_every_boundary_is_looked_at() -> None:
    """All families whose expectations may lie on the boundary of their domain; those of the others cannot."""
    offered = {
        each.family.name for each in harness.combinations() if each.target_form.columns[0].name == "expectations"
    }
    assert offered - set(BOUNDARY) == {"continuous_bernoulli"}


@pytest.mark.anyio
@pytest.mark.parametrize("family", BOUNDARY)
async def test_divergence_from_an_observation(client: httpx.AsyncClient, family: str) -> None:
    """kl_divergence names the row that is a single observation, and each way out of the hint is accepted."""
    expectations, predictions = BOUNDARY[family]
    document = {"family": family, "targets": {"expectations": expectations}, "predictions": predictions}
    response = await client.post("/v1/score", json={**document, "loss": "kl_divergence"})
    (issue,) = response.json()["errors"]
    assert (response.status_code, issue["pointer"], issue["code"]) == (422, "/targets/expectations/1", "out_of_range")
    assert issue["hint"] == "a single observation? give it weight 0, or ask for cross_entropy"
    assert (await client.post("/v1/score", json=document)).status_code == 200
    weighted = {**document, "loss": "kl_divergence", "sample_weights": [1, 0]}
    assert (await client.post("/v1/score", json=weighted)).status_code == 200
    assert family in FAMILIES


@pytest.mark.anyio
@pytest.mark.parametrize("family", ["beta", "dirichlet"])
async def test_an_observation_without_a_bound_has_an_infinite_floor(client: httpx.AsyncClient, family: str) -> None:
    """On the boundary the loss is the one of the values themselves; the least loss of all predictions is -infinity."""
    expectations, predictions = BOUNDARY[family]
    values = [[0.25, 0.75]] * 2 if family == "dirichlet" else [0.25] * 2
    document = {"family": family, "predictions": predictions, "outputs": ["losses", "floors", "divergences"]}
    observed = (await client.post("/v1/score", json={**document, "targets": {"values": values}})).json()
    found = (await client.post("/v1/score", json={**document, "targets": {"expectations": expectations}})).json()
    assert found["losses"][1] == pytest.approx(observed["losses"][1], rel=1e-14)
    assert found["nonfinite"] == [
        {"pointer": "/floors/1", "value": "-Infinity"},
        {"pointer": "/divergences/1", "value": "Infinity"},
    ]
    assert found["floors"][0] + found["divergences"][0] == pytest.approx(found["losses"][0], rel=1e-14)


@pytest.mark.anyio
async def test_a_batch_of_both_kinds_is_called_observed(client: httpx.AsyncClient) -> None:
    """Where one row of values was observed, the truth does not reach the mean floor, and nothing calls it perfect."""
    document = {
        "family": "gaussian",
        "targets": {"expectations": [[1.0, 1.0], [1.0, 1.3]]},
        "predictions": {"mean": [2.0, 2.0], "standard_deviation": [3.0, 3.0]},
    }
    verdict = (await client.post("/v1/score", json=document)).json()["diagnostics"]["verdict"]
    assert "perfect" not in verdict
    assert "saturated" in verdict
    assert "the same" not in verdict["text"].replace("that is the same for all rows", "")
