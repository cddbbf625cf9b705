"""Batches in parts: the report and the rows of one batch to the bit, however rows are cut and parts are answered."""

import inspect
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pytest

from distscore import AsyncClient, Client, InvalidInput, Refused, local
from distscore.client.answers.rows import DERIVATIVES
from distscore.client.parts import outputs
from distscore.client.parts.warnings import OF_ALL_ROWS, OF_ONE_BATCH
from distscore.client.question import Question
from distscore.client.sending.request import Request
from distscore.core.warnings import suspicions
from distscore.local import Local
from distscore.wire.describe.outputs import CHARTS_OF_MERGED
from tests.runtime.in_process import application, client_of

T = TypeVar("T")
ROWS = 230
LIMITS = {"rows": 50, "entries": 700, "classes": 10, "json_body_bytes": 200_000, "arrow_body_bytes": 200_000}
SUMMED: dict[str, Any] = {"reduction": "sum", "outputs": ["losses", "floors", "gradients", "parameters"]}


def batch(rows: int = ROWS) -> dict[str, Any]:
    """Soft labels with weights of many sizes, float32 logits and groups."""
    random = np.random.default_rng(rows)
    return {
        "targets": {"probabilities": random.dirichlet(np.ones(4), rows)},
        "predictions": {"logits": random.normal(size=(rows, 4)).astype(np.float32)},
        "sample_weights": np.exp(random.normal(0, 10, rows)),
        "groups": {"half": np.arange(rows) // (rows // 2)},
    }


def cut(whole: dict[str, Any], start: int, stop: int) -> dict[str, Any]:
    """Some rows of a batch."""
    return {
        name: cut(values, start, stop) if isinstance(values, dict) else values[start:stop]
        for name, values in whole.items()
    }


class Limited(Local):
    """A client whose service has small limits; it remembers what was asked, and how much at the same time."""

    def __init__(self, **limits: int) -> None:
        self.limits_in_force = {"concurrency": 2, **limits}
        self.rows: list[int] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def _ask(self, question: Question[T]) -> T:
        if question.path == "/v1/limits":
            found: Any = self.limits_in_force
            return found  # type: ignore[no-any-return]
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if question.path == "/v1/score":
                assert isinstance(question.content, Request)
                self.rows.append(question.content.row_count)
            return super()._ask(question)
        finally:
            with self._lock:
                self.at_once -= 1


def whole_report(**members: Any) -> dict[str, Any]:
    """The report of one state of the batch, with those of its groups."""
    score = local.score(**{"family": "categorical", **batch(), **members, "outputs": ["state"]})
    groups = sorted(score.groups, key=lambda each: str(each["group"]))
    reports = [{"of": "half", "group": each["group"], **local.merge([each["state"]]).document} for each in groups]
    return {**local.merge([score]).document, "groups": reports}


def without_warnings(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "warnings"}


@pytest.mark.parametrize("ends", [[0, ROWS], [0, 1, 100, ROWS], [0, *range(3, ROWS, 10), ROWS]])
def test_summaries(ends: list[int]) -> None:
    """One report of all batches, in any order, whatever their sizes and those of the parts that they are cut into."""
    batches = [cut(batch(), start, stop) for start, stop in pairwise(ends)]
    client = Limited(rows=50)
    found = client.summarize(reversed(batches), family="categorical")
    assert without_warnings(found.document) == without_warnings(whole_report())
    assert max(client.rows) <= 50
    assert sum(client.rows) == ROWS


@pytest.mark.parametrize(
    ("rows", "limits"),
    [
        (ROWS, {"rows": 50}),
        (ROWS, {"entries": 700}),
        (ROWS, {"json_body_bytes": 70_000}),
        (4000, {"arrow_body_bytes": 150_000}),
    ],
)
def test_score_in_parts(rows: int, limits: dict[str, int]) -> None:
    """Per-row outputs are those of one batch, in their order and types, and so is the state; every limit cuts."""
    client = Limited(**limits)
    whole = {"family": "categorical", **batch(rows), **SUMMED}
    found = client.score_in_parts(**whole)
    expected = local.score(**{**whole, "outputs": [*SUMMED["outputs"], "state"]})
    for name, values in expected.rows.items():
        assert found.rows[name].dtype == values.dtype
        np.testing.assert_array_equal(found.rows[name], values)
    assert (found.state, found.value, found.entry_count) == (expected.state, expected.value, expected.entry_count)
    if rows == ROWS:
        assert found.groups == whole_report(reduction="sum")["groups"]
    assert len(client.rows) > 3
    assert client.most_at_once == 2


def test_one_part_is_asked_once() -> None:
    """What fits is not cut, and a score has its losses unless others are named."""
    client = Limited()
    found = client.score_in_parts(family="categorical", **batch())
    assert client.rows == [ROWS]
    assert list(found.rows) == ["losses"]
    assert found.to_pandas().shape == (ROWS, 1)


@pytest.mark.anyio
async def test_a_service_with_limits() -> None:
    """Parts fit into what the service takes, over HTTP and without waiting, and have the same bits."""
    app = application(**LIMITS, concurrency=2, queue=10)
    async with app.router.lifespan_context(app), client_of(app) as http:
        client = AsyncClient("http://service", http_client=http)
        with pytest.raises(Refused, match="413"):
            await client.score(family="categorical", **batch())
        found = await client.score_in_parts(family="categorical", **batch(), **SUMMED)
        expected = local.score_in_parts(family="categorical", **batch(), **SUMMED)
        np.testing.assert_array_equal(found.gradients["logits"], expected.gradients["logits"])
        assert found.document == expected.document

        async def batches() -> AsyncIterator[dict[str, Any]]:
            for at in range(0, ROWS, 60):
                yield cut(batch(), at, at + 60)

        summary = await client.summarize(batches(), family="categorical")
        assert without_warnings(summary.document) == without_warnings(whole_report())
        again = await client.summarize([batch()], family="categorical", outputs=["charts.verdict"])
        assert without_warnings({**again.document, "charts": 0}) == {**without_warnings(whole_report()), "charts": 0}
        with pytest.raises(Refused, match="part 2, rows 92 to 137 of batch 0: /targets/probabilities/100/1: -1 is neg"):
            await client.score_in_parts(family="categorical", **wrong(100))


def test_a_service(client: Client) -> None:
    """A service with its own limits answers a summary and a score in parts as this process does."""
    found = client.score_in_parts(family="categorical", **batch(), **SUMMED)
    assert found.document == local.score_in_parts(family="categorical", **batch(), **SUMMED).document
    summary = client.summarize([batch()], family="categorical")
    assert summary.document == local.summarize([batch()], family="categorical").document


def wrong(row: int) -> dict[str, Any]:
    found = batch()
    found["targets"]["probabilities"][row, 1] = -1
    return found


def test_refusals_speak_of_the_whole() -> None:
    """A row has the number that it has in its batch, in pointer and detail; the first part that fails is told."""
    client = Limited(rows=50)
    both = wrong(100)
    both["targets"]["probabilities"][120, 0] = -1
    with pytest.raises(Refused) as refused:
        client.summarize([batch(), both], family="categorical")
    assert refused.value.errors[0]["pointer"] == "/targets/probabilities/100/1"
    assert re.search("part 7, rows 92 to 137 of batch 1: /targets/probabilities/100/1: ", str(refused.value))
    with pytest.raises(InvalidInput, match="row 3"):
        client.summarize(
            [{"targets": {"values": [1, 2, 3, None]}, "predictions": {"rate": np.ones(4)}}], family="poisson"
        )


def test_small_batches_go_together() -> None:
    """As many as fit into a part are one, if they differ in their rows only; a refusal names the batch and its row."""
    client = Limited(rows=100)
    small = [cut(batch(), at, at + 23) for at in range(0, ROWS, 23)]
    found = client.summarize(iter(small), family="categorical")
    assert client.rows == [92, 92, 46]
    assert without_warnings(found.document) == without_warnings(whole_report())
    wide = {**small[1], "predictions": {"logits": small[1]["predictions"]["logits"].astype(np.float64)}}
    client.rows.clear()
    client.summarize([small[0], wide, small[2], {**small[3], "tag": "last"}], family="categorical")
    assert client.rows == [23, 23, 23, 23]
    with pytest.raises(Refused, match="rows 0 to 22 of batch 1: it differs from those before it in classes"):
        Limited(concurrency=1).summarize([small[0], {**small[1], "classes": list("abcd")}], family="categorical")


def test_refusals_of_small_batches() -> None:
    """An error has the number of its batch, and its pointer counts the rows of that."""
    small = [cut(wrong(100), at, at + 23) for at in range(0, ROWS, 23)]
    with pytest.raises(Refused) as refused:
        Limited(rows=100).summarize(small, family="categorical")
    (error,) = refused.value.errors
    assert (error["batch"], error["pointer"]) == (4, "/targets/probabilities/8/1")
    assert "batch 4 of part 1, batches 4 to 7: /targets/probabilities/8/1: -1 is negative" in str(refused.value)


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_of_a_mean(name: str) -> None:
    """They are refused before anything is sent, with the way out."""
    client = Limited()
    with pytest.raises(InvalidInput, match="reduction='sum' and divide by total_weight"):
        client.score_in_parts(**{"family": "categorical", **batch(), "outputs": ["losses", name]})
    assert client.rows == []
    for asked in (["losses"], ["diagnostics.worst_rows"]):
        with pytest.raises(InvalidInput, match="cannot be asked for in parts"):
            client.summarize([batch()], family="categorical", outputs=asked)


def test_rows_that_weigh_nothing() -> None:
    """A part of such rows has zeros for its per-row outputs, as it has in one batch; all of them are refused."""
    whole = batch()
    whole["sample_weights"][40:120] = 0
    found = Limited(rows=10).score_in_parts(family="categorical", **whole, **SUMMED)
    expected = local.score(family="categorical", **whole, **SUMMED)
    for name, values in expected.rows.items():
        np.testing.assert_array_equal(found.rows[name], values)
    assert found.value == expected.value
    with pytest.raises(InvalidInput, match="no row that counts has a positive weight"):
        local.summarize([{**batch(), "sample_weights": np.zeros(ROWS)}], family="categorical")


def test_infinite_losses() -> None:
    """Infinities are there, listed and counted; the value is infinite."""
    sides: dict[str, Any] = {"targets": {"probabilities": [0.5] * 9}, "predictions": {"probabilities": [0.5] * 8 + [0]}}
    asked: dict[str, Any] = {"reduction": "sum", "outputs": ["losses", "gradients"]}
    found = Limited(rows=2).score_in_parts(family="bernoulli", **sides, **asked)
    expected = local.score(family="bernoulli", **sides, **asked)
    np.testing.assert_array_equal(found.losses, expected.losses)
    assert found.value == np.inf
    known = [each for each in expected.members["nonfinite"] if each["pointer"] != "/value_standard_error"]
    assert found.members["nonfinite"] == known
    assert found.nonfinite_count == len(known) == 3


def test_warnings_count_the_rows_of_all() -> None:
    """Rows of a warning are counted from the first one of all batches, and what parts have in common is said once."""
    asked: dict[str, Any] = {"family": "poisson", "missing": "exclude"}
    sides: dict[str, Any] = {"targets": {"values": [1, np.nan, 2, np.nan]}, "predictions": {"rate": np.ones(4)}}
    found = Limited(rows=2).summarize([sides, sides], **asked)
    assert [(each["code"], each["count"], each["rows"]) for each in found.warnings] == [
        ("rows_excluded", 4, [1, 3, 5, 7])
    ]


def test_memory_is_bounded() -> None:
    """Of an iterable of batches so many are read as are asked at the same time, and the next one."""
    client, read = Limited(rows=8), []

    def batches() -> Iterator[dict[str, Any]]:
        for number in range(12):
            assert number - len(client.rows) <= 3
            read.append(number)
            yield batch(8)
            time.sleep(0.002)

    client.summarize(batches(), family="categorical")
    assert len(read) == 12
    assert client.most_at_once == 2


def test_many_parts_are_merged_on_the_way() -> None:
    """However many parts there are, only some states of each group are kept."""
    client, some = Limited(rows=1), cut(batch(), 0, 70)
    found = client.score_in_parts(family="categorical", **some)
    assert len(client.rows) == 70
    assert found.state == local.score(**{"family": "categorical", **some, "outputs": ["state"]}).state


def test_nothing_at_all() -> None:
    """There has to be a row, and batches in a list, not one batch alone."""
    with pytest.raises(InvalidInput, match=r"^there are no rows"):
        local.summarize([], family="categorical")
    with pytest.raises(InvalidInput, match=r"/batches: each has targets and predictions by name, .* one is a str"):
        local.summarize(batch(), family="categorical")  # type: ignore[arg-type]


def test_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """A bar counts rows where it is asked for, and by default on a terminal only."""
    local.score_in_parts(family="categorical", **batch(), progress=True)
    assert re.search(r"230/230 .* rows/s", capsys.readouterr().err)
    local.score_in_parts(family="categorical", **batch())
    assert capsys.readouterr().err == ""


def test_charts_are_those_that_merge() -> None:
    """What may be asked for is what the merge of states has."""
    assert outputs.CHARTS == CHARTS_OF_MERGED


def test_warnings_of_all_rows_are_known() -> None:
    """What is said of every row at once is merged by its code, so that the client has to know each of these codes."""
    said = set(re.findall(r'in_all_rows\(\s*"(\w+)"', inspect.getsource(suspicions)))
    assert said == OF_ALL_ROWS | OF_ONE_BATCH
