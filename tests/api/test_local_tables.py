"""States of the parts of a table, and their report: what the service says of the whole file, however rows are cut."""

import io
import json
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from distscore.client import Refused
from distscore.local import tables

pytestmark = pytest.mark.anyio

ROWS = 120
QUERY = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*&sample_weights=w&groups=country,size"
PARQUET = {"Content-Type": "application/vnd.apache.parquet"}


def table() -> pa.Table:
    """Soft labels with weights of many sizes; one group is text that may look like numbers, in the first rows only."""
    random = np.random.default_rng(12)
    targets, logits = random.dirichlet(np.ones(3), ROWS), random.normal(size=(ROWS, 3)).astype(np.float32)
    columns: dict[str, Any] = {f"t_{name}": targets[:, index] for index, name in enumerate("abc")}
    columns |= {f"z_{name}": logits[:, index] for index, name in enumerate("cab")}
    columns["w"] = np.exp(random.normal(0, 20, ROWS))
    columns["country"] = pa.array([str(row % 3) if row < 60 else "de" for row in range(ROWS)])
    columns["size"] = random.integers(-1, 2, ROWS)
    return pa.table(columns)


async def posted(client: httpx.AsyncClient, whole: pa.Table, query: str) -> dict[str, Any]:
    """The report of one state, that of the whole table as a file, with those of its groups."""
    buffer = io.BytesIO()
    parquet.write_table(whole, buffer)
    scored = await client.post(f"/v1/score?{query}&outputs=state", content=buffer.getvalue(), headers=PARQUET)
    assert scored.status_code == 200, scored.text

    async def merged(state: str) -> dict[str, Any]:
        found: dict[str, Any] = (await client.post("/v1/summaries/merge", json={"states": [state]})).json()
        return found

    groups = sorted(scored.json()["groups"], key=lambda each: (each["of"], json.dumps(each["group"])))
    reports = [{"of": each["of"], "group": each["group"], **await merged(each["state"])} for each in groups]
    return {**await merged(scored.json()["state"]), "groups": reports}


@pytest.mark.parametrize("size", [1, 7, 50, ROWS])
async def test_parts_of_a_table(client: httpx.AsyncClient, size: int) -> None:
    """The report and the states have the bits of the whole file, whatever the size of parts and their order."""
    whole = table()
    parts = [tables.states_of(whole.slice(at, size), QUERY) for at in range(0, ROWS, size)]
    parts = [parts[index] for index in np.random.default_rng(size).permutation(len(parts))]
    expected = await posted(client, whole, QUERY)
    assert tables.report(pa.concat_tables(parts)).document == expected
    assert tables.report(tables.merged(pa.concat_tables(parts))).document == expected


def test_members_are_a_query() -> None:
    """Names of columns in members make the request that a query makes."""
    members = {"family": "categorical", "sample_weights": "w", "groups": ["country", "size"]}
    sides = {"targets": {"probabilities": "t_*"}, "predictions": {"logits": "z_*"}}
    found = tables.states_of(table(), tables.query_of("", {**members, **sides}))
    assert found == tables.states_of(table(), QUERY)
    assert found == tables.states_of(
        table(), tables.query_of("groups=country,size&sample_weights=w", {"family": "categorical", **sides})
    )


def test_a_part_shows_not_all_words() -> None:
    """Words and numbers of labels mean the same in every part, also where one part does not show which they are."""
    query = "family=bernoulli&targets.probabilities=y&predictions.probabilities=q&positive=spam"
    mails = pa.table({"y": ["spam", "ham", "ham"], "q": [0.9, 0.2, 0.4]})
    whole = tables.report(tables.states_of(mails, query)).document
    parts = [tables.states_of(mails.slice(at, 1), query) for at in range(3)]
    assert tables.report(pa.concat_tables(parts)).document == whole
    assert whole["value"] == pytest.approx(-np.log([0.9, 0.8, 0.6]).mean(), rel=1e-14)


def test_numbers_that_are_names_of_classes() -> None:
    """Classes 1 to 3: the labels of a part are names, and one that is no name is refused, not taken for a position."""
    query = "family=categorical&targets.labels=y&predictions.logits=z_*"
    columns = {"z_1": [0.0, 3.0], "z_2": [1.0, 0.0], "z_3": [2.0, 0.0]}
    found = tables.report(tables.states_of(pa.table({"y": [3, 1], **columns}), query))
    expected = np.mean([np.log(1 + np.exp(-1) + np.exp(-2)), np.log(1 + 2 * np.exp(-3))])
    assert found.value == pytest.approx(expected, rel=1e-14)
    with pytest.raises(Refused, match="labels/1"):
        tables.states_of(pa.table({"y": [3, 0], **columns}), query)


@pytest.mark.parametrize("rows", [1, 3, 40, 3000])
def test_sizes_of_tables(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Batches of any size are scored in tables of a bounded size, every row once; without rows there is no state."""
    monkeypatch.setattr(tables, "ROWS", 16)
    monkeypatch.setattr(tables, "BYTES", 8 * 7 * 10)
    seen: list[int] = []

    def states_of(table: pa.Table, query: str) -> pa.Table:
        seen.append(table.num_rows)
        return found(table, query)

    found = tables.states_of
    monkeypatch.setattr(tables, "states_of", states_of)
    whole, query = table().drop_columns(["country", "size"]), QUERY.partition("&groups")[0]
    batches = whole.to_batches(rows)
    assert tables.states_of_batches(batches, query, "here") == tables.merged(found(whole, query))
    assert sum(seen) == ROWS
    assert max(seen) <= 12
    assert tables.states_of_batches([], query, "here").num_rows == 0
