"""The question of every endpoint."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from distscore.client.answers import arrow
from distscore.client.answers.answer import Answer
from distscore.client.answers.others import Advice, Comparison, Explanation, Page, Table
from distscore.client.answers.rows import JsonRows
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.errors import InvalidInput
from distscore.client.question import Question, document, unreadable
from distscore.client.sending.prepare import prepare
from distscore.client.sending.request import Document, Request
from distscore.client.transport import ARROW, Reply

HTML = "text/html"
Members = Mapping[str, Any]


def score(members: Members) -> Question[Score]:
    """POST /v1/score, of the members that a user gives."""
    return scored(prepare(members))


def scored(request: Request) -> Question[Score]:
    """POST /v1/score, of a request that is prepared, as a part of one is."""

    def read(reply: Reply) -> Score:
        return _score(reply, request)

    return Question("/v1/score", read, request, may_be_arrow=True, falls_short=_has_unlisted)


def compare(members: Members) -> Question[Comparison]:
    """POST /v1/compare, of several losses or of several candidates."""
    return Question("/v1/compare", _comparison, prepare(members))


def advise(members: Members) -> Question[Advice]:
    """POST /v1/advise, of targets whose family and loss are to be found."""
    return Question("/v1/advise", lambda reply: Advice(document(reply, "recommendations")), prepare(members))


def explain(members: Members) -> Question[Explanation]:
    """POST /v1/explain, of a batch and a number that was observed for it."""
    return Question("/v1/explain", lambda reply: Explanation(document(reply, "matches")), prepare(members))


def report(members: Members) -> Question[Page]:
    """POST /v1/report, of the members of a score or of a comparison."""
    return Question("/v1/report", _page, prepare(members))


def report_of(states: Sequence[str | Summary | Comparison]) -> Question[Page]:
    """POST /v1/report, of states or of answers that have one."""
    return Question("/v1/report", _page, Request({"states": _states(states)}))


def merge(states: Sequence[str | Summary | Comparison], outputs: Sequence[str]) -> Question[Summary]:
    """POST /v1/summaries/merge, of states or of answers that have one."""
    request = Request({"states": _states(states), **({"outputs": list(outputs)} if outputs else {})})
    return Question("/v1/summaries/merge", lambda reply: Summary(document(reply, "row_count")), request)


def table(content: bytes, media_type: str) -> Question[Table]:
    """POST /v1/table, of the bytes of a file."""
    return Question("/v1/table", lambda reply: Table(document(reply, "guesses")), content, media_type)


def score_file(content: bytes, media_type: str, query: str) -> Question[Score]:
    """POST /v1/score, of the bytes of a file."""
    return Question("/v1/score", _score, content, media_type, query=query, falls_short=_has_unlisted)


def families() -> Question[list[Document]]:
    """GET /v1/families: every family by name and in a sentence."""
    return Question("/v1/families", lambda reply: list(document(reply, "families")["families"]))


def family(name: str) -> Question[Document]:
    """GET /v1/families/{name}: columns, supports, formulas and losses of one family."""
    return Question(f"/v1/families/{quote(name, safe='')}", _entry)


def losses() -> Question[list[Document]]:
    """GET /v1/losses: every loss by name and in a sentence."""
    return Question("/v1/losses", lambda reply: list(document(reply, "losses")["losses"]))


def loss(name: str) -> Question[Document]:
    """GET /v1/losses/{name}: formula, derivatives and properties of one loss."""
    return Question(f"/v1/losses/{quote(name, safe='')}", _entry)


def limits() -> Question[Document]:
    """GET /v1/limits: every limit in force, and the version of the service."""
    return Question("/v1/limits", lambda reply: document(reply, "version"))


def _score(reply: Reply, request: Request | None = None) -> Score:
    """The score of a reply, for a request or for a file."""
    request = request or Request({})
    if reply.media_type == ARROW:
        return Score(*arrow.read(reply), axes=request.axes)
    members = document(reply, "row_count")
    return Score(members, JsonRows(members, request.singles), axes=request.axes)


def _has_unlisted(score: Score) -> bool:
    return isinstance(score.rows, JsonRows) and score.rows.has_unlisted


def _entry(reply: Reply) -> Document:
    return document(reply, "name")


def _comparison(reply: Reply) -> Comparison:
    return Comparison(document(reply, "results"))


def _page(reply: Reply) -> Page:
    if reply.media_type != HTML:
        raise unreadable(reply)
    return Page(bytes(reply.content).decode())


def _states(states: Sequence[str | Summary | Comparison]) -> list[str]:
    if isinstance(states, str | Answer):
        raise InvalidInput("/states", "this is one answer; expected a list of them, or of their states")
    return [each if isinstance(each, str) else each.state for each in states]
