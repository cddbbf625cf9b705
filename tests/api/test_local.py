"""`distscore.local`: what the service answers, to the bit, without a service and without bodies."""

import json
import subprocess
import sys
from typing import Any

import httpx
import numpy as np
import pytest

from distscore import local
from distscore.client import Client, Refused
from distscore.client.answers.answer import Answer
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
    {**SOFT, "sample_weights": [1.0, -2.0, 1.0]},
    {**SOFT, "loss": "crps", "unknown": 1},
    {**SOFT, "predictions": {"logits": [[1, 2], [1, 2], [1, 2]]}},
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


def asked(use_case: str, request: dict[str, Any]) -> Any:
    """The answer of a method to the members of a request, whose types are only known when it runs."""
    answer: Answer = getattr(local, use_case)(**request)
    return json.loads(json.dumps(answer.document, allow_nan=False))


@pytest.mark.parametrize(("use_case", "name", "request_"), REQUESTS, ids=[name for _, name, _ in REQUESTS])
async def test_every_use_case(client: httpx.AsyncClient, use_case: str, name: str, request_: dict[str, Any]) -> None:
    """The members of every answer are those that the service writes as JSON."""
    path = "/v1/summaries/merge" if use_case == "merge" else f"/v1/{use_case}"
    expected = (await client.post(path, json=request_)).json()
    assert asked(use_case, with_arrays(request_)) == expected


@pytest.mark.parametrize("name", MANY)
async def test_every_family(client: httpx.AsyncClient, name: str) -> None:
    """All outputs of a batch of each family, from arrays as from lists."""
    request = {**MANY[name], "outputs": [*OUTPUTS, "state"]}
    expected = (await client.post("/v1/score", json=request)).json()
    assert asked("score", with_arrays(request)) == expected
    assert asked("score", request) == expected


async def test_types(client: httpx.AsyncClient) -> None:
    """A float32 column has derivatives of float32 and the looser tolerance, as in a stream; an infinity stays one."""
    request = {**SOFT, "predictions": {"probabilities": [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.49995]]}}
    columns, members = parted({**request, "outputs": ["losses", "gradients"]})
    columns["predictions.probabilities"] = columns["predictions.probabilities"].astype(np.float32)
    expected = document_of((await posted(client, stream(columns, members))).content)
    predictions = {"probabilities": columns["predictions.probabilities"]}
    found = local.score(**{**request, "predictions": predictions, "outputs": ["losses", "gradients"]})
    assert found.gradients["probabilities"].dtype == np.float32
    assert found.losses.tolist()[:2] == [np.inf, np.inf]
    assert found.document == expected


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
    assert asked("score", {**request, "predictions": {"logits": laid}}) == asked("score", request)


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
    assert asked("score", {**WITH_GROUPS, "groups": {"place": np.array(["a", "b", "a"])}}) == expected
    merged = (await client.post("/v1/summaries/merge", json={"states": [expected["state"]] * 2})).json()
    assert (
        local.merge([local.score(**with_arrays({**SOFT, "outputs": ["state"]})), expected["state"]]).document == merged
    )


def test_what_is_missing() -> None:
    """NaN among targets and among predictions leaves a row out, as null does in JSON."""
    request: dict[str, Any] = {"family": "gaussian", "missing": "exclude", "loss": "deviance"}
    sides: dict[str, Any] = {
        "targets": {"values": [1.0, np.nan, 2.0]},
        "predictions": {"mean": np.array([np.nan, 1.0, 1.0])},
    }
    found = local.score(**request, **sides)
    assert found.losses.tolist() == [0.0, 0.0, found.value]
    assert found.warnings[0]["rows"] == [0, 1]


async def test_the_catalog_and_tables(client: httpx.AsyncClient) -> None:
    """What there is, and what is in a file, are what the service says; a name that is none is refused."""
    for path, found in [
        ("/v1/families", {"families": local.families()}),
        ("/v1/losses", {"losses": local.losses()}),
        ("/v1/families/gamma", local.family("gamma")),
        ("/v1/losses/brier", local.loss("brier")),
    ]:
        assert (await client.get(path)).json() == found
    file = b"t_a,t_b,z_a,z_b\n0.5,0.5,1,2\n1,0,-1,-2\n"
    expected = await client.post("/v1/table", content=file, headers={"Content-Type": "text/csv"})
    assert local.table(file).document == expected.json()
    query = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*"
    expected = await client.post(f"/v1/score?{query}", content=file, headers={"Content-Type": "text/csv"})
    assert local.score_file(file, query).document == expected.json()
    with pytest.raises(Refused, match="404 not_found"):
        local.family("none")


@pytest.mark.heavy
def test_a_page() -> None:
    """The page of a report is the one that the service makes of the same batch, in a process of its own there."""
    page = local.report(**SOFT)
    assert page.html.startswith("<!doctype html>")
    assert "Your predictions lose" in page.html
    state = local.score(**{**SOFT, "outputs": ["state"]})
    assert "Your predictions lose" in local.report_of([state, state]).html


def test_it_has_the_methods_of_a_client() -> None:
    """Every public method of a client but the one that closes it is a function of the module."""
    methods = {name for each in Client.__mro__ for name in vars(each) if not name.startswith("_")}
    assert {name for name in methods - {"close"} if name not in vars(local)} == set()


@pytest.mark.parametrize("statement", ["import distscore.local", "from distscore import objective"])
def test_only_the_client_is_installed(statement: str) -> None:
    """Without the libraries of the service it is said what to install."""
    program = f"import sys; sys.modules['scipy'] = sys.modules['pydantic'] = None; {statement}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.endswith("LibraryMissing: to compute in this process: pip install 'distscore[server]'\n")


def test_nothing_is_changed() -> None:
    """The arrays of the caller are read, never written, and no output is a view of one."""
    request = with_arrays({**EXAMPLES["gaussian"], "outputs": ["parameters", "losses"]})
    before = {name: array.copy() for name, array in request["predictions"].items()}
    found = local.score(**request)
    for name, array in request["predictions"].items():
        np.testing.assert_array_equal(array, before[name])
        assert not np.shares_memory(array, found.parameters[name])
