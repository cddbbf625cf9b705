"""POST /v1/compare with candidates: what is wrong is told where it stands, and what is shared is read once."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

Document = dict[str, Any]
TARGETS = {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.2, 0.2, 0.6]]}
LOGITS = {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [0.0, 0.0, 1.0]]}
SHARES = {"probabilities": [[0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]}
ONE, TWO = {"name": "one", "predictions": LOGITS}, {"name": "two", "predictions": SHARES}
BATCH: Document = {"family": "categorical", "targets": TARGETS, "candidates": [ONE, TWO]}
GAMMA: Document = {
    "family": "gamma",
    "targets": {"values": [0.7, 2.4, 11.0]},
    "candidates": [
        {"name": "one", "predictions": {"mean": [0.0, 1.0, 2.0]}, "activations": {"mean": "exp"}},
        {"name": "two", "predictions": {"shape": [1.0, 2.0, 3.0], "rate": [1.0, 1.0, 0.5]}},
    ],
}


async def posted(client: httpx.AsyncClient, document: Document) -> Document:
    answer = await client.post("/v1/compare", json=document)
    assert answer.status_code == 200, answer.text
    answered: Document = answer.json()
    return answered


def candidates(*changed: Any) -> Document:
    return {"candidates": list(changed)}


WRONG: list[tuple[Document, Document, str, str]] = [
    (BATCH, candidates(ONE), "/candidates", "out_of_range"),
    (BATCH, candidates(*({**ONE, "name": str(k)} for k in range(21))), "/candidates", "out_of_range"),
    (BATCH, {"candidates": {"one": ONE}}, "/candidates", "wrong_type"),
    (BATCH, candidates(ONE, LOGITS["logits"]), "/candidates/1", "wrong_type"),
    (BATCH, candidates(ONE, {**TWO, "name": "one"}), "/candidates/1/name", "duplicate_name"),
    (BATCH, candidates(ONE, {**TWO, "name": ""}), "/candidates/1/name", "out_of_range"),
    (BATCH, candidates(ONE, {**TWO, "name": "x" * 101}), "/candidates/1/name", "out_of_range"),
    (BATCH, candidates(ONE, {"predictions": SHARES}), "/candidates/1/name", "missing"),
    (BATCH, candidates(ONE, {"name": "two"}), "/candidates/1/predictions", "missing"),
    (BATCH, candidates(ONE, {**TWO, "predictions": {}}), "/candidates/1/predictions", "missing"),
    (BATCH, candidates(ONE, {**TWO, "predictions": {"logit": 1}}), "/candidates/1/predictions/logit", "unknown_member"),
    (BATCH, candidates(ONE, {**TWO, "weight": 1}), "/candidates/1/weight", "unknown_member"),
    (
        BATCH,
        candidates(ONE, {**TWO, "predictions": {"logits": LOGITS["logits"][:2]}}),
        "/candidates/1/predictions/logits",
        "shape_mismatch",
    ),
    (
        BATCH,
        candidates(ONE, {**TWO, "predictions": {"probabilities": [[0.5, 0.5, 0.5]] * 3}}),
        "/candidates/1/predictions/probabilities/0",
        "not_normalized",
    ),
    (
        BATCH,
        candidates(ONE, {**TWO, "predictions": {"logits": [[0.0, 0.0]] * 3}}),
        "/candidates/1/predictions/logits",
        "shape_mismatch",
    ),
    (
        BATCH,
        candidates(ONE, {**TWO, "activations": {"logits": "exp"}}),
        "/candidates/1/activations/logits",
        "unknown_member",
    ),
    (BATCH, {"predictions": LOGITS}, "/predictions", "not_available"),
    (BATCH, {"baseline": "on"}, "/baseline", "unknown_name"),
    (BATCH, {"confidence": 1.0}, "/confidence", "out_of_range"),
    (BATCH, {"confidence": 0.2}, "/confidence", "out_of_range"),
    (BATCH, {"margin": -0.1}, "/margin", "out_of_range"),
    (BATCH, {"losses": [{"loss": "brier", "margin": -1}]}, "/losses/0/margin", "out_of_range"),
    (BATCH, {"losses": [{"loss": "crps"}]}, "/losses/0/loss", "not_available"),
    (BATCH, {"clusters": [1, 2]}, "/clusters", "shape_mismatch"),
    (BATCH, {"clusters": [1, 2, None]}, "/clusters/2", "wrong_type"),
    (BATCH, {"clusters": 3}, "/clusters", "wrong_type"),
    (BATCH, {"groups": {"where": [1, 2]}}, "/groups/where", "shape_mismatch"),
    (BATCH, {"outputs": ["losses"]}, "/outputs/0", "unknown_name"),
    (BATCH, {"clip": 0.01}, "/clip", "not_available"),
    (BATCH, {"activations": {"rate": "exp"}}, "/activations/rate", "unknown_member"),
    (BATCH, {"sample_weights": [0, 0, 0]}, "/sample_weights", "all_weights_zero"),
    (GAMMA, {"activations": {"shape": "relu"}}, "/activations/shape", "unknown_name"),
    (GAMMA, {"family_parameters": {"shape": -1}}, "/family_parameters/shape", "out_of_range"),
]


@pytest.mark.parametrize(("batch", "members", "pointer", "code"), WRONG)
async def test_wrong_requests(client: httpx.AsyncClient, batch: Any, members: Any, pointer: str, code: str) -> None:
    """A request that is wrong is told where, and a name that is not there is answered with the nearest."""
    answer = await client.post("/v1/compare", json={**batch, **members})
    assert answer.status_code == 422, answer.text
    errors = {(error["pointer"], error["code"]): error for error in answer.json()["errors"]}
    assert (pointer, code) in errors
    if pointer == "/baseline":
        assert errors[pointer, code]["hint"] == "did you mean one?"


@pytest.mark.parametrize("name", ["baseline", "confidence", "margin", "clusters", "groups", "outputs"])
async def test_members_that_need_candidates(client: httpx.AsyncClient, name: str) -> None:
    """Without candidates they are refused, never ignored."""
    sent = {"baseline": "a", "confidence": 0.9, "margin": 1.0, "clusters": [1, 1, 1], "groups": {"k": [1, 1, 1]}}
    request = {"family": "categorical", "targets": TARGETS, "predictions": LOGITS, name: sent.get(name, ["state"])}
    answer = await client.post("/v1/compare", json=request)
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        (f"/{name}/0" if name == "outputs" else f"/{name}", "not_available")
    ]


@pytest.mark.parametrize(
    ("called", "name"),
    [("models", "candidates"), ("control", "baseline"), ("tolerance", "margin"), ("group", "groups")],
)
async def test_other_names_lead_to_ours(client: httpx.AsyncClient, called: str, name: str) -> None:
    """What others call a member is answered with what it is called here."""
    answer = await client.post("/v1/compare", json={**BATCH, called: BATCH.get(name, "one")})
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (f"/{called}", "unknown_member")
    assert error["hint"] == f"did you mean {name}?"


async def test_entries_of_all_candidates_count(client: httpx.AsyncClient) -> None:
    """A limit on numbers holds for all candidates together."""
    wide = {"probabilities": [[0.01] * 100] * 12}
    several = [{"name": str(k), "predictions": wide} for k in range(4)]
    answer = await client.post("/v1/compare", json={**BATCH, "targets": wide, "candidates": several})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_entries")


async def test_what_is_missing_in_one_is_missing_in_all(client: httpx.AsyncClient) -> None:
    """A null among the predictions of a candidate, a weight of 0 and a mask exclude the row of all pairs."""
    with_null = {"probabilities": [None, *SHARES["probabilities"][1:]]}
    document = {**BATCH, "candidates": [ONE, {**TWO, "predictions": with_null}], "missing": "exclude"}
    document["clusters"] = ["x", "y", "z"]
    excluded = await posted(client, document)
    light = await posted(client, {**BATCH, "sample_weights": [0, 1, 1], "clusters": ["x", "y", "z"]})
    assert excluded["results"] == light["results"]
    assert excluded["row_count"] == 3
    assert excluded["total_weight"] == 2.0
    assert [warning["code"] for warning in excluded["warnings"]] == ["rows_excluded"]


async def test_forms_and_constants_may_differ(client: httpx.AsyncClient) -> None:
    """What stands beside the candidates is for those that have none of their own; others keep theirs."""
    shared = {**GAMMA, "family_parameters": {"shape": 2.0}}
    own = {
        **GAMMA,
        "candidates": [{**GAMMA["candidates"][0], "family_parameters": {"shape": 2.0}}, GAMMA["candidates"][1]],
    }
    assert await posted(client, shared) == await posted(client, own)
    request = {
        "family": "gamma",
        "targets": GAMMA["targets"],
        "family_parameters": {"shape": 2.0},
        "outputs": ["value"],
    }
    request |= {"predictions": {"mean": [0.0, 1.0, 2.0]}, "activations": {"mean": "exp"}}
    scored = (await client.post("/v1/score", json=request)).json()
    (result,) = (await posted(client, shared))["results"]
    assert result["candidates"][0]["value"] == scored["value"]


async def test_a_deviation_names_its_candidate(client: httpx.AsyncClient) -> None:
    """Rows of one candidate that were rescaled are told with the place of its column."""
    doubled = {"probabilities": [[2 * share for share in row] for row in SHARES["probabilities"]]}
    document = {**BATCH, "candidates": [ONE, {**TWO, "predictions": doubled}], "normalization": "rescale"}
    found = await posted(client, document)
    (warning,) = found["warnings"]
    assert warning["code"] == "predictions_rescaled"
    assert "candidates.1.predictions.probabilities" in warning["message"]
    assert found["results"] == (await posted(client, {**BATCH, "normalization": "rescale"}))["results"]


async def test_a_tag_is_echoed_and_kept(client: httpx.AsyncClient) -> None:
    """The tag of a request is in its answer, and in the state."""
    answer = await posted(client, {**BATCH, "tag": "monday", "outputs": ["state"]})
    assert answer["tag"] == "monday"
    merged = (await client.post("/v1/summaries/merge", json={"states": [answer["state"]]})).json()
    assert (merged["tags"], merged["tags_complete"]) == (["monday"], True)
