"""The Open Inference Protocol: the same bits as by JSON, in JSON and in binary tensors, and its own kind of errors."""

import json
import struct
import zlib
from typing import Any

import httpx
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.wire.describe.examples import EXAMPLES

pytestmark = pytest.mark.anyio

TARGETS = np.array([[0.3, 0.7], [1.0, 0.0], [0.1, 0.9]])
LOGITS = np.array([[1.25, 2.0], [-1.0, -2.5], [0.0, 3.0]])
HEADER = "Inference-Header-Content-Length"
EXPECTED = {
    "family": "categorical",
    "targets": {"probabilities": TARGETS.tolist()},
    "predictions": {"logits": LOGITS.tolist()},
    "outputs": ["losses", "gradients", "diagnostics"],
}
INFER = "/v2/models/categorical/infer"


def tensor(name: str, values: np.ndarray[Any, Any], kind: str = "FP64") -> dict[str, Any]:
    return {"name": name, "datatype": kind, "shape": list(values.shape), "data": values.ravel().tolist()}


def inputs() -> list[dict[str, Any]]:
    return [tensor("targets.probabilities", TARGETS), tensor("predictions.logits", LOGITS)]


def behind(parts: list[tuple[str, str, np.ndarray[Any, Any]]], **members: Any) -> tuple[bytes, dict[str, str]]:
    """A request with binary tensors, and its headers."""
    sent = [
        {
            "name": name,
            "datatype": kind,
            "shape": list(values.shape),
            "parameters": {"binary_data_size": values.nbytes},
        }
        for name, kind, values in parts
    ]
    head = json.dumps({"inputs": sent, **members}).encode()
    return head + b"".join(values.tobytes() for _, _, values in parts), {HEADER: str(len(head))}


def by_name(answer: dict[str, Any]) -> dict[str, Any]:
    return {output["name"]: output for output in answer["outputs"]}


async def expected(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.post("/v1/score", json=EXPECTED)).json()
    return found


async def test_in_json(client: httpx.AsyncClient) -> None:
    """Without names of outputs: losses, value and the report."""
    answer = (await client.post(INFER, json={"id": "7", "inputs": inputs()})).json()
    outputs, same = by_name(answer), await expected(client)
    assert (answer["model_name"], answer["id"]) == ("categorical", "7")
    assert list(outputs) == ["losses", "value", "report"]
    assert outputs["losses"] == {"name": "losses", "datatype": "FP64", "shape": [3], "data": same["losses"]}
    assert outputs["value"]["data"] == [same["value"]]
    report = json.loads(outputs["report"]["data"][0])
    assert report["diagnostics"] == same["diagnostics"]
    assert "losses" not in report


async def test_in_binary(client: httpx.AsyncClient) -> None:
    """float64 has the same bits; what was asked for in JSON stands in JSON."""
    asked = [{"name": "gradients.logits", "parameters": {"binary_data": True}}, {"name": "value"}]
    asked += [{"name": "report", "parameters": {"binary_data": True}}]
    parts = [("targets.probabilities", "FP64", TARGETS), ("predictions.logits", "FP64", LOGITS)]
    body, headers = behind(parts, outputs=asked)
    answer = await client.post(INFER, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    head = int(answer.headers[HEADER])
    outputs, same = by_name(json.loads(answer.content[:head])), await expected(client)
    size = outputs["gradients.logits"]["parameters"]["binary_data_size"]
    gradient = np.frombuffer(answer.content[head : head + size]).reshape(outputs["gradients.logits"]["shape"])
    assert gradient.tolist() == same["gradients"]["logits"]
    text = answer.content[head + size :]
    assert struct.unpack("<I", text[:4])[0] == len(text) - 4
    assert json.loads(text[4:])["value"] == same["value"] == outputs["value"]["data"][0]


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_packed(client: httpx.AsyncClient, encoding: str) -> None:
    body = json.dumps({"inputs": inputs()}).encode()
    packer = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    packed = packer.compress(body) + packer.flush()
    answer = await client.post(INFER, content=packed, headers={"Content-Encoding": encoding})
    assert answer.status_code == 200, answer.text


async def test_shapes_mirror(client: httpx.AsyncClient) -> None:
    """[n, 1] is a column of one number per row, and its derivatives come back so."""
    values, mean = np.array([[0.5], [1.5]]), np.array([[0.25], [1.0]])
    sent = {
        "inputs": [tensor("targets.values", values), tensor("predictions.mean", mean)],
        "parameters": {"family": "gaussian", "loss": "cross_entropy", "timeout": 5, "sequence_id": 3, "priority": 1},
        "outputs": [{"name": "gradients.mean"}, {"name": "losses"}],
    }
    outputs = by_name((await client.post("/v2/models/score/infer", json=sent)).json())
    assert outputs["gradients.mean"]["shape"] == [2, 1]
    assert outputs["losses"]["shape"] == [2]


async def test_float32_comes_back_as_it_came(client: httpx.AsyncClient) -> None:
    """Derivatives have the type of their column; losses are doubles."""
    single = LOGITS.astype(np.float32)
    asked = [{"name": "gradients.logits"}, {"name": "losses"}]
    parts = [("targets.probabilities", "FP64", TARGETS), ("predictions.logits", "FP32", single)]
    body, headers = behind(parts, outputs=asked)
    outputs = by_name((await client.post(INFER, content=body, headers=headers)).json())
    assert (outputs["gradients.logits"]["datatype"], outputs["losses"]["datatype"]) == ("FP32", "FP64")


async def test_members_in_parameters(client: httpx.AsyncClient) -> None:
    request = json.dumps({"classes": ["a", "b"], "class_weights": [1, 2]})
    sent = {"inputs": inputs(), "parameters": {"loss": "brier", "request": request}}
    outputs = by_name((await client.post(INFER, json=sent)).json())
    same = {**EXPECTED, "loss": "brier", "classes": ["a", "b"], "class_weights": [1, 2]}
    assert outputs["value"]["data"] == [(await client.post("/v1/score", json=same)).json()["value"]]


async def test_merging(client: httpx.AsyncClient) -> None:
    sent = {"inputs": inputs(), "outputs": [{"name": "state"}]}
    state = by_name((await client.post(INFER, json=sent)).json())["state"]["data"][0]
    states = {"name": "states", "datatype": "BYTES", "shape": [2], "data": [state, state]}
    answer = await client.post("/v2/models/merge/infer", json={"inputs": [states]})
    assert answer.status_code == 200, answer.text
    report = json.loads(by_name(answer.json())["report"]["data"][0])
    assert report == (await client.post("/v1/summaries/merge", json={"states": [state, state]})).json()


async def test_infinite_is_null(client: httpx.AsyncClient) -> None:
    sent = [tensor("targets.probabilities", TARGETS), tensor("predictions.probabilities", TARGETS[:, ::-1])]
    outputs = by_name((await client.post(INFER, json={"inputs": sent, "outputs": [{"name": "losses"}]})).json())
    assert outputs["losses"]["data"][1] is None


@pytest.mark.parametrize(
    ("path", "sent", "status", "says"),
    [
        ("/v2/models/none/infer", {"inputs": []}, 404, "not_found"),
        (INFER, [1], 422, "wrong_type at "),
        (INFER, {}, 422, "wrong_type at /inputs"),
        (INFER, {"inputs": [{"name": "targets.probabilities"}]}, 422, "/inputs/0"),
        (INFER, {"inputs": [{**tensor("x", TARGETS), "datatype": "FP16"}]}, 422, "unknown_name at /inputs/0/datatype"),
        (INFER, {"inputs": [{**tensor("x", TARGETS), "shape": [3, 3]}]}, 422, "shape_mismatch at /inputs/0/data"),
        (INFER, {"inputs": inputs()[:1]}, 422, "missing at /predictions"),
        (INFER, {"inputs": inputs(), "outputs": [{"name": "none"}]}, 422, "at /outputs/0"),
        (INFER, {"inputs": inputs(), "parameters": {"losss": "brier"}}, 422, "unknown_member at /losss"),
        (INFER, {"inputs": [*inputs(), inputs()[0]]}, 422, "duplicate_name at /inputs/2/name"),
    ],
)
async def test_errors(client: httpx.AsyncClient, path: str, sent: Any, status: int, says: str) -> None:
    answer = await client.post(path, json=sent)
    assert answer.status_code == status, answer.text
    assert answer.json().keys() == {"error"}
    assert says in answer.json()["error"]


async def test_broken_binary(client: httpx.AsyncClient) -> None:
    parts = [("targets.probabilities", "FP64", TARGETS), ("predictions.logits", "FP64", LOGITS)]
    body, headers = behind(parts)
    for content, told in (
        (body[:-1], headers[HEADER]),
        (body + b"x", headers[HEADER]),
        (body, "99999999"),
        (body, "-1"),
        (body, "1e3"),
        (b"", "0"),
    ):
        answer = await client.post(INFER, content=content, headers={HEADER: told})
        assert answer.status_code in (400, 422), answer.text
        assert answer.json().keys() == {"error"}


async def test_what_there_is(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v2")).json()["extensions"] == ["binary_tensor_data"]
    assert (await client.get("/v2/health/live")).status_code == 200
    assert (await client.get("/v2/health/ready")).status_code == 200
    for name in (*FAMILIES, "score", "merge"):
        for path in (name, f"{name}/versions/1"):
            assert (await client.get(f"/v2/models/{path}")).json()["name"] == name
            assert (await client.get(f"/v2/models/{path}/ready")).json()["ready"] is True
    for path in ("none", "gaussian/versions/2", "none/ready"):
        answer = await client.get(f"/v2/models/{path}")
        assert (answer.status_code, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize("family", FAMILIES)
async def test_every_family(client: httpx.AsyncClient, family: str) -> None:
    """The metadata names the columns of its example, and the example scores as by JSON."""
    example = EXAMPLES[family]
    metadata = (await client.get(f"/v2/models/{family}")).json()
    known = {each["name"] for each in metadata["inputs"]}
    sent = [
        tensor(f"{side}.{name}", np.array(values, dtype=np.float64))
        for side in ("targets", "predictions")
        for name, values in example[side].items()
    ]
    assert {each["name"] for each in sent} <= known
    rest = {
        name: value for name, value in example.items() if name not in ("targets", "predictions", "outputs", "family")
    }
    answer = await client.post(
        f"/v2/models/{family}/infer", json={"inputs": sent, "parameters": {"request": json.dumps(rest)}}
    )
    assert answer.status_code == 200, answer.text
    same = (await client.post("/v1/score", json={**example, "outputs": ["losses"]})).json()
    assert by_name(answer.json())["losses"]["data"] == same["losses"]
