"""Advice: what the data are, what fits, and that every recommendation works as it stands."""

from typing import Any

import httpx
import numpy as np
import pytest

from distscore.core.families import FAMILIES

pytestmark = pytest.mark.anyio

RANDOM = np.random.default_rng(3)
SOFT = RANDOM.dirichlet(np.ones(3), 6)
EYE = np.eye(3)

CASES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"probabilities": SOFT}, {}, "soft_categorical", "categorical"),
    ({"probabilities": EYE}, {}, "one_hot", "categorical"),
    ({"labels": np.array([0, 1, 2])}, {}, "one_hot", "categorical"),
    ({"probabilities": 0.9 * EYE + 0.1 / 3}, {}, "smoothed_one_hot", "categorical"),
    ({"probabilities": 0.5 * SOFT}, {}, "multilabel", "multilabel"),
    ({"probabilities": SOFT}, {"meaning": "multilabel"}, "multilabel", "multilabel"),
    ({"probabilities": 100 * SOFT}, {}, "soft_categorical", "categorical"),
    ({"logits": 3 * SOFT}, {}, "soft_categorical", "categorical"),
    ({"counts": np.array([[7, 2, 1], [0, 3, 3]])}, {}, "counts", "categorical"),
    ({"successes": np.array([1, 2]), "trials": np.array([3, 3])}, {}, "counts", "bernoulli"),
    ({"values": np.array([0.1, 0.4, 1.0])}, {}, "unit_interval_values", "bernoulli"),
    ({"values": np.array([0.1, 0.4, 1.0])}, {"meaning": "intensities"}, "unit_interval_values", "continuous_bernoulli"),
    ({"values": np.array([0, 3, 1, 2])}, {}, "counts", "poisson"),
    ({"values": np.array([0, 30, 1, 2])}, {}, "counts", "negative_binomial"),
    ({"values": np.array([0.5, 3.1])}, {}, "positive_values", "gamma"),
    ({"values": np.array([0.5, -3.1])}, {}, "real_values", "gaussian"),
    ({"values": np.array([*RANDOM.normal(size=50), 50.0])}, {}, "real_values", "student_t"),
    ({"values": np.array([0.5, 3.1])}, {"family": "exponential"}, "positive_values", "exponential"),
    ({"mean": np.array([0.0, 1.0]), "standard_deviation": np.ones(2)}, {}, "real_values", "gaussian"),
]


@pytest.mark.parametrize(("targets", "members", "kind", "family"), CASES)
async def test_kinds(
    client: httpx.AsyncClient, targets: dict[str, Any], members: dict[str, Any], kind: str, family: str
) -> None:
    """The kind of the targets is told, the family that fits comes first, and its request works as it stands."""
    document = {"targets": {name: values.tolist() for name, values in targets.items()}, **members}
    answer = await client.post("/v1/advise", json=document)
    advice = answer.json()
    assert answer.status_code == 200, advice
    assert advice["target_kind"] == kind
    assert advice["recommendations"][0]["family"] == family
    assert all(set(entry) == {"fact", "number"} for entry in advice["evidence"])
    for each in advice["recommendations"]:
        assert (await client.post("/v1/score", json=each["request"])).status_code == 200


async def test_what_the_data_cannot_decide_is_said_and_both_readings_are_scored(client: httpx.AsyncClient) -> None:
    """Numbers in [0, 1] may be probabilities or intensities."""
    document = {"targets": {"values": [0.1, 0.4, 1.0]}, "predictions": {"logits": [0.0, 0.3, 2.0]}}
    advice = (await client.post("/v1/advise", json=document)).json()
    readings = {each["family"]: each for each in advice["recommendations"]}
    assert {"bernoulli", "continuous_bernoulli"} <= readings.keys()
    for family, reading in readings.items():
        assert "not in the data" in reading["caveat"]
        (number,) = [e["number"] for e in advice["evidence"] if f"as {family}, with your predictions" in e["fact"]]
        scored = (await client.post("/v1/score", json=reading["request"])).json()
        assert scored["value"] == number


@pytest.mark.parametrize(
    "family", [name for name in FAMILIES if name not in ("categorical", "multilabel", "dirichlet")]
)
@pytest.mark.parametrize("values", [[0.5], [0.2, 0.9], [-1.0, 3.0], [0.0, 0.0], [1e-200, 1e200], [5, 5]])
async def test_every_family_can_be_named(client: httpx.AsyncClient, family: str, values: list[float]) -> None:
    """A family that is named is scored if it can hold the values; else another fits, or the targets are refused."""
    answer = await client.post("/v1/advise", json={"targets": {"values": values}, "family": family})
    column = "values" if family != "bernoulli" else "probabilities"
    if answer.status_code == 422:
        assert all(error["pointer"].startswith("/targets") for error in answer.json()["errors"])
    else:
        first = answer.json()["recommendations"][0]
        assert first["request"]["targets"][column if first["family"] == family else "values"] == values


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        ({}, "/targets", "missing"),
        ({"targets": 3}, "/targets", "wrong_type"),
        ({"targets": {"weights": [1]}}, "/targets", "wrong_form"),
        ({"targets": {"values": [1]}, "loss": "brier"}, "/loss", "unknown_member"),
        ({"targets": {"values": [1]}, "family": "normal"}, "/family", "unknown_name"),
        ({"targets": {"values": [1]}, "meaning": "numbers"}, "/meaning", "unknown_name"),
        ({"targets": {"values": [1, "2"]}}, "/targets/values/1", "wrong_type"),
        ({"targets": {"probabilities": [[0.5, 0.5], [1]]}}, "/targets/probabilities/1", "ragged_array"),
        ({"targets": {"probabilities": [[-0.5, 1.5]]}}, "/targets/probabilities/0/0", "negative"),
        ({"targets": {"values": [1]}, "predictions": [1]}, "/predictions", "wrong_type"),
    ],
)
async def test_wrong_requests(client: httpx.AsyncClient, document: Any, pointer: str, code: str) -> None:
    """A request that is wrong is told where."""
    answer = await client.post("/v1/advise", json=document)
    assert answer.status_code == 422
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
