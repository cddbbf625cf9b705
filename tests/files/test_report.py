"""A report on files has the bits of one body, however the rows are cut, stored and spread over files."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest
from httpx import ASGITransport

from distscore import local
from distscore.app import create_app
from distscore.files import delimited, parquet, part, work
from distscore.files.collected import Collected
from distscore.files.paths import WrongInput
from distscore.files.pool import FEW, WAITING, each_done
from distscore.files.sources import opened
from distscore.settings import Settings
from tests.files.batches import (
    QUERY,
    answer_of,
    as_arrow,
    as_csv,
    as_parquet,
    merged_answer_of,
    report_of,
    table,
    without_rows,
    written,
)

ROWS = 300
TABLE = table(ROWS)
BODY = as_csv(TABLE)


@pytest.fixture(params=[1 << 23, 5000], ids=["whole", "parts"])
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes of a part, with as many rows in parts of other formats."""
    size: int = request.param
    monkeypatch.setattr(delimited, "BYTES", size)
    monkeypatch.setattr(part, "ROWS", max(2, size * ROWS // len(BODY)))
    return size


@pytest.mark.parametrize("kind", ["csv", "gz", "parquet", "arrow", "arrows"])
def test_same_bits(tmp_path: Path, cut: int, kind: str) -> None:
    """Every format, in one part and in many, is to the bit what the service answers to one body and merges."""
    bodies = {
        "csv": BODY,
        "gz": gzip.compress(BODY),
        "parquet": as_parquet(TABLE),
        "arrow": as_arrow(TABLE, pa.ipc.new_file),
        "arrows": as_arrow(TABLE, pa.ipc.new_stream),
    }
    report = report_of(written(tmp_path, **{f"x_{kind}": bodies[kind]}))
    assert without_rows(report) == without_rows(merged_answer_of(BODY))
    whole = answer_of(BODY, outputs=["value", "diagnostics"])
    assert report["value"] == whole["value"]
    worst = [row | {"file": str(tmp_path / f"x.{kind}")} for row in whole["diagnostics"]["worst_rows"]]
    assert report["diagnostics"].pop("worst_rows") == worst
    for name in ("decomposition", "calibration", "skill", "per_class"):
        assert report["diagnostics"][name] == whole["diagnostics"][name]


@pytest.mark.parametrize("count", [1, 2, 7, 64])
def test_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """However many parts a Parquet file is read in, and in whichever order they are done, the report is the same."""
    monkeypatch.setattr(part, "ROWS", -(-ROWS // count))
    monkeypatch.setattr(parquet, "PARTS", 1)
    query = f"{QUERY}&groups=place&classes=a,b,c"
    (path,) = written(tmp_path, x_parquet=as_parquet(TABLE))
    spans = dict(enumerate(opened(path).spans(TABLE.column_names)))
    assert count / 1.2 <= len(spans) <= count
    collected = Collected()
    for number in np.random.default_rng(count).permutation(len(spans)).tolist():
        (told,) = work.told("score", query, spans[number])
        collected.add(path, (number, 0), told.members)
    monkeypatch.undo()
    assert collected.report() == report_of([path], query)


@pytest.mark.anyio
async def test_curl_and_command(tmp_path: Path) -> None:
    """The service answers to a body what the command reports of a file, and merges its state to the same report."""
    async with httpx.AsyncClient(transport=ASGITransport(create_app(Settings())), base_url="http://test") as client:
        url = f"/v1/score?{QUERY}&outputs=value,state,diagnostics.decomposition"
        answer = (await client.post(url, content=BODY, headers={"Content-Type": "text/csv"})).json()
        merged = (await client.post("/v1/summaries/merge", json={"states": [answer["state"]]})).json()
    report = json.loads(json.dumps(report_of(written(tmp_path, x_csv=BODY))))
    assert report["value"] == answer["value"]
    assert report["diagnostics"]["decomposition"] == answer["diagnostics"]["decomposition"]
    assert without_rows(report) == without_rows(merged)


def test_many_files(tmp_path: Path, cut: int) -> None:
    """Files of different formats and of columns in other orders are one batch; worst rows name their files and rows."""
    parts = [TABLE.slice(0, 50), TABLE.slice(50, 100), TABLE.slice(150)]
    turned = parts[2].select(reversed(parts[2].column_names))
    paths = written(tmp_path, a_csv=as_csv(parts[0]), b_parquet=as_parquet(parts[1]), c_csv=as_csv(turned))
    report = report_of(paths, f"{QUERY}&groups=place")
    assert without_rows(report) == without_rows(merged_answer_of(BODY))
    before = {str(path): row for path, row in zip(paths, (0, 50, 150), strict=True)}
    worst = [before[row["file"]] + row["row"] for row in report["diagnostics"]["worst_rows"]]
    whole = answer_of(BODY, f"{QUERY}&groups=place", outputs=["value", "diagnostics.worst_rows"])
    assert worst == [row["row"] for row in whole["diagnostics"]["worst_rows"]]
    assert report["groups"] == whole["groups"]


def test_files_without_rows(tmp_path: Path) -> None:
    """A file without rows adds nothing; if there are no rows at all, that is said."""
    none = TABLE.slice(0, 0)
    paths = written(
        tmp_path,
        a_csv=as_csv(none),
        b_parquet=as_parquet(none),
        c_arrow=as_arrow(none, pa.ipc.new_file),
        d_arrows=as_arrow(none, pa.ipc.new_stream),
        e_csv=BODY,
    )
    assert without_rows(report_of(paths)) == without_rows(merged_answer_of(BODY))
    with pytest.raises(WrongInput, match="there are no rows"):
        report_of(paths[:-1])


def test_candidates(tmp_path: Path, cut: int) -> None:
    """A comparison of candidates merges as the service merges it."""
    query = "family=categorical&targets.probabilities=t_*&candidates.one.logits=z_a,z_b,z_c"
    query += "&candidates.two.logits=z_b,z_c,z_a"
    report = report_of(written(tmp_path, x_csv=BODY), query)
    document = {name: TABLE.select([f"{name}_{each}" for each in "abc"]).to_pandas().to_numpy() for name in "tz"}
    candidates: Any = [
        {"name": "one", "predictions": {"logits": document["z"]}},
        {"name": "two", "predictions": {"logits": document["z"][:, [1, 2, 0]]}},
    ]
    asked: dict[str, Any] = {"family": "categorical", "targets": {"probabilities": document["t"]}}
    state = local.compare(**asked, candidates=candidates, classes=["a", "b", "c"], outputs=["state"]).state
    assert report == local.merge([state]).document


def test_pool() -> None:
    """Every piece of work is done once, and no more of it is begun than the processes have room for."""
    begun: list[int] = []
    found: dict[int, int] = {}

    def given_out() -> Iterator[int]:
        for number in range(40):
            begun.append(number)
            yield -number

    for given, done in each_done(abs, given_out(), 2, "distscore.files.pool"):
        found[given] = done
        assert len(begun) - len(found) <= max(FEW, 2 * WAITING)
    assert found == {-n: n for n in range(40)}


@pytest.mark.heavy
def test_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes answer what one does, in whichever order they are done."""
    monkeypatch.setattr(delimited, "BYTES", 10_000)
    paths = written(tmp_path, x_csv=BODY, y_arrow=as_arrow(TABLE, pa.ipc.new_file), z_gz=gzip.compress(BODY))
    assert report_of(paths, processes=2) == report_of(paths)


def test_weights_and_events_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part may weigh nothing, and have no event, if another one does."""
    monkeypatch.setattr(delimited, "BYTES", 12)
    lines = [*["ham,0.25,0"] * 9, *["ham,0.5,1"] * 9, *["spam,0.75,2"] * 9]
    body = "\n".join(["word,q,w", *lines]).encode()
    query = "family=bernoulli&targets.probabilities=word&positive={}&predictions.probabilities=q&sample_weights=w"
    report = report_of(written(tmp_path, x_csv=body), query.format("spam"))
    assert without_rows(report) == without_rows(merged_answer_of(body, query.format("spam")))
    with pytest.raises(WrongInput, match="is a cell the word 'eggs'"):
        report_of(written(tmp_path, x_csv=body), query.format("eggs"))
    with pytest.raises(WrongInput, match="positive weight"):
        report_of(written(tmp_path, x_csv=body.replace(b",2", b",0").replace(b",1", b",0")), query.format("spam"))


@pytest.mark.parametrize("labels", ["abc", "012", "123"])
@pytest.mark.parametrize("names", ["abc", "012", "123"])
def test_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str, labels: str) -> None:
    """Labels are read in every part as in the whole file, or refused: where class names are numbers, they are names."""
    monkeypatch.setattr(delimited, "BYTES", 30)
    query = "family=categorical&targets.labels=y&predictions.logits=z_*"
    header = ",".join(["y", *(f"z_{name}" for name in names)]).encode()
    body = header + b"".join(f"\n{label},0.5,{at},1".encode() * 5 for at, label in enumerate(labels))
    if labels == names or (labels == "012" and names == "abc"):
        assert report_of(written(tmp_path, x_csv=body), query)["value"] == answer_of(body, query)["value"]
    else:
        with pytest.raises(WrongInput, match=r"x.csv line \d+, column y: "):
            report_of(written(tmp_path, x_csv=body), query)


def test_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of warnings add up, with rows as their files count them; what holds of every row holds in every part."""
    monkeypatch.setattr(delimited, "BYTES", 40)
    header, line, missing = b"t_a,t_b,q_a,q_b\n", b"50%,0.5,0.25,0.75\n", b",0.5,0.5,0.75\n"
    query = "family=categorical&targets.probabilities=t_*&predictions.probabilities=q_*&missing=exclude"
    body = header + (line * 6 + missing) * 2
    report = report_of(written(tmp_path, x_csv=body, y_csv=header + line * 2 + missing), query)
    found = {each["code"]: each for each in report["warnings"]}
    assert found["percent_signs"]["message"].startswith("14 cells")
    assert found["rows_excluded"]["count"] == 3
    assert found["rows_excluded"]["rows"] == [6, 13, 2]
    assert found["rows_excluded"]["ids"][-1] == f"{tmp_path / 'y.csv'} row 2"


def test_suspicions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is suspected of all rows is told if it is suspected in every part."""
    monkeypatch.setattr(delimited, "BYTES", 1000)
    query = "family=bernoulli&targets.probabilities=t&predictions.logits=z"
    body = b"t,z\n" + b"0.25,0.125\n0.5,0.25\n" * 100
    for more, codes in ((b"", {"logits_look_like_probabilities", "inputs_look_rounded"}), (b"0.123456,-2\n", set())):
        report = report_of(written(tmp_path, x_csv=body + more), query)
        assert {each["code"] for each in report["warnings"]} == codes
