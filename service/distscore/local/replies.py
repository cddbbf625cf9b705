"""Questions of a client answered in this process: arrays go in as they are, and come out as an Arrow stream."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from distscore import __version__
from distscore.client.question import Question
from distscore.client.sending.request import Request
from distscore.client.transport import ARROW, JSON, Reply
from distscore.local.answers import UNLIMITED, never_late
from distscore.local.arrays import document_of
from distscore.report.page import html
from distscore.use_cases.registry import USE_CASES, WITH_QUERY
from distscore.wire.describe import catalog
from distscore.wire.errors.problems import MEDIA_TYPE, NotFound, Problem, render
from distscore.wire.read.document import Document
from distscore.wire.table.reading import READERS
from distscore.wire.write import arrow, json
from distscore.wire.write.answer import Answer

POSTED: Mapping[str, str] = {
    "/v1/score": "score",
    "/v1/compare": "compare",
    "/v1/advise": "advise",
    "/v1/explain": "explain",
    "/v1/summaries/merge": "merge",
    "/v1/report": "report",
    "/v1/table": "table",
}
OF_NAMES: Mapping[str, Callable[[str], Document | None]] = {
    "/v1/families": catalog.family,
    "/v1/losses": catalog.loss,
}
LISTS: Mapping[str, Callable[[], Document]] = {
    "/v1/families": catalog.families,
    "/v1/losses": catalog.losses,
    "/v1/limits": lambda: {"version": __version__, "concurrency": 1, **vars(UNLIMITED)},
}  # one at a time: two threads take as long as one, because NumPy holds the interpreter between its short steps


def reply_to(question: Question[Any]) -> Reply:
    """What the service would reply, but for the id of the request in a problem document."""
    try:
        return _reply(question)
    except Problem as problem:
        return Reply(problem.status, {"content-type": MEDIA_TYPE}, render(problem, ""))


def _reply(question: Question[Any]) -> Reply:
    if question.content is None:
        return _written(Answer(_entry(question.path)))
    if isinstance(question.content, bytes):
        return _of_file(POSTED[question.path], question.content, question.media_type, question.query)
    return _of_request(POSTED[question.path], question.content)


def _of_file(use_case: str, content: bytes, media_type: str, query: str) -> Reply:
    document = {**READERS[media_type](content, UNLIMITED), "query": query}
    return _written(WITH_QUERY[use_case](document, UNLIMITED, never_late))


def _of_request(use_case: str, request: Request) -> Reply:
    answer = USE_CASES[use_case](document_of(request), UNLIMITED, never_late)
    if use_case == "report":
        return Reply(200, {"content-type": "text/html"}, html(orjson.loads(json.write(answer))).encode())
    if use_case == "score":
        return Reply(200, {"content-type": ARROW}, arrow.write(answer))
    return _written(answer)


def _written(answer: Answer) -> Reply:
    return Reply(200, {"content-type": JSON}, json.write(answer))


def _entry(path: str) -> Document:
    """The document of a path of the catalog; raises NotFound."""
    if path in LISTS:
        return LISTS[path]()
    route, _, name = path.rpartition("/")
    found = OF_NAMES[route](unquote(name))
    if found is None:
        raise NotFound("There is nothing of that name.")
    return found
