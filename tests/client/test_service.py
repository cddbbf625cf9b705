import pickle
from typing import Any

import numpy as np
import pytest

from distscore import AsyncClient, Client, DistscoreError, InvalidInput, NotAsked, Refused

EYE = np.eye(3)
BATCH: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": EYE},
    "predictions": {"logits": np.ones((3, 3))},
}


def test_arrays_go_in_and_arrays_come_out(client: Client) -> None:
    """NumPy arrays are sent as they are, and every route answers."""
    score = client.score(**BATCH)
    assert score.value == pytest.approx(np.log(3), rel=1e-15)
    assert score.losses == pytest.approx(np.full(3, np.log(3)), rel=1e-15)
    assert score.gradients["logits"] == pytest.approx((1 / 3 - EYE) / 3, rel=1e-14)
    assert client.compare(**BATCH).row_count == 3
    assert client.advise(targets={"probabilities": EYE}).target_kind == "one_hot"
    assert client.explain(**BATCH, observed=np.log2(3)).matches[0]["convention"] == "log_base_2"
    assert client.family("categorical")["name"] == "categorical"
    assert client.loss("brier")["name"] == "brier"
    assert {"categorical", "gamma"} <= {each["name"] for each in client.families()}
    assert {"cross_entropy", "brier"} <= {each["name"] for each in client.losses()}
    assert client.limits()["rows"] == 2_000_000
    assert client.report(**BATCH).html.startswith("<!doctype html>")
    table = client.table(b"t_a,t_b,z_a,z_b\n0.5,0.5,1,2\n0.25,0.75,2,1\n")
    assert [column["name"] for column in table.columns] == ["t_a", "t_b", "z_a", "z_b"]


def test_states_merge(client: Client) -> None:
    """Answers with a state, or the states themselves, merge into a report of all their rows."""
    parts = [client.score(**BATCH, outputs=["state"]) for _ in range(2)]
    merged = client.merge([parts[0], parts[1].state])
    assert merged.row_count == 6
    assert merged.value == parts[0].value
    assert client.merge([merged], outputs=["charts.verdict"]).charts.keys() == {"verdict"}
    assert "<svg" in client.report_of([merged]).html


def test_arrays_stand_anywhere(client: Client) -> None:
    """Arrays and NumPy's scalars are sent as numbers inside lists of objects too."""
    labels: dict[str, Any] = {**BATCH, "targets": {"labels": np.arange(3)}}
    losses = [{"loss": "alpha_divergence", "loss_parameters": {"alpha": np.float32(0.5)}}, {"loss": "brier"}]
    results = client.compare(**{**labels, "losses": losses}).results
    assert [each["loss"] for each in results] == ["alpha_divergence", "brier"]


def test_problems_are_exceptions(client: Client) -> None:
    """A refusal tells status, code, where and what to do instead."""
    with pytest.raises(Refused, match=r"(?s)422 invalid_request.*/targets/values/0: -1") as refused:
        client.score(family="poisson", targets={"values": [-1.0]}, predictions={"rate": [1.0]})
    assert (refused.value.status, refused.value.code) == (422, "invalid_request")
    assert refused.value.errors[0]["pointer"] == "/targets/values/0"
    with pytest.raises(Refused, match=r"^422 invalid_request: /targets/value: .*; did you mean values\?$"):
        client.score(family="poisson", targets={"value": [1.0]}, predictions={"rate": [1.0]})  # type: ignore[call-overload]


def test_infinities_are_put_back(client: Client) -> None:
    """Null in JSON is an infinity again in the arrays, and in the value."""
    score = client.score(
        family="categorical",
        targets={"probabilities": [[1.0, 0.0], [0.5, 0.5]]},
        predictions={"probabilities": [[0.0, 1.0], [0.5, 0.5]]},
    )
    assert score.value == np.inf
    assert score.losses.tolist() == [np.inf, np.log(2)]
    assert score.gradients["probabilities"][0, 0] == -np.inf


@pytest.mark.parametrize(
    "error", [InvalidInput("/a/0", "wrong"), NotAsked("state"), Refused(503, {"code": "draining"})]
)
def test_exceptions_travel(error: DistscoreError) -> None:
    """An exception comes out of another process as it went in."""
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.anyio
async def test_clients_can_be_awaited(url: str) -> None:
    """The asynchronous client has the same methods and answers."""
    async with AsyncClient(url) as client:
        assert (await client.score(**BATCH)).value == pytest.approx(np.log(3), rel=1e-15)
        with pytest.raises(Refused):
            await client.family("nothing")
