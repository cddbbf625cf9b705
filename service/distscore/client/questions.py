"""The question of every endpoint."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from distscore.client.answers import arrow
from distscore.client.answers.others import Advice, Comparison, Explanation, Page, Table
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.question import Question, document
from distscore.client.sending.prepare import prepare
from distscore.client.sending.request import Document, Request
from distscore.client.transport import ARROW, Reply

Members = Mapping[str, Any]


def score(members: Members) -> Question[Score]:
    """POST /v1/score, of the members that a user gives."""
    return scored(prepare(members))


def scored(request: Request) -> Question[Score]:
    """POST /v1/score, of a request that is prepared, as a part of one is."""

    def read(reply: Reply) -> Score:
        if reply.media_type == ARROW:
            return Score(*arrow.read(reply), axes=request.axes)
        return Score(document(reply), axes=request.axes)

    return Question("/v1/score", read, request, may_be_arrow=True)


def compare(members: Members) -> Question[Comparison]:
    """POST /v1/compare."""
    return Question("/v1/compare", _comparison, prepare(members))


def advise(members: Members) -> Question[Advice]:
    """POST /v1/advise."""
    return Question("/v1/advise", lambda reply: Advice(document(reply)), prepare(members))


def explain(members: Members) -> Question[Explanation]:
    """POST /v1/explain."""
    return Question("/v1/explain", lambda reply: Explanation(document(reply)), prepare(members))


def report(members: Members) -> Question[Page]:
    """POST /v1/report, of the members of a score or of a comparison."""
    return Question("/v1/report", _page, prepare(members))


def report_of(states: Sequence[str | Summary | Comparison]) -> Question[Page]:
    """POST /v1/report, of states."""
    return Question("/v1/report", _page, Request({"states": _states(states)}))


def merge(states: Sequence[str | Summary | Comparison], outputs: Sequence[str]) -> Question[Summary]:
    """POST /v1/summaries/merge."""
    request = Request({"states": _states(states), **({"outputs": list(outputs)} if outputs else {})})
    return Question("/v1/summaries/merge", lambda reply: Summary(document(reply)), request)


def table(content: bytes, media_type: str) -> Question[Table]:
    """POST /v1/table, of the bytes of a file."""
    return Question("/v1/table", lambda reply: Table(document(reply)), content, media_type)


def score_file(content: bytes, media_type: str, query: str) -> Question[Score]:
    """POST /v1/score, of the bytes of a file."""
    return Question("/v1/score", lambda reply: Score(document(reply)), content, media_type, query=query)


def families() -> Question[list[Document]]:
    """GET /v1/families."""
    return Question("/v1/families", lambda reply: list(document(reply)["families"]))


def family(name: str) -> Question[Document]:
    """GET /v1/families/{name}."""
    return Question(f"/v1/families/{quote(name, safe='')}", document)


def losses() -> Question[list[Document]]:
    """GET /v1/losses."""
    return Question("/v1/losses", lambda reply: list(document(reply)["losses"]))


def loss(name: str) -> Question[Document]:
    """GET /v1/losses/{name}."""
    return Question(f"/v1/losses/{quote(name, safe='')}", document)


def limits() -> Question[Document]:
    """GET /v1/limits."""
    return Question("/v1/limits", document)


def _comparison(reply: Reply) -> Comparison:
    return Comparison(document(reply))


def _page(reply: Reply) -> Page:
    return Page(bytes(reply.content).decode())


def _states(states: Sequence[str | Summary | Comparison]) -> list[str]:
    return [each if isinstance(each, str) else each.state for each in states]
