"""Files by HTTP: one request from a file to the answer, the same bits as by JSON, and errors that point at cells."""

import io
import math
from typing import Any

import httpx
import pyarrow as pa
import pytest
from pyarrow import parquet

pytestmark = pytest.mark.anyio

CSV = b"case,country,t_cat,t_dog,z_dog,z_cat,w\na,de,0.3,0.7,1.25,2,1\nb,fr,1,0,-1,-2.5,2\nc,de,0.1,0.9,0,3,1\n"
QUERY = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*&sample_weights=w&groups=country&id=case"
JSON: dict[str, Any] = {
    "family": "categorical",
    "classes": ["cat", "dog"],
    "targets": {"probabilities": [[0.3, 0.7], [1, 0], [0.1, 0.9]]},
    "predictions": {"logits": [[2, 1.25], [-2.5, -1], [3, 0]]},
    "sample_weights": [1, 2, 1],
    "groups": {"country": ["de", "fr", "de"]},
}
TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def as_parquet() -> bytes:
    table = pa.table(
        {
            "case": ["a", "b", "c"],
            "country": pa.array(["de", "fr", "de"]).dictionary_encode(),
            "t_cat": [0.3, 1.0, 0.1],
            "t_dog": [0.7, 0.0, 0.9],
            "z_dog": [1.25, -1.0, 0.0],
            "z_cat": [2.0, -2.5, 3.0],
            "w": pa.array([1, 2, 1], pa.int16()),
        }
    )
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


async def post(client: httpx.AsyncClient, path: str, body: bytes, kind: str, **headers: str) -> httpx.Response:
    return await client.post(path, content=body, headers={"Content-Type": TYPES.get(kind, kind), **headers})


@pytest.mark.parametrize("kind", TYPES)
async def test_the_same_bits_as_json(client: httpx.AsyncClient, kind: str) -> None:
    body = CSV if kind == "csv" else as_parquet()
    expected = await client.post("/v1/score", json=JSON)
    found = await post(client, f"/v1/score?{QUERY}", body, kind)
    assert found.status_code == 200, found.text
    answer = found.json()
    for record in answer["diagnostics"]["worst_rows"]:
        assert record.pop("id") == "abc"[record["row"]]
    assert all(warning.pop("ids") is not None for warning in answer["warnings"])
    assert answer == expected.json()


async def test_a_form(client: httpx.AsyncClient) -> None:
    """A file and a request in a form, as `curl -F` sends them."""
    request = '{"family": "categorical", "targets": {"probabilities": "t_*"}, "predictions": {"logits": "z_*"}}'
    for body in (CSV, as_parquet()):
        found = await client.post("/v1/score", files={"file": ("x", body)}, data={"request": request})
        assert found.status_code == 200, found.text
        assert found.json()["row_count"] == 3
    none = await client.post("/v1/score", files={"other": ("x", CSV)})
    assert (none.status_code, none.json()["code"]) == (400, "malformed_table")
    cut = await post(client, "/v1/score", b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x")
    assert (cut.status_code, cut.json()["code"]) == (400, "malformed_table")


async def test_an_answer_in_lines(client: httpx.AsyncClient) -> None:
    found = await post(client, f"/v1/score?{QUERY}", CSV, "csv", Accept="text/csv")
    assert found.headers["Content-Type"].startswith("text/csv")
    header, *lines = found.text.splitlines()
    assert header == '"id","loss","floor","divergence"' or header == "id,loss,floor,divergence"
    expected = (await client.post("/v1/score", json={**JSON, "outputs": ["losses", "floors", "divergences"]})).json()
    for line, loss, floor, divergence in zip(
        lines, expected["losses"], expected["floors"], expected["divergences"], strict=True
    ):
        assert [float(cell) for cell in line.split(",")[1:]] == [loss, floor, divergence]
    assert [line.split(",")[0].strip('"') for line in lines] == ["a", "b", "c"]


async def test_other_routes(client: httpx.AsyncClient) -> None:
    compared = await post(
        client, "/v1/compare?family=categorical&targets.probabilities=t_*&predictions.logits=z_*", CSV, "csv"
    )
    assert compared.status_code == 200, compared.text
    advised = await post(client, "/v1/advise?targets.probabilities=t_*", CSV, "csv")
    assert advised.status_code == 200, advised.text
    assert advised.json()["target_kind"] == "soft_categorical"
    report = await post(client, f"/v1/report?{QUERY}", CSV, "csv")
    assert report.status_code == 200, report.text
    assert report.headers["Content-Type"].startswith("text/html")
    merged = await post(client, "/v1/summaries/merge", CSV, "csv")
    assert merged.status_code == 415


async def test_errors_point_at_cells(client: httpx.AsyncClient) -> None:
    """Of the reader, and of what every request is checked for."""
    for body, line, column, code in (
        (CSV.replace(b"-2.5", b"x"), 3, "z_cat", "wrong_type"),
        (CSV.replace(b"0.3,", b"-0.3,"), 2, "t_cat", "negative"),
        (CSV.replace(b",0.7,", b",0.6,"), 2, None, "not_normalized"),
        (CSV.replace(b",2\nc", b",-2\nc"), 3, "w", "negative"),
    ):
        found = await post(client, f"/v1/score?{QUERY}", body, "csv")
        assert found.status_code == 422, found.text
        error = found.json()["errors"][0]
        assert (error.get("line"), error.get("column"), error["code"]) == (line, column, code)


async def test_what_is_in_a_file(client: httpx.AsyncClient) -> None:
    """The best guess is the query that was meant; the beginning of a file may end inside a line."""
    for body, partial in ((CSV, ""), (CSV[:-5], "?partial=true")):
        found = (await post(client, f"/v1/table{partial}", body, "csv")).json()
        assert [column["name"] for column in found["columns"]] == [
            "case",
            "country",
            "t_cat",
            "t_dog",
            "z_dog",
            "z_cat",
            "w",
        ]
        assert found["row_count"] == (2 if partial else 3)
        best = found["guesses"][0]
        assert (best["path"], best["query"]) == ("/v1/score", QUERY)
        answer = await post(client, f"{best['path']}?{best['query']}", CSV, "csv")
        assert answer.status_code == 200, answer.text


async def test_what_is_no_table(client: httpx.AsyncClient) -> None:
    for body in (b"", b"a,b\n1\n", CSV.decode().encode("utf-16")):
        found = await post(client, "/v1/score?family=poisson&targets.values=a&predictions.rate=b", body, "csv")
        assert (found.status_code, found.json()["code"]) == (400, "malformed_table"), found.text
    wide = await post(
        client, "/v1/score?family=poisson&targets.values=a&predictions.rate=a", b"a\n" + b"1\n" * 1001, "csv"
    )
    assert (wide.status_code, wide.json()["code"]) == (413, "too_many_rows")


async def test_a_row_without_its_prediction_is_left_out(client: httpx.AsyncClient) -> None:
    """An empty cell is a missing number on both sides, as `missing=exclude` promises."""
    query = "family=categorical&targets.labels=t&predictions.logits=z*&missing=exclude&outputs=losses"
    body = b"t,z0,z1\n0,1,2\n1,,0.5\n,0.1,0.2\n1,0.25,0.5\n"
    found = await post(client, f"/v1/score?{query}", body, "csv")
    assert found.status_code == 200, found.text
    batch = {"family": "categorical", "missing": "exclude", "outputs": ["losses"]}
    columns = {
        "targets": {"labels": [0, 1, None, 1]},
        "predictions": {"logits": [[1, 2], None, [0.1, 0.2], [0.25, 0.5]]},
    }
    assert found.json() == (await client.post("/v1/score", json=batch | columns)).json()


async def test_a_predicted_nan_is_not_missing(client: httpx.AsyncClient) -> None:
    """A model that answers NaN is wrong, in Parquet as in Arrow: it is not left out."""
    buffer = io.BytesIO()
    parquet.write_table(pa.table({"t": [0.1, math.nan], "q": [math.nan, 0.3]}), buffer)
    query = "family=bernoulli&targets.probabilities=t&predictions.probabilities=q&missing=exclude"
    found = await post(client, f"/v1/score?{query}", buffer.getvalue(), "parquet")
    assert found.status_code == 422
    assert [(each["code"], each["column"], each["row"]) for each in found.json()["errors"]] == [("not_finite", "q", 0)]
