from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest

from distscore import AsyncClient, Client, InvalidInput, Score
from distscore.client import Call, HttpTransport, LibraryMissing, Reply
from distscore.client.sending import arrow as arrow_stream
from distscore.client.sending.prepare import prepare
from distscore.client.transport import ARROW, JSON

ROWS = 3000
RNG = np.random.default_rng(7)
PROBABILITIES = RNG.dirichlet([0.5, 1.0, 2.0], ROWS)
LOGITS = RNG.normal(size=(ROWS, 3))


class Watched:
    """A transport that keeps the calls it carries, and may say that the service reads JSON only."""

    def __init__(self, url: str, limits: Mapping[str, Any] | None = None) -> None:
        self.calls: list[Call] = []
        self.limits = limits
        self._http = HttpTransport(url, "", 0, httpx.Client(), owns=True)

    def send(self, call: Call) -> Reply:
        self.calls.append(call)
        if call.path == "/v1/limits" and self.limits is not None:
            return Reply(200, {"content-type": JSON}, b'{"version": "0"}')
        return self._http.send(call)

    def close(self) -> None:
        self._http.close()

    def types(self) -> list[str]:
        return [call.headers["Content-Type"] for call in self.calls if call.method == "POST"]


@pytest.fixture
def watched(url: str) -> Iterator[Watched]:
    transport = Watched(url)
    yield transport
    transport.close()


def batch(kind: Any = np.float64, rows: int = ROWS) -> dict[str, Any]:
    return {
        "family": "categorical",
        "targets": {"probabilities": PROBABILITIES[:rows]},
        "predictions": {"logits": LOGITS[:rows].astype(kind)},
        "sample_weights": np.arange(1, rows + 1),
        "groups": {"half": ["first" if at < rows / 2 else "second" for at in range(rows)], "of": np.arange(rows) % 2},
        "outputs": ["losses", "floors", "gradients", "diagnostics.decomposition"],
    }


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_both_formats_give_the_same_bits(watched: Watched, url: str, kind: type) -> None:
    """A large batch goes as an Arrow stream where the service reads these, else as JSON: the answers are the same."""
    streamed = Client(transport=watched).score(**batch(kind))
    only_json = Watched(url, limits={})
    written = Client(transport=only_json).score(**batch(kind))
    only_json.close()
    assert (watched.types(), only_json.types()) == ([ARROW], [JSON])
    assert streamed.rows.keys() == written.rows.keys()
    for name, values in streamed.rows.items():
        assert np.array_equal(values, written.rows[name].astype(values.dtype)), name
        assert values.flags.writeable, name
    assert streamed.gradients["logits"].dtype == written.gradients["logits"].dtype == kind
    assert streamed.losses.dtype == np.float64
    assert streamed.document["groups"] == written.document["groups"]
    if kind is np.float64:
        assert streamed.document == written.document


def test_what_is_small_is_json(watched: Watched) -> None:
    """A small batch is JSON, and nobody is asked whether Arrow is read; the limits are asked for once."""
    with Client(transport=watched) as client:
        client.score(**batch(rows=10))
        assert [call.path for call in watched.calls] == ["/v1/score"]
        client.score(**batch())
        client.score(**batch())
    assert [call.path for call in watched.calls[1:]] == ["/v1/limits", "/v1/score", "/v1/score"]


def test_without_pyarrow_it_is_json(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is not installed nothing of it is asked for."""
    monkeypatch.setattr(arrow_stream, "installed", lambda name: False)
    assert Client(transport=watched).score(**batch()).row_count == ROWS
    assert watched.types() == [JSON]


def test_minus_infinity_is_sent_where_it_can_be(watched: Watched) -> None:
    """The logarithm of zero goes as a stream however small; where only JSON is read, it is refused before."""
    asked: dict[str, Any] = {
        "family": "categorical",
        "targets": {"probabilities": [[1.0, 0.0]]},
        "predictions": {"log_probabilities": [[0.0, -np.inf]]},
    }
    client = Client(transport=watched)
    assert client.score(**asked).value == 0
    assert watched.types() == [ARROW]
    with pytest.raises(InvalidInput, match=r"/predictions/log_probabilities/0/1: .*JSON has no -Infinity"):
        client.compare(**asked)


def test_missing_predictions_are_json(watched: Watched) -> None:
    """A stream has no null, and NaN among its predictions is no missing number: JSON has."""
    asked = batch()
    asked["predictions"]["logits"][1, 2] = np.nan
    score = Client(transport=watched).score(**asked, missing="exclude")
    assert watched.types() == [JSON]
    assert score.losses[1] == 0
    asked["predictions"]["logits"][1, 2] = 0
    asked["targets"] = {"probabilities": np.where(np.arange(ROWS)[:, None] == 1, np.nan, PROBABILITIES)}
    assert Client(transport=watched).score(**asked, missing="exclude").losses[1] == 0
    assert watched.types()[1:] == [ARROW]


def test_infinite_numbers_come_back(watched: Watched) -> None:
    """A stream has infinities itself, all of them, and the document has None there, as JSON has null."""
    probabilities = np.tile([[0.0, 1.0], [1.0, 0.0]], (ROWS, 1))
    score = Client(transport=watched).score(
        family="categorical",
        targets={"probabilities": probabilities[::-1]},
        predictions={"probabilities": probabilities},
    )
    assert np.isposinf(score.losses).all()
    assert score.document["losses"] == [None] * len(probabilities)
    assert score.value == np.inf


BEYOND: dict[str, Any] = {  # 300 infinite losses, of which JSON lists 100, in few bytes
    "family": "categorical",
    "targets": {"labels": [0] * 300},
    "predictions": {"probabilities": [[0, 1]] * 300},
}
TABLE = b"y,p_a,p_b\n" + b"0,0,1\n" * 300


def test_infinities_beyond_those_listed(watched: Watched) -> None:
    """What is small is asked again for an Arrow stream where JSON cannot tell, a file of columns too."""
    client = Client(transport=watched)
    assert np.isposinf(client.score(**BEYOND).losses).all()
    assert watched.types() == [JSON, ARROW]
    by_query = client.score_file(TABLE, "family=categorical&targets.labels=y&predictions.probabilities=p_*")
    assert np.isposinf(by_query.losses).all()
    assert watched.types()[2:] == ["text/csv", "text/csv"]
    none = np.where(np.arange(300)[:, None] == 7, np.nan, [[0.0, 1.0]])
    score = client.score(**{**BEYOND, "predictions": {"probabilities": none}}, missing="exclude")
    assert (score.losses[7], np.isposinf(score.losses).sum()) == (0, 299)


@pytest.mark.anyio
async def test_awaited_infinities(url: str) -> None:
    """The asynchronous client asks again too."""
    async with AsyncClient(url) as client:
        assert np.isposinf((await client.score(**BEYOND)).losses).all()


def test_infinities_that_cannot_be_told(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow what JSON tells is there, and an array of which it does not is an error, never a wrong number."""
    monkeypatch.setattr(arrow_stream, "installed", lambda name: False)
    score = Client(transport=watched).score(**BEYOND, outputs=["losses", "optima"])
    assert (score.value, watched.types()) == (np.inf, [JSON])
    assert score.optima["probabilities"].tolist() == [[1, 0]] * 300
    with pytest.raises(LibraryMissing, match=r"302 numbers of the answer are infinite, .* and losses has others"):
        score.to_pandas()


@pytest.mark.parametrize(
    "kind",
    ["f2", "longdouble", ">f8", "u1", "?"],
)
def test_types_that_a_stream_has(kind: str) -> None:
    """Each type of number is a column of a type that the service reads, in the machine's own order of bytes."""
    values = np.array([1, 0], kind)
    request = prepare({"family": "poisson", "targets": {"values": values}, "predictions": {"rate": values}})
    with pa.ipc.open_stream(arrow_stream.write(request)) as reader:
        column = reader.read_all()["targets.values"]
    assert str(column.type) in {"float", "double", "uint8", "bool"}
    assert column.to_pylist() == values.tolist()


@pytest.mark.anyio
async def test_awaited_streams(url: str) -> None:
    """The asynchronous client sends streams too."""
    async with AsyncClient(url) as client:
        first, second = await client.score(**batch(np.float32)), await client.score(**batch(np.float32))
    assert isinstance(first, Score)
    assert first.gradients["logits"].dtype == np.float32
    assert first.document == second.document
