"""`distscore.local`: what the service answers, to the bit, without a service and without bodies."""

import json
from typing import Any

import httpx
import numpy as np
import orjson
import pytest

from distscore import local
from distscore.client import Refused
from distscore.use_cases.examples import examples
from distscore.wire.describe.examples import EXAMPLES
from tests.api.test_arrow import MANY, OUTPUTS, SOFT, posted
from tests.wire.streams import document_of, parted, stream

pytestmark = pytest.mark.anyio

USE_CASES = {"/v1/score": "score", "/v1/compare": "compare", "/v1/advise": "advise", "/v1/explain": "explain"}
REQUESTS = [
    (use_case, f"{use_case} {name}", request)
    for path, use_case in [*USE_CASES.items(), ("/v1/summaries/merge", "merge")]
    for name, (request, _) in examples()[path].items()
]
WITH_GROUPS = {**SOFT, "groups": {"place": ["a", "b", "a"]}, "outputs": ["state", "losses"]}
WRONG = [
    {"family": "categorical"},
    {**SOFT, "targets": {"probabilities": [[70, 20, 10], [0, 100, 0], [30, 30, 40]]}},
    {**SOFT, "sample_weights": [1.0, 2.0]},
    {**SOFT, "loss": "crps", "unknown": 1},
    {**SOFT, "predictions": {"logits": [["1", 2, 3], [1, 2, 3], [1, 2, 3]]}},
]


def with_arrays(request: dict[str, Any]) -> dict[str, Any]:
    """The same request, with an array for every list of numbers or of booleans in a column."""

    def column(values: Any) -> Any:
        array = np.array(values)
        return array if array.dtype.kind in "fiub" else values

    def side(columns: dict[str, Any]) -> dict[str, Any]:
        return {name: column(values) for name, values in columns.items()}

    found = dict(request)
    found |= {name: column(request[name]) for name in ("sample_weights", "mask") if name in request}
    found |= {name: side(request[name]) for name in ("targets", "predictions") if name in request}
    if "candidates" in request:
        found["candidates"] = [with_arrays(each) for each in request["candidates"]]
    return found


def as_json(answer: dict[str, Any]) -> Any:
    """An answer as JSON has it: arrays as lists of doubles, null where a number is infinite."""
    return json.loads(orjson.dumps(answer, default=lambda array: array.tolist()))


@pytest.mark.parametrize(("use_case", "name", "request_"), REQUESTS, ids=[name for _, name, _ in REQUESTS])
async def test_every_use_case(client: httpx.AsyncClient, use_case: str, name: str, request_: dict[str, Any]) -> None:
    """The members of every answer are those that the service writes as JSON."""
    path = "/v1/summaries/merge" if use_case == "merge" else f"/v1/{use_case}"
    expected = (await client.post(path, json=request_)).json()
    assert as_json(local.answered(use_case, with_arrays(request_))) == expected


@pytest.mark.parametrize("name", MANY)
async def test_every_family(client: httpx.AsyncClient, name: str) -> None:
    """All outputs of a batch of each family, from arrays as from lists."""
    request = {**MANY[name], "outputs": [*OUTPUTS, "state"]}
    expected = (await client.post("/v1/score", json=request)).json()
    assert as_json(local.score(**with_arrays(request))) == expected
    assert as_json(local.score(**request)) == expected


async def test_types(client: httpx.AsyncClient) -> None:
    """A float32 column has derivatives of float32 and the looser tolerance, as in a stream; an infinity stays one."""
    request = {**SOFT, "predictions": {"probabilities": [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.49995]]}}
    columns, members = parted({**request, "outputs": ["losses", "gradients"]})
    columns["predictions.probabilities"] = columns["predictions.probabilities"].astype(np.float32)
    expected = document_of((await posted(client, stream(columns, members))).content)
    predictions = {"probabilities": columns["predictions.probabilities"]}
    found = local.score(**{**request, "predictions": predictions, "outputs": ["losses", "gradients"]})
    assert found["gradients"]["probabilities"].dtype == np.float32
    assert found["losses"].tolist()[:2] == [np.inf, np.inf]
    assert as_json(found) == expected


@pytest.mark.parametrize("layout", ["F", "reversed", "big-endian", "strided"])
def test_layouts(layout: str) -> None:
    """How an array lies in memory does not change a bit of the answer."""
    request = with_arrays({**SOFT, "outputs": ["losses", "gradients"]})
    logits = request["predictions"]["logits"]
    laid = {
        "F": np.asfortranarray(logits),
        "reversed": logits[::-1, ::-1].copy()[::-1, ::-1],
        "big-endian": logits.astype(">f8"),
        "strided": np.repeat(logits, 2, axis=1)[:, ::2],
    }[layout]
    found = local.score(**{**request, "predictions": {"logits": laid}})
    assert as_json(found) == as_json(local.score(**request))


@pytest.mark.parametrize("wrong", WRONG)
async def test_refusals(client: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    """What the service refuses is refused with the same document, but for the id of the request."""
    answer = await client.post("/v1/score", json=wrong)
    with pytest.raises(Refused) as refused:
        local.score(**(with_arrays(wrong) if "targets" in wrong else wrong))
    assert refused.value.status == answer.status_code == 422
    assert {**refused.value.problem, "request_id": ""} == {**answer.json(), "request_id": ""}


async def test_groups_and_states(client: httpx.AsyncClient) -> None:
    """Groups and their states are those of the service; a state merges with one that the service made."""
    expected = (await client.post("/v1/score", json=WITH_GROUPS)).json()
    assert as_json(local.score(**{**WITH_GROUPS, "groups": {"place": np.array(["a", "b", "a"])}})) == expected
    merged = (await client.post("/v1/summaries/merge", json={"states": [expected["state"]] * 2})).json()
    assert as_json(local.merge([local.state(with_arrays(SOFT)), expected["state"]])) == merged


def test_nothing_is_changed() -> None:
    """The arrays of the caller are read, never written, and no output is a view of one."""
    request = with_arrays({**EXAMPLES["gaussian"], "outputs": ["parameters", "losses"]})
    before = {name: array.copy() for name, array in request["predictions"].items()}
    found = local.score(**request)
    for name, array in request["predictions"].items():
        np.testing.assert_array_equal(array, before[name])
        assert not np.shares_memory(array, found["parameters"][name])
