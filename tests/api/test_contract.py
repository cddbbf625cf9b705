"""The wire contract, sentence by sentence, as somebody outside would check it."""

import math
from typing import Any

import httpx
import numpy as np
import pytest

from distscore.advice.warnings import UNMET
from distscore.core.diagnostics.requirements import REQUIREMENTS

pytestmark = pytest.mark.anyio

SOFT: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]},
    "sample_weights": [1.0, 2.0],
}
IMPOSSIBLE: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": [[0.5, 0.5], [1, 0], [0.25, 0.75], [0, 1]]},
    "predictions": {"probabilities": [[0.5, 0.5], [0, 1], [0.5, 0.5], [0, 1]]},
    "outputs": ["losses", "gradients"],
}
SCORES: dict[str, Any] = {
    **SOFT,
    "predictions": {"scores": [[-3, -1, 2], [-1, 2, 0]]},
    "activations": {"scores": "exp"},
}
OPTIONS = (
    "family_parameters",
    "activations",
    "classes",
    "tag",
    "loss",
    "loss_parameters",
    "class_weights",
    "mask",
    "positive_weight",
    "count_weighting",
    "reduction",
    "outputs",
    "normalization",
    "label_smoothing",
    "temperature",
    "clip",
)


async def score(client: httpx.AsyncClient, request: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer = await client.post("/v1/score", json={**request, **members})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused(client: httpx.AsyncClient, request: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer = await client.post("/v1/score", json={**request, **members})
    assert answer.status_code == 422, answer.text
    return dict(answer.json())


async def test_the_example(client: httpx.AsyncClient) -> None:
    """The request of the contract has the answer of the contract."""
    found = await score(client, SOFT, outputs=["losses", "gradients", "hessian_diagonals"])
    assert found["value"] == pytest.approx(0.35350474190002923, rel=1e-15)  # 17 digits of the exact value
    np.testing.assert_allclose(found["losses"], [0.84131129665715709, 0.10960146452146534], rtol=2e-15)
    expected = [[0.02853234, -0.00823654, -0.02029581], [0.03287422, -0.06920585, 0.03633163]]
    np.testing.assert_allclose(found["gradients"]["logits"], expected, atol=5e-9)
    np.testing.assert_allclose(found["hessian_diagonals"]["logits"][0][:2], [0.05614478, 0.04818789], atol=5e-9)
    named = {"row_count": 2, "entry_count": 6, "total_weight": 3.0, "units": "nats", "reduction": "mean"}
    assert {name: found[name] for name in named} == named
    assert (found["nonfinite"], found["nonfinite_count"], found["warnings"]) == ([], 0, [])


@pytest.mark.parametrize("nothing", [None, [], {}], ids=["null", "list", "object"])
async def test_not_given(client: httpx.AsyncClient, nothing: Any) -> None:
    """null, [] and {} mean "not given", for every optional member and for columns of other forms."""
    expected = await score(client, SOFT)
    for name in OPTIONS:
        assert await score(client, SOFT, **{name: nothing}) == expected, name
    if nothing != {}:
        targets = {**SOFT["targets"], "labels": nothing, "counts": nothing}
        assert await score(client, SOFT, targets=targets) == expected
    unweighted = await score(client, SOFT, sample_weights=nothing)
    assert unweighted == await score(client, SOFT, sample_weights=[1, 1])


async def test_outputs(client: httpx.AsyncClient) -> None:
    """Members that were not asked for are absent; ["value"] is the value alone."""
    alone = await score(client, SOFT, outputs=["value"], tag="today")
    rows = {"losses", "floors", "divergences", "gradients", "hessian_diagonals", "fisher_diagonals", "parameters"}
    assert "value" in alone
    assert alone["tag"] == "today"
    assert not alone.keys() & {*rows, "optima", "diagnostics", "state"}
    usual = await score(client, SOFT)
    assert {"losses", "gradients", "diagnostics"} <= usual.keys()
    assert "temperature" not in usual["diagnostics"]
    one = await score(client, SOFT, outputs=["diagnostics.temperature"])
    assert "retempered" not in usual["diagnostics"]["verdict"]
    assert list(one["diagnostics"]) == ["temperature"]
    every = (await score(client, SOFT, outputs=["diagnostics.all"]))["diagnostics"]
    assert usual["diagnostics"].keys() | {"temperature", "optimum", "classwise_calibration"} == every.keys()
    assert "retempered" in every["verdict"]
    found = await score(client, SOFT, outputs=[*rows])
    assert rows <= found.keys()
    assert found["parameters"]["logits"] == SOFT["predictions"]["logits"]


async def test_what_there_is_not(client: httpx.AsyncClient) -> None:
    """A diagnostic asked for by its name, and that the batch does not have, is named in a warning with the reason."""
    soft = {**SOFT, "predictions": {"probabilities": [[0.5, 0.2, 0.3], [0.1, 0.8, 0.1]]}}
    found = await score(client, soft, outputs=["diagnostics.temperature", "diagnostics.skill", "diagnostics.coverage"])
    assert list(found["diagnostics"]) == ["skill"]
    assert [(each["code"], each["message"]) for each in found["warnings"]] == [
        ("not_available", "diagnostics.temperature is left out: it needs predictions that are logits."),
        ("not_available", "diagnostics.coverage is left out: it needs targets that are observed values."),
    ]
    for together in ("diagnostics", "diagnostics.all"):
        assert (await score(client, soft, outputs=[together]))["warnings"] == []


def test_every_requirement_has_words() -> None:
    """Whatever a diagnostic may lack can be said, and nothing else is."""
    assert {requirement.name for requirement in REQUIREMENTS} == UNMET.keys()


async def test_reductions(client: httpx.AsyncClient) -> None:
    """mean is sum(w l) / sum(w); derivatives carry w / sum(w), w, or nothing; none has no value."""
    mean, whole, none = [await score(client, SOFT, reduction=name) for name in ("mean", "sum", "none")]
    weights, losses = np.array([1.0, 2.0]), np.array(none["losses"])
    assert mean["value"] == pytest.approx(weights @ losses / 3, rel=1e-15)
    assert whole["value"] == pytest.approx(weights @ losses, rel=1e-15)
    assert "value" not in none
    own = np.array(none["gradients"]["logits"])
    np.testing.assert_allclose(mean["gradients"]["logits"], own * weights[:, None] / 3, rtol=1e-14)
    np.testing.assert_allclose(whole["gradients"]["logits"], own * weights[:, None], rtol=1e-14)
    assert mean["losses"] == whole["losses"] == none["losses"]


async def test_weights_of_nothing(client: httpx.AsyncClient) -> None:
    """Not all weights are 0, unless only the state is asked for."""
    found = await score(client, SOFT, sample_weights=[0, 0], outputs=["state"])
    assert (found["total_weight"], "state" in found) == (0.0, True)
    for outputs in (["value"], ["state", "losses"]):
        problem = await refused(client, SOFT, sample_weights=[0, 0], outputs=outputs)
        assert problem["errors"][0]["code"] == "all_weights_zero"


async def test_infinite(client: httpx.AsyncClient) -> None:
    """What is infinite is null, and listed with its sign; p = q = 0 is no loss and has no derivative."""
    found = await score(client, IMPOSSIBLE)
    assert found["value"] is None
    assert found["losses"] == [pytest.approx(math.log(2)), None, pytest.approx(math.log(2)), 0]
    assert found["gradients"]["probabilities"][1:] == [[None, 0.0], [-0.125, -0.375], [0.0, -0.25]]
    listed = {entry["pointer"]: entry["value"] for entry in found["nonfinite"]}
    assert listed["/value"] == listed["/losses/1"] == "Infinity"
    assert listed["/gradients/probabilities/1/0"] == "-Infinity"
    assert found["nonfinite_count"] == len(listed)
    assert [warning["code"] for warning in found["warnings"]] == ["zero_prediction_with_target_mass"]
    assert found["warnings"][0]["rows"] == [1]


async def test_weight_0(client: httpx.AsyncClient) -> None:
    """A row of weight 0 contributes exactly 0 to the value, even if its loss is infinite, which nobody is told."""
    found = await score(client, IMPOSSIBLE, sample_weights=[1, 0, 1, 1])
    assert found["value"] == pytest.approx(2 * math.log(2) / 3, rel=1e-15)
    assert found["gradients"]["probabilities"][1] == [0, 0]
    assert (found["losses"][1], found["nonfinite"], found["nonfinite_count"], found["warnings"]) == (0, [], 0, [])


async def test_first_hundred(client: httpx.AsyncClient) -> None:
    """The first 100 numbers that are infinite are listed, and all are counted."""
    request = {"family": "bernoulli", "targets": {"probabilities": [1] * 150}, "outputs": ["losses", "gradients"]}
    found = await score(client, request, predictions={"probabilities": [0] * 150})
    assert len(found["nonfinite"]) == 100
    assert found["nonfinite_count"] >= 301
    assert found["losses"] == [None] * 150


async def test_clip(client: httpx.AsyncClient) -> None:
    """q' = max(q, clip), not renormalized, without derivatives; the warning gives number, rows and unclipped value."""
    found = await score(client, IMPOSSIBLE, clip=0.01)
    assert found["losses"][1] == pytest.approx(-math.log(0.01))
    assert found["gradients"]["probabilities"][1] == [0, 0]
    (warning,) = found["warnings"]
    assert (warning["code"], warning["rows"]) == ("clipped", [1, 3])
    assert warning["numbers"] == {"entries": 2, "unclipped_value": None}
    request = {"family": "multilabel", "targets": {"probabilities": [[0.5, 1]]}, "outputs": ["losses", "gradients"]}
    both = await score(client, request, predictions={"probabilities": [[0.999, 0.001]]}, clip=0.01)
    assert both["losses"][0] == pytest.approx(-0.5 * math.log(0.99 * 0.01) - math.log(0.01))
    assert both["gradients"]["probabilities"] == [[0, 0]]
    unclipped = -0.5 * math.log(0.999 * 0.001) - math.log(0.001)
    assert both["warnings"][0]["numbers"]["unclipped_value"] == pytest.approx(unclipped)


async def test_normalization(client: httpx.AsyncClient) -> None:
    """strict takes what is within 1e-5 as sent; rescale divides every row; none takes everything but nothing."""

    async def loss(p: list[float], q: list[float], policy: str) -> tuple[float, list[str]]:
        columns = {"targets": {"probabilities": [p]}, "predictions": {"probabilities": [q]}}
        found = await score(client, {"family": "categorical"}, **columns, normalization=policy)
        return found["losses"][0], [warning["code"] for warning in found["warnings"] if "scaled" in warning["code"]]

    near, quarter = [0.5, 0.500009], np.array([0.25, 0.75])
    found, codes = await loss(near, [0.25, 0.75], "strict")
    assert found == pytest.approx(-np.log(quarter) @ near, rel=1e-15)
    assert codes == []
    found, codes = await loss(near, [1, 3], "rescale")
    assert found == pytest.approx(-np.log(quarter) @ near / 1.000009, rel=1e-15)
    assert codes == ["predictions_rescaled"]
    assert (await loss([1, 2], [2, 3], "none"))[0] == pytest.approx(-math.log(2) - 2 * math.log(3))
    assert (await loss([1e-17, 3e-17], [1, 3], "rescale"))[0] == pytest.approx(-np.log(quarter) @ quarter)
    for policy, p in (("strict", [0.5, 0.500011]), ("rescale", [0, 0]), ("none", [0, 0])):
        columns = {"targets": {"probabilities": [p]}, "predictions": {"probabilities": [[0.5, 0.5]]}}
        problem = await refused(client, {"family": "categorical"}, **columns, normalization=policy)
        assert [error["code"] for error in problem["errors"]] == ["not_normalized"]


async def test_positive_weights(client: httpx.AsyncClient) -> None:
    """positive_weight multiplies y log q, of all labels alike or of each by its own, and the state tells them apart."""
    y, q = np.array([[0.3, 1.0], [0.5, 0.0]]), np.array([[0.6, 0.2], [0.9, 0.4]])
    request = {"family": "multilabel", "targets": {"probabilities": y.tolist()}, "outputs": ["losses", "state"]}
    request["predictions"] = {"probabilities": q.tolist()}
    states = []
    for weight in (2.0, [2.0, 2.0], [3.0, 0.5]):
        found = await score(client, request, positive_weight=weight)
        expected = -(np.array(weight) * y * np.log(q) + (1 - y) * np.log(1 - q)).sum(axis=1)
        np.testing.assert_allclose(found["losses"], expected, rtol=1e-14)
        states.append(found["state"])
    merged = await client.post("/v1/summaries/merge", json={"states": [states[1], states[2]]})
    assert merged.json()["errors"][0]["code"] == "bad_state"


async def test_counts(client: httpx.AsyncClient) -> None:
    """A row of counts weighs as many votes as it has, or once; its loss is per vote; the mask keeps some of them."""
    counts, logits = [[3.0, 1.0, 0.0], [2.0, 0.0, 8.0]], SOFT["predictions"]["logits"]
    request = {**SOFT, "targets": {"counts": counts}, "sample_weights": None}
    shares = {"probabilities": [[0.75, 0.25, 0], [0.2, 0, 0.8]]}
    plain = await score(client, request, targets=shares, sample_weights=[4, 10], outputs=["losses", "gradients"])
    votes = await score(client, request, outputs=["losses", "gradients"])
    assert {**votes, "warnings": []} == plain
    once = await score(client, request, count_weighting="rows")
    assert (once["losses"], once["total_weight"]) == (plain["losses"], 2)
    kept = await score(client, request, mask=[[True, True, False], [False, True, True]])
    shares = {"probabilities": [[0.75, 0.25], [0, 1]]}
    logits = [logits[0][:2], logits[1][1:]]
    alone = await score(client, SOFT, targets=shares, predictions={"logits": logits}, sample_weights=[4, 8])
    assert (kept["losses"], kept["total_weight"]) == (alone["losses"], 12)
    assert kept["value"] == alone["value"]


async def test_mask(client: httpx.AsyncClient) -> None:
    """What is masked is not looked at; a row without any entry has no loss, weight or derivative."""
    targets = {"probabilities": [[0.7, -9, 0.1], [5, 5, 5]]}
    found = await score(client, SOFT, targets=targets, mask=[[True, False, True], [False] * 3])
    d = 3.0  # of the logits that are kept
    assert found["losses"] == [pytest.approx(math.log1p(math.exp(-d)) + d / 8, rel=1e-15), 0]
    assert (found["total_weight"], found["gradients"]["logits"][1]) == (1, [0, 0, 0])
    assert found["gradients"]["logits"][0][1] == 0
    scores = await score(client, SCORES, mask=[[True, True, False], [True] * 3], outputs=["losses"])
    odds = math.exp(-2)  # of the first score, -3, to the second, -1
    assert scores["losses"][0] == pytest.approx(-(7 * math.log(odds) - 9 * math.log1p(odds)) / 9)
    problem = await refused(client, SOFT, mask=[[True] * 3, [True, False, True]])
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/targets/probabilities/1", "nothing_left")
    ]
