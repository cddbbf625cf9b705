"""Several losses of one batch: each line agrees with scoring that loss alone."""

import math
from typing import Any

import httpx
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of

pytestmark = pytest.mark.anyio

RANDOM = np.random.default_rng(11)
P = RANDOM.dirichlet(np.ones(4), 7)
BATCH: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": P.tolist()},
    "predictions": {"logits": RANDOM.normal(size=(7, 4)).tolist()},
    "sample_weights": [1, 2, 0, 1, 1, 3, 1],
}
DEFAULTS = ["cross_entropy", "kl_divergence", "brier", "jensen_shannon_divergence", "mean_absolute_error"]


async def compared(client: httpx.AsyncClient, **members: Any) -> list[dict[str, Any]]:
    answer = await client.post("/v1/compare", json={**BATCH, **members})
    assert answer.status_code == 200, answer.text
    assert answer.json()["row_count"] == 7
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.mark.parametrize("reduction", ["mean", "sum"])
async def test_lines_agree_with_scores(client: httpx.AsyncClient, reduction: str) -> None:
    """Value, standard error, floor, divergence and gradient of each loss are those of scoring it alone."""
    losses = [{"loss": name} for name in losses_of(FAMILIES["categorical"])]
    for line in await compared(client, losses=losses, reduction=reduction):
        outputs = ["floors", "divergences", "gradients"]
        document = {**BATCH, "loss": line["loss"], "reduction": reduction, "outputs": outputs}
        scored = (await client.post("/v1/score", json=document)).json()
        assert line["value"] == scored["value"]
        assert line["value_standard_error"] == scored["value_standard_error"]
        gradient = np.array(scored["gradients"]["logits"])
        assert line["gradient_norm"] == pytest.approx(math.sqrt((gradient**2).sum()), rel=1e-13)
        share = np.abs(gradient).sum(axis=0) / np.abs(gradient).sum()
        np.testing.assert_allclose(line["per_class_gradient_share"], share, rtol=1e-12)
        weights = np.array(BATCH["sample_weights"], dtype=float)
        weights /= weights.sum() if reduction == "mean" else 1
        for name in ("floor", "divergence"):
            rows = scored[f"{name}s"]
            if rows[0] is None:
                assert line[name] is None
            else:
                assert line[name] == pytest.approx(float(weights @ np.array(rows)), rel=1e-12)


async def test_the_mean_target_is_scored(client: httpx.AsyncClient) -> None:
    """value_at_marginal is the value of predicting the weighted mean target for every row."""
    weights = np.array(BATCH["sample_weights"], dtype=float)
    mean = weights @ P / weights.sum()
    document = {**BATCH, "predictions": {"probabilities": [mean.tolist()] * 7}}
    for line in await compared(client):
        scored = (await client.post("/v1/score", json={**document, "loss": line["loss"]})).json()
        assert line["value_at_marginal"] == pytest.approx(scored["value"], rel=1e-12)


async def test_defaults(client: httpx.AsyncClient) -> None:
    """The usual losses of class families; with options that some of them do not have, those that have them."""
    assert [line["loss"] for line in await compared(client)] == DEFAULTS
    weighted = await compared(client, class_weights=[1, 1, 2, 1])
    assert [line["loss"] for line in weighted] == ["cross_entropy", "brier", "mean_absolute_error"]


async def test_what_is_left_out_is_said(client: httpx.AsyncClient) -> None:
    """A usual loss that the options do not allow is named in a warning, with the reason; nothing else is."""
    everything = (await client.post("/v1/compare", json=BATCH)).json()
    assert everything["warnings"] == []
    q = {"probabilities": [[0.1, 0.2, 0.3, 0.5]] * 7}
    found = (await client.post("/v1/compare", json={**BATCH, "predictions": q, "normalization": "none"})).json()
    unnormalized, left_out = found["warnings"]
    assert (unnormalized["code"], unnormalized["count"]) == ("predictions_unnormalized", 6)  # one has weight 0
    assert left_out["code"] == "not_available"
    assert left_out["message"].startswith("kl_divergence is left out")
    assert "kl_divergence" not in [line["loss"] for line in found["results"]]


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({"loss": "brier"}, "/loss", "unknown_member"),
        ({"outputs": ["losses"]}, "/outputs/0", "unknown_name"),
        ({"outputs": ["charts", "state"]}, "/outputs/1", "not_available"),
        ({"losses": ["brier"]}, "/losses/0", "wrong_type"),
        ({"losses": [{"loss": "bier"}]}, "/losses/0/loss", "unknown_name"),
        ({"losses": [{}]}, "/losses/0/loss", "missing"),
        ({"losses": [{"loss": "brier"}, {"loss": "crps"}]}, "/losses/1/loss", "not_available"),
        (
            {"losses": [{"loss": "brier", "loss_parameters": {"gamma": 1}}]},
            "/losses/0/loss_parameters/gamma",
            "unknown_member",
        ),
        ({"reduction": "none"}, "/reduction", "unknown_name"),
        ({"clip": 1e-3}, "/clip", "not_available"),
    ],
)
async def test_wrong_requests(client: httpx.AsyncClient, members: Any, pointer: str, code: str) -> None:
    """A request that is wrong is told where."""
    answer = await client.post("/v1/compare", json={**BATCH, **members})
    assert answer.status_code == 422
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
