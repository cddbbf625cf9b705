"""POST /v1/score as Arrow streams: the numbers of JSON to the bit, and the types of what was sent."""

import gzip
import json
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest

from distscore.wire.describe.examples import EXAMPLES
from tests.runtime.in_process import application, client_of
from tests.wire.streams import ARROW, document_of, parted, stream, table_of, written

pytestmark = pytest.mark.anyio

JSON = "application/json"
OUTPUTS = ["losses", "floors", "divergences", "gradients", "hessian_diagonals", "parameters", "diagnostics.all"]
SOFT: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.3, 0.3, 0.4]]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [1.0, -1.0, 0.0]]},
}
VOTES: dict[str, Any] = {
    "family": "categorical",
    "targets": {"counts": [[3, 2, 0], [1, 1, 5], [0, 0, 2]]},
    "predictions": {"probabilities": [[0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0.5, 0.5, 0.0]]},
    "sample_weights": [1.0, 0.5, 2.0],
    "mask": [[True, True, True], [True, False, True], [True, True, True]],
    "classes": ["a", "b", "c"],
}
MANY = {"labels": {**SOFT, "targets": {"labels": [2, 0, 1]}}, "votes": VOTES, **EXAMPLES}


async def posted(client: httpx.AsyncClient, content: bytes, accept: str = ARROW, **headers: str) -> httpx.Response:
    given = {"Content-Type": ARROW, "Accept": accept, **headers}
    return await client.post("/v1/score", content=content, headers=given)


@pytest.mark.parametrize("name", MANY)
async def test_four_pairings(client: httpx.AsyncClient, name: str) -> None:
    """Whatever format a batch comes and goes in, of every family its numbers are the same to the last bit."""
    sent = {**MANY[name], "outputs": OUTPUTS}
    body, streamed = json.dumps(sent).encode(), stream(*parted(sent))
    expected = (await client.post("/v1/score", content=body, headers={"Content-Type": JSON})).json()
    assert "losses" in expected, expected
    plain = await client.post("/v1/score", content=body, headers={"Content-Type": JSON, "Accept": ARROW})
    assert plain.headers["content-type"] == ARROW
    assert document_of(plain.content) == expected
    assert (await posted(client, streamed, JSON)).json() == expected
    assert document_of((await posted(client, streamed)).content) == expected


@pytest.mark.parametrize("rows", [1, 2, 3])
async def test_record_batches(client: httpx.AsyncClient, rows: int) -> None:
    """However the rows of a request are cut into record batches, the answer is the same; so is that to a gzip body."""
    columns, request = parted(VOTES)
    whole = (await posted(client, stream(columns, request))).content
    cut = stream(columns, request, rows)
    assert (await posted(client, cut)).content == whole
    assert (await posted(client, gzip.compress(cut), **{"Content-Encoding": "gzip"})).content == whole


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
async def test_integers_of_any_type(client: httpx.AsyncClient, dtype: str) -> None:
    """Labels, counts and votes may be of any type of integer, and so may every number."""
    columns, request = parted(VOTES)
    expected = (await posted(client, stream(columns, request))).content
    columns["targets.counts"] = columns["targets.counts"].astype(dtype)
    columns["sample_weights"] = 2 * columns["sample_weights"]
    doubled = document_of((await posted(client, stream(columns, request))).content)
    assert doubled["losses"] == document_of(expected)["losses"]
    columns["sample_weights"] = columns["sample_weights"].astype(dtype)
    assert document_of((await posted(client, stream(columns, request))).content) == doubled


async def test_float32(client: httpx.AsyncClient) -> None:
    """float32 is widened exactly: losses are those of the same numbers as doubles, derivatives are rounded to it."""
    columns, request = parted({**SOFT, "outputs": OUTPUTS})
    single = {name: array.astype(np.float32) for name, array in columns.items()}
    single["targets.probabilities"] = np.array([[0.75, 0.125, 0.125]] * 3, np.float32)
    wide = {name: array.astype(np.float64) for name, array in single.items()}
    found = table_of((await posted(client, stream(single, request))).content)
    expected = table_of((await posted(client, stream(wide, request))).content)
    for name in found.schema.names:
        is_derivative = name.startswith(("gradients.", "hessian_diagonals."))
        kind = found.schema.field(name).type
        assert (kind.value_type if pa.types.is_fixed_size_list(kind) else kind) == (
            pa.float32() if is_derivative else pa.float64()
        )
        rounded = np.asarray(expected[name].to_pylist(), np.float32 if is_derivative else np.float64)
        np.testing.assert_array_equal(np.asarray(found[name].to_pylist(), rounded.dtype), rounded)
    assert found.schema.metadata == expected.schema.metadata


async def test_tolerance_of_sums(client: httpx.AsyncClient) -> None:
    """The sums of float32 rows may be off by 1e-4, those of doubles by 1e-5."""
    columns, request = parted(SOFT)
    columns["targets.probabilities"] = columns["targets.probabilities"] * (1 + 5e-5)
    refused = (await posted(client, stream(columns, request))).json()
    assert [error["code"] for error in refused["errors"]] == ["not_normalized"] * 3
    columns["targets.probabilities"] = columns["targets.probabilities"].astype(np.float32)
    assert (await posted(client, stream(columns, request))).status_code == 200
    columns["targets.probabilities"] = columns["targets.probabilities"] * np.float32(1 + 1e-4)
    assert (await posted(client, stream(columns, request))).status_code == 422


async def test_log_probabilities_of_impossible_classes(client: httpx.AsyncClient) -> None:
    """-Infinity is the logarithm of 0 among log-probabilities, with the losses of probabilities, and nowhere else."""
    q = np.array([[0.25, 0.75, 0.0], [0.5, 0.0, 0.5], [0.0, 0.0, 1.0]])
    with np.errstate(divide="ignore"):
        log_q = np.log(q)
    columns, request = parted({**SOFT, "outputs": ["losses", "gradients"]})
    columns["targets.probabilities"] = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.0, 1.0]])
    columns["predictions.log_probabilities"] = log_q
    del columns["predictions.logits"]
    logs = table_of((await posted(client, stream(columns, request))).content)
    np.testing.assert_allclose(logs["losses"].to_pylist(), [np.log(4) / 2 - np.log(0.75) / 2, np.inf, 0], rtol=1e-14)
    expected = -columns["targets.probabilities"] / 3
    np.testing.assert_allclose(logs["gradients.log_probabilities"].to_pylist(), expected, rtol=1e-15)
    columns["predictions.logits"] = columns.pop("predictions.log_probabilities")
    errors = (await posted(client, stream(columns, request))).json()["errors"]
    assert (errors[0]["pointer"], errors[0]["code"]) == ("/predictions/logits/0/2", "not_finite")


async def test_missing_targets(client: httpx.AsyncClient) -> None:
    """NaN among targets is refused, or excludes its row if asked to; a NaN that was predicted is always refused."""
    columns, request = parted(SOFT)
    exclude = {**request, "missing": "exclude"}
    columns["targets.probabilities"][1, 2] = np.nan
    errors = (await posted(client, stream(columns, request))).json()["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [("/targets/probabilities/1/2", "not_finite")]
    assert '"missing": "exclude"' in errors[0]["hint"]
    found = document_of((await posted(client, stream(columns, exclude))).content)
    assert [warning["code"] for warning in found["warnings"]] == ["rows_excluded"]
    assert found["losses"][1] == 0
    columns["predictions.logits"][0, 0] = np.nan
    errors = (await posted(client, stream(columns, exclude))).json()["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [("/predictions/logits/0/0", "not_finite")]


COLUMNS, REQUEST = parted(SOFT)
P, Z = COLUMNS["targets.probabilities"], COLUMNS["predictions.logits"]
NO_WIDTH = pa.array([[]] * 3, pa.list_(pa.float64(), 0))
WIDE, LONG = np.zeros((1, 201)), np.zeros(1001)
WRONG: list[tuple[str, bytes, int, str]] = [
    ("no_stream", b"", 400, "malformed_arrow"),
    ("json", json.dumps(SOFT).encode(), 400, "malformed_arrow"),
    ("metadata_are_no_json", stream({**COLUMNS}, REQUEST).replace(b'{"family"', b'{"family!'), 400, "malformed_json"),
    ("metadata_are_no_object", written(pa.table({"a": [1.0]}, metadata={"request": "[]"})), 422, "wrong_type"),
    ("no_metadata", written(pa.table({"targets.values": [1.0]})), 422, "missing"),
    ("too_many_rows", stream({"targets.values": LONG, "predictions.mean": LONG}, {}), 413, "too_many_rows"),
    ("too_wide", stream({"targets.probabilities": WIDE, "predictions.logits": WIDE}, {}), 413, "too_many_classes"),
    ("too_many_numbers", stream({"targets.probabilities": np.zeros((30, 200))}, {}), 413, "too_many_entries"),
    ("twice", stream(COLUMNS, {**REQUEST, "targets": {"probabilities": P.tolist()}}), 422, "duplicate_name"),
    ("inside_a_scalar", stream(COLUMNS, {**REQUEST, "targets": 3}), 422, "duplicate_name"),
    ("unknown_side", stream({**COLUMNS, "more.logits": Z}, REQUEST), 422, "unknown_member"),
    ("unknown_column", stream({**COLUMNS, "predictions.logit": Z}, REQUEST), 422, "unknown_member"),
    ("a_side_as_a_column", stream({"targets": P, "predictions.logits": Z}, REQUEST), 422, "wrong_type"),
    ("booleans_for_numbers", stream({**COLUMNS, "predictions.logits": Z > 0}, REQUEST), 422, "wrong_type"),
    ("numbers_for_booleans", stream({**COLUMNS, "mask": Z}, REQUEST), 422, "wrong_type"),
    ("weights_for_rows_and_classes", stream({**COLUMNS, "sample_weights": Z}, REQUEST), 422, "shape_mismatch"),
    ("one_number_per_row", stream({**COLUMNS, "predictions.logits": Z[:, 0]}, REQUEST), 422, "shape_mismatch"),
    ("rows_of_nothing", stream({**COLUMNS, "predictions.logits": NO_WIDTH}, REQUEST), 422, "shape_mismatch"),
    ("no_rows", stream({name: array[:0] for name, array in COLUMNS.items()}, REQUEST), 422, "empty_batch"),
    ("a_scalar_as_a_column", stream({**COLUMNS, "temperature": LONG[:3]}, REQUEST), 422, "wrong_type"),
]


@pytest.mark.parametrize(("content", "status", "code"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG])
async def test_wrong_streams(client: httpx.AsyncClient, content: bytes, status: int, code: str) -> None:
    """What is wrong with a stream is told as JSON, with the status, the code and the pointer of the same mistake."""
    answer = await posted(client, content)
    document = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == status, document
    assert code in {document["code"], *(error["code"] for error in document.get("errors", []))}, document


@pytest.mark.parametrize("path", ["/v1/compare", "/v1/advise", "/v1/summaries/merge"])
async def test_other_routes_speak_json(client: httpx.AsyncClient, path: str) -> None:
    """A stream is refused where it is not read, and where it is not written."""
    sent = await client.post(path, content=stream(COLUMNS, REQUEST), headers={"Content-Type": ARROW})
    assert (sent.status_code, sent.json()["code"]) == (415, "unsupported_media_type")
    asked = await client.post(path, content=b"{}", headers={"Content-Type": JSON, "Accept": ARROW})
    assert (asked.status_code, asked.json()["code"]) == (406, "not_acceptable")


async def test_without_outputs(client: httpx.AsyncClient) -> None:
    """An answer without an entry per row is all in the metadata."""
    answer = await posted(client, stream(COLUMNS, {**REQUEST, "outputs": ["value"]}))
    assert table_of(answer.content).num_columns == 0
    assert document_of(answer.content)["row_count"] == 3


async def test_groups(client: httpx.AsyncClient) -> None:
    """Integers that tell segments apart may be a column, as every array with an entry per row."""
    sent = {**SOFT, "groups": {"v1.2": [7, 8, 7]}}
    columns, request = parted(SOFT)
    columns["groups.v1.2"] = np.array([7, 8, 7], np.uint8)
    found = document_of((await posted(client, stream(columns, request))).content)
    assert found["groups"] == (await client.post("/v1/score", json=sent)).json()["groups"]


@pytest.mark.parametrize("packed", [False, True])
async def test_a_stream_has_a_limit_of_its_own(packed: bool) -> None:
    """A stream may have as many bytes as the limit of its format says, counted after unpacking, and no more."""
    content = stream(COLUMNS, REQUEST)
    body, headers = (gzip.compress(content), {"Content-Encoding": "gzip"}) if packed else (content, {})
    for limit, code in ((len(content), None), (len(content) - 1, "body_too_large")):
        async with client_of(application(arrow_body_bytes=limit, json_body_bytes=10)) as client:
            answer = await posted(client, body, JSON, **headers)
            assert answer.json().get("code") == code


async def test_the_format_that_came_in_is_the_default(client: httpx.AsyncClient) -> None:
    """Where Accept leaves it open, or says nothing, the answer has the format of the request."""
    for accept in ({}, {"Accept": "*/*"}, {"Accept": f"{JSON}, {ARROW}"}):
        for media_type, content in ((ARROW, stream(COLUMNS, REQUEST)), (JSON, json.dumps(SOFT).encode())):
            answer = await client.post("/v1/score", content=content, headers={"Content-Type": media_type, **accept})
            assert answer.headers["content-type"] == media_type
    preferred = await posted(client, stream(COLUMNS, REQUEST), f"{ARROW};q=0.5, {JSON};q=0.8")
    assert preferred.headers["content-type"] == JSON
