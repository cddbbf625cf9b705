"""The table of losses, as its formulas stand there, with derivatives by differences of them in what was sent."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import numpy as np
import pytest
from scipy.special import log_expit, log_softmax, rel_entr, xlogy

from tests.laws.harness import Array

pytestmark = pytest.mark.anyio

P = np.array([[0.55, 0.25, 0.15, 0.05], [0.1, 0.2, 0.3, 0.4], [0.0, 0.5, 0.3, 0.2]])
RAW = np.array([[0.4, -0.3, 0.7, -1.1], [0.2, 0.9, -0.8, 0.1], [-0.6, 0.3, 0.5, -0.2]])
WEIGHTS = np.array([0.5, 2.0, 1.0, 3.0])
STEP = 1e-4


def alpha(p: Array, q: Array, a: float = 0.5) -> Array:
    return np.asarray((p**a * q ** (1 - a) - a * p - (1 - a) * q) / (a * (a - 1)))


def jensen_shannon(p: Array, q: Array) -> Array:
    return np.asarray(rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2)) / 2


def over_classes(p: Array, q: Array, w: Array | float = 1.0, gamma: float = 2.0) -> dict[str, Array]:
    """Every loss of one row, whose classes come last."""
    cumulated, k = np.cumsum(q - p, axis=-1), p.shape[-1]
    entries = {
        "cross_entropy": -w * xlogy(p, q),
        "kl_divergence": rel_entr(p, q),
        "deviance": 2 * rel_entr(p, q),
        "generalized_kl_divergence": w * (rel_entr(p, q) - p + q),
        "one_vs_rest_cross_entropy": -xlogy(p, q) - xlogy(1 - p, 1 - q),
        "reverse_kl_divergence": rel_entr(q, p),
        "jensen_shannon_divergence": jensen_shannon(p, q),
        "alpha_divergence": alpha(p, q),
        "squared_hellinger": (np.sqrt(q) - np.sqrt(p)) ** 2 / 2,
        "total_variation": abs(q - p) / 2,
        "brier": w * (q - p) ** 2,
        "mean_squared_error": w * (q - p) ** 2 / k,
        "mean_absolute_error": w * abs(q - p) / k,
        "focal": -xlogy(p * (1 - q) ** gamma, q),
        "ranked_probability_score": cumulated**2,
        "earth_mover_distance": abs(cumulated[..., :-1]),  # the last is 0, and a kink
    }
    return {name: np.sum(terms, axis=-1) for name, terms in entries.items()}


def over_events(p: Array, q: Array, w: float = 1.0) -> dict[str, Array]:
    """Every loss of one event; divergences are over both outcomes, errors of the one probability."""
    both = over_classes(np.stack((p, 1 - p), -1), np.stack((q, 1 - q), -1), np.array([w, 1.0]))
    of_one = {"brier": (q - p) ** 2, "mean_squared_error": (q - p) ** 2}
    return {**both, **of_one, **dict.fromkeys(("mean_absolute_error", "total_variation"), abs(q - p))}


def softmax(raw: Array) -> Array:
    return np.asarray(np.exp(log_softmax(raw, axis=-1)))


def sigmoid(raw: Array) -> Array:
    return np.asarray(np.exp(log_expit(raw)))


def shares(raw: Array) -> Array:
    return np.asarray(raw / raw.sum(axis=-1, keepdims=True))


# Family, prediction column, activation, the column as sent, what makes probabilities of it.
SENT: list[tuple[str, str, str, Array, Callable[[Array], Array]]] = [
    ("categorical", "logits", "identity", RAW, softmax),
    ("categorical", "logits", "exp", RAW, lambda raw: softmax(np.exp(raw))),
    ("categorical", "scores", "sigmoid", RAW, lambda raw: shares(sigmoid(raw))),
    ("categorical", "scores", "identity", np.exp(RAW), shares),
    ("multilabel", "logits", "identity", RAW, sigmoid),
    ("multilabel", "logits", "softplus", RAW, lambda raw: sigmoid(np.log1p(np.exp(raw)))),
    ("multilabel", "probabilities", "identity", sigmoid(RAW), lambda raw: raw),
]
CLASS_WEIGHTED = ("cross_entropy", "generalized_kl_divergence", "brier", "mean_squared_error", "mean_absolute_error")
OF_CLASSES = (
    "generalized_kl_divergence",
    "one_vs_rest_cross_entropy",
    "ranked_probability_score",
    "earth_mover_distance",
)
CASES = [
    (name, sent)
    for name in over_classes(P, softmax(RAW))
    for sent in SENT
    if sent[0] == "categorical" or name not in OF_CLASSES
]
KINKED = ("total_variation", "mean_absolute_error", "earth_mover_distance", "focal")


async def score(client: httpx.AsyncClient, request: Mapping[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/score", json=request)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def differences(of: Callable[[Array], Array], at: Array) -> tuple[Array, Array]:
    """First and second derivatives of each row's number in each of its entries, to the fourth order."""
    first, second = np.empty(at.shape), np.empty(at.shape)
    for k in range(at.shape[-1]):
        far, low, mid, high, end = (of(at + STEP * shift * np.eye(at.shape[-1])[k]) for shift in (-2, -1, 0, 1, 2))
        first[:, k] = (far - 8 * low + 8 * high - end) / (12 * STEP)
        second[:, k] = (-far + 16 * low - 30 * mid + 16 * high - end) / (12 * STEP**2)
    return first, second


@pytest.mark.parametrize(("name", "sent"), CASES, ids=[f"{name}-{'-'.join(sent[:3])}" for name, sent in CASES])
async def test_losses(client: httpx.AsyncClient, name: str, sent: tuple[Any, ...]) -> None:
    """Losses, gradients and Hessian diagonals of distributions are those of the formula, in the column as sent."""
    family, column, activation, raw, read = sent
    p = P if "reverse" not in name else softmax(P)

    def losses(raw: Array, p: Array = p) -> Array:
        if family == "categorical":
            return over_classes(p, read(raw))[name]
        found = over_events(p, read(raw))[name]
        return np.asarray(found.mean(axis=-1) if name.startswith("mean_") else found.sum(axis=-1))

    outputs = ["losses", "gradients", "hessian_diagonals"] + ["fisher_diagonals"] * (name not in KINKED)
    columns = {"targets": {"probabilities": p.tolist()}, "predictions": {column: raw.tolist()}}
    asked = {"loss": name, "reduction": "none", "outputs": outputs, "activations": {column: activation}}
    found = await score(client, {"family": family, **columns, **asked})
    np.testing.assert_allclose(found["losses"], losses(raw), rtol=1e-11, atol=1e-15)
    first, second = differences(losses, raw)
    np.testing.assert_allclose(found["gradients"][column], first, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(found["hessian_diagonals"][column], second, rtol=1e-5, atol=1e-6)
    if name not in KINKED:
        _, information = differences(lambda near: losses(near, read(raw)), raw)
        np.testing.assert_allclose(found["fisher_diagonals"][column], information, rtol=1e-5, atol=1e-6)
        assert np.min(found["fisher_diagonals"][column]) >= 0


@pytest.mark.parametrize("name", CLASS_WEIGHTED)
async def test_class_weights(client: httpx.AsyncClient, name: str) -> None:
    """Class weights multiply the terms of a row; positive_weight multiplies y log q; both are not for other losses."""
    classes = {"targets": {"probabilities": P.tolist()}, "predictions": {"logits": RAW.tolist()}}
    request = {**classes, "class_weights": WEIGHTS.tolist(), "loss": name, "outputs": ["losses"]}
    found = await score(client, {"family": "categorical", **request})
    np.testing.assert_allclose(found["losses"], over_classes(P, softmax(RAW), WEIGHTS)[name], rtol=1e-12)
    moved = [warning["code"] for warning in found["warnings"]] == ["weights_move_optimum"]
    assert moved == (name == "cross_entropy")
    if name == "generalized_kl_divergence":
        return
    found = await score(client, {"family": "multilabel", **request})
    labels = over_events(P, sigmoid(RAW))[name] * WEIGHTS
    np.testing.assert_allclose(found["losses"], labels.sum(-1) / (4 if "mean" in name else 1), rtol=1e-12)


async def test_positive_weight(client: httpx.AsyncClient) -> None:
    """positive_weight multiplies the y log q term, of an event and of each label; it is reported."""
    expected = over_events(P, sigmoid(RAW), 3.0)["cross_entropy"]
    request = {"positive_weight": 3, "outputs": ["losses"]}
    targets, predictions = {"probabilities": P.tolist()}, {"logits": RAW.tolist()}
    found = await score(client, {"family": "multilabel", "targets": targets, "predictions": predictions, **request})
    np.testing.assert_allclose(found["losses"], expected.sum(-1), rtol=1e-12)
    targets, predictions = {"probabilities": P[:, 0].tolist()}, {"logits": RAW[:, 0].tolist()}
    found = await score(client, {"family": "bernoulli", "targets": targets, "predictions": predictions, **request})
    np.testing.assert_allclose(found["losses"], expected[:, 0], rtol=1e-12)
    assert "weights_move_optimum" in [warning["code"] for warning in found["warnings"]]


@pytest.mark.parametrize(("a", "like", "factor"), [(1, "kl", 1), (0, "reverse_kl", 1), (0.5, "squared_hellinger", 4)])
@pytest.mark.parametrize("family", ["categorical", "multilabel", "bernoulli"])
async def test_members_of_alpha(client: httpx.AsyncClient, family: str, a: float, like: str, factor: int) -> None:
    """a = 1 is KL(p, q), a = 0 KL(q, p), a = 1/2 is 4 squared_hellinger, all continuous in a."""
    p, raw = (P[1:2], RAW[1:2]) if family != "bernoulli" else (P[1], RAW[1])
    request = {"family": family, "targets": {"probabilities": p.tolist()}, "predictions": {"logits": raw.tolist()}}
    named = await score(client, {**request, "loss": like if factor == 4 else f"{like}_divergence"})
    for near in (a - 1e-9, a, a + 1e-9):
        found = await score(client, {**request, "loss": "alpha_divergence", "loss_parameters": {"alpha": near}})
        np.testing.assert_allclose(found["losses"], factor * np.array(named["losses"]), rtol=1e-8)
    for other in (-1.5, 0.2, 3.0):
        found = await score(client, {**request, "loss": "alpha_divergence", "loss_parameters": {"alpha": other}})
        expected = alpha(p, softmax(raw), other) if family == "categorical" else alpha(p, sigmoid(raw), other)
        expected = expected if family == "categorical" else expected + alpha(1 - p, 1 - sigmoid(raw), other)
        np.testing.assert_allclose(found["losses"], expected if family == "bernoulli" else expected.sum(-1), rtol=1e-10)


async def test_changes_in_order(client: httpx.AsyncClient) -> None:
    """Temperature comes before normalization, smoothing, mask and clip."""
    mask = np.array([[True, True, True, False], [True, True, True, True], [False, True, True, True]])
    amounts = np.exp(RAW)
    amounts[1, 2] = 1e-4
    columns = {"targets": {"logits": (2 * RAW).tolist()}, "predictions": {"probabilities": amounts.tolist()}}
    changes = {"temperature": 2, "normalization": "rescale", "label_smoothing": 0.1, "clip": 0.01}
    request = {"family": "categorical", **columns, **changes}
    p = 0.9 * softmax(RAW) + 0.1 / 4
    found = await score(client, request)
    np.testing.assert_allclose(found["losses"], -(p * np.log(np.maximum(shares(amounts), 0.01))).sum(-1), rtol=1e-13)
    hot = {**request, "targets": {"labels": [0, 1, 2]}, "temperature": None, "mask": mask.tolist()}
    p = shares((0.9 * np.eye(4)[:3] + 0.1 / 4) * mask)
    found = await score(client, hot)
    expected = -xlogy(p, np.where(mask, np.maximum(shares(amounts * mask), 0.01), 1)).sum(-1)
    np.testing.assert_allclose(found["losses"], expected, rtol=1e-13)
