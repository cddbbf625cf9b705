"""The prediction that minimizes each row's loss: no other loses less, and where it is known it is what is known."""

from typing import Any

import httpx
import mpmath
import numpy as np
import pytest

from service.core.losses import losses_of
from service.core.losses.focal import least_focal

pytestmark = pytest.mark.anyio

RANDOM = np.random.default_rng(5)
P = [0.8, 0.1, 0.05, 0.03, 0.015, 0.005]


async def optima(client: httpx.AsyncClient, document: dict[str, Any]) -> Any:
    answer = await client.post("/v1/score", json={**document, "outputs": ["optima", "losses"]})
    assert answer.status_code == 200, answer.text
    return answer.json()["optima"]["probabilities"]


@pytest.mark.parametrize("family", ["categorical", "bernoulli", "multilabel"])
async def test_no_neighbor_loses_less(client: httpx.AsyncClient, family: str) -> None:
    """Moving away from the optimum in any direction raises the loss, for every loss of the class families."""
    p = RANDOM.dirichlet(np.ones(3), 4) if family == "categorical" else RANDOM.random((4, 3))
    p = p[:, 0] if family == "bernoulli" else p
    for name in losses_of(family):
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
                *q, level = x
                return [mpmath.fsum(q) - 1, *(a * slope(b) / level + 1 for a, b in zip(p, q, strict=True))]

            start = [*best.tolist(), float(-p[0] * slope(best[0]))]
            exact = mpmath.findroot(conditions, start)
            np.testing.assert_allclose(best, [float(q) for q in exact[:-1]], rtol=1e-13)
