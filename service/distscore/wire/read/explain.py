"""POST /v1/explain: a batch as it would be scored, and the number that other code gave for it."""

from dataclasses import dataclass
from typing import Any

from distscore.wire.describe.members import ExplainMembers
from distscore.wire.describe.requests import EXPLAIN_REQUESTS
from distscore.wire.errors.place import Place
from distscore.wire.read.batch import ScoreBatch, read_one_loss
from distscore.wire.read.limits import Limits
from distscore.wire.read.request import parse

OWN = frozenset({"observed", "digits", "library", "groups"})  # members that a request to /v1/score of it does not have


@dataclass(frozen=True)
class Question:
    """A valid request: its own members, and the batch that they are about."""

    members: ExplainMembers
    asked: ScoreBatch


def read_explain(document: dict[str, Any], limits: Limits) -> Question:
    """Raises InvalidRequest with all that is wrong, or a 413."""
    at = Place()
    request = parse(document, EXPLAIN_REQUESTS, at)
    return Question(request.members, read_one_loss(request, limits, at))


def score_request(document: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The request to /v1/score of the same batch with other options; those that are None are left out."""
    members = {name: value for name, value in document.items() if name not in OWN} | {"outputs": ["value"]} | options
    return {name: value for name, value in members.items() if value is not None}
