"""That both clients ask the same: their methods are written once each, and no type checker reads their bodies."""

import inspect
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from distscore import AsyncClient, Client, InvalidInput, NotAsked
from distscore.client import Call, Reply
from distscore.client.methods import AsyncMethods, Methods
from distscore.client.transport import JSON

BATCH: dict[str, Any] = {"family": "poisson", "targets": {"values": [1.0]}, "predictions": {"rate": [2.0]}}
ARGUMENTS: Mapping[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "score": ((), BATCH),
    "compare": ((), BATCH),
    "advise": ((), {"targets": BATCH["targets"]}),
    "explain": ((), {**BATCH, "observed": 1.5}),
    "report": ((), BATCH),
    "report_of": ((["first", "second"],), {}),
    "merge": ((["first", "second"],), {"outputs": ["charts"]}),
    "table": ((b"y,mean\n1,2\n",), {}),
    "score_file": ((b"y,mean\n1,2\n", "family=gaussian&targets.values=y&predictions.mean=mean"), {}),
    "families": ((), {}),
    "family": (("a/b",), {}),
    "losses": ((), {}),
    "loss": (("a/b",), {}),
    "limits": ((), {}),
}
IN_PARTS = {"summarize", "score_in_parts"}  # which ask more than once; test_parts.py compares both clients
PATHS = {
    "report_of": "/v1/report",
    "merge": "/v1/summaries/merge",
    "score_file": "/v1/score",
    "family": "/v1/families/a%2Fb",
    "loss": "/v1/losses/a%2Fb",
}
MEMBERS = ("families", "losses", "row_count", "results", "recommendations", "matches", "guesses", "name", "version")
REPLY = Reply(200, {"content-type": JSON}, orjson.dumps(dict.fromkeys(MEMBERS, ())))
PAGE = Reply(200, {"content-type": "text/html"}, b"<!doctype html>")


class Recorder:
    """A transport that gives one reply to calls for an answer, another to those for a page, and keeps the calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def send(self, call: Call) -> Reply:
        self.calls.append(call)
        return PAGE if call.path == "/v1/report" else REPLY

    def close(self) -> None:
        pass


class AsyncRecorder(Recorder):
    async def send(self, call: Call) -> Reply:  # type: ignore[override]
        return super().send(call)

    async def close(self) -> None:  # type: ignore[override]
        pass


def test_every_method_is_tried() -> None:
    """Each method of either client is among those that are asked below, or in parts."""
    for methods in (Methods, AsyncMethods):
        assert {name for name in vars(methods) if not name.startswith("_")} == ARGUMENTS.keys() | IN_PARTS


@pytest.mark.anyio
@pytest.mark.parametrize("name", ARGUMENTS)
async def test_both_clients_ask_the_same(name: str) -> None:
    """A method makes the same call in both, to the path of its name, and gives answers of the same type."""
    arguments, members = ARGUMENTS[name]
    recorder, awaited = Recorder(), AsyncRecorder()
    answer = getattr(Client(transport=recorder), name)(*arguments, **members)
    later = await getattr(AsyncClient(transport=awaited), name)(*arguments, **members)
    assert recorder.calls == awaited.calls
    assert [call.path for call in recorder.calls] == [PATHS.get(name, f"/v1/{name}")]
    assert type(answer) is type(later)
    methods = [inspect.signature(getattr(each, name)) for each in (Methods, AsyncMethods)]
    assert methods[0] == methods[1]


def test_an_answer_without_a_member() -> None:
    """A state that an answer does not have is asked for in words, not sent as nothing."""
    client = Client(transport=Recorder())
    with pytest.raises(NotAsked, match="no state: ask for it"):
        client.merge([client.score(**BATCH)])
    for one in ("state", client.score(**BATCH)):
        with pytest.raises(InvalidInput, match="expected a list of them"):
            client.merge(one)  # type: ignore[arg-type]
