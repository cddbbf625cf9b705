"""That the keywords of methods are the members of requests, for people, editors and type checkers alike."""

import inspect
from typing import Any

import pytest

from distscore import AsyncClient, Client
from distscore.client import members
from distscore.client.answers.rows import OF_COLUMNS, OF_ROWS
from distscore.wire.describe import outputs
from distscore.wire.describe.advise import AdviseRequest
from distscore.wire.describe.members import CompareMembers, ExplainMembers, ScoreMembers
from tests.docs import client_methods

REQUESTS = [
    (members.ScoreMembers, [ScoreMembers]),
    (members.ExplainMembers, [ExplainMembers]),
    (members.CompareMembers, [CompareMembers]),
    (members.AdviseMembers, [AdviseRequest]),
    (members.ReportMembers, [ScoreMembers, CompareMembers]),
]
NOT_LOOKED_AT = {members.ExplainMembers: {"outputs", "groups"}, members.ReportMembers: {"outputs"}}


@pytest.mark.parametrize(("ours", "models"), REQUESTS, ids=lambda each: each.__name__ if isinstance(each, type) else "")
def test_members_are_those_of_the_service(ours: Any, models: list[Any]) -> None:
    """Each member that a request may have is a keyword, but for those that its route does not look at."""
    known = {name for model in models for name in model.model_fields}
    assert set(ours.__annotations__) == known - NOT_LOOKED_AT.get(ours, set())


def test_members_in_common() -> None:
    """What batches of a summary may have in common are the members of a score without its columns."""
    assert members.CommonMembers.__annotations__.keys() == members.ScoreMembers.__annotations__.keys() - {
        "targets",
        "predictions",
    }
    names = list(inspect.signature(Client.summarize).parameters)
    assert names[:4] == ["self", "batches", "progress", "family"]


def test_outputs_are_those_of_the_service() -> None:
    """Every per-row output is known as an array, or as one per column."""
    assert (tuple(outputs.OF_ROWS), tuple(outputs.OF_COLUMNS)) == (OF_ROWS, OF_COLUMNS)


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_notebooks_see_the_keywords(client: Any) -> None:
    """The signature of a method has its keywords, the required ones first, and its docstring says what it does."""
    parameters = list(inspect.signature(client.score).parameters.values())
    assert [each.name for each in parameters if each.default is inspect.Parameter.empty] == [
        *["self", "family", "targets", "predictions"],
    ]
    assert "temperature" in {each.name for each in parameters}
    assert all(method.__doc__ for name, method in vars(client.__mro__[1]).items() if not name.startswith("_"))


def test_signatures_are_those_of_the_catalog() -> None:
    """methods.pyi has the columns, activations, constants and losses of every family."""
    written = client_methods.STUB.read_text(encoding="utf-8")
    assert written == client_methods.stub(), "run `make docs`, and look at the difference"
