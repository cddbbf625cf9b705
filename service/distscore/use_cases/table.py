"""Files of columns: what is in one, and any use case of the request that a query makes of it."""

from collections.abc import Callable
from urllib.parse import parse_qs

from distscore.use_cases.score import Check
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import InvalidRequest, TooManyRows
from distscore.wire.read.document import Document
from distscore.wire.read.limits import Limits
from distscore.wire.table.document import document_of
from distscore.wire.table.guesses import guesses
from distscore.wire.table.profile import profiles
from distscore.wire.table.query import read_query, with_request
from distscore.wire.write.answer import Answer

UseCase = Callable[[Document, Limits, Check], Answer]


def answer_table(document: Document, limits: Limits, check: Check) -> Answer:
    """POST /v1/table: the columns of a file, and the queries that fit it."""
    is_beginning = parse_qs(document.get("query", "")).get("partial", ["false"])[-1] == "true"
    found = profiles(document["sheet"].beginning() if is_beginning else document["sheet"])
    check()
    row_count = len(found[0].column) if found else 0
    if row_count > limits.rows:
        raise TooManyRows(f"The file has {row_count} rows; the limit is {limits.rows}. Send it in parts.")
    return Answer(
        {
            "row_count": row_count,
            "columns": [profile.record() for profile in found],
            "guesses": [guess.record() for guess in guesses(found)],
        }
    )


def of_table(use_case: UseCase) -> UseCase:
    """The same use case for files: errors point at their cells, and rows are called as they are there."""

    def answer(document: Document, limits: Limits, check: Check) -> Answer:
        sent = read_query(with_request(document["query"], document.get("request", "")), Place())
        request = document_of(document["sheet"], sent, limits)
        if "outputs" in document:
            request.document["outputs"] = document["outputs"]
        try:
            return request.origin.named(use_case(request.document, limits, check))
        except InvalidRequest as problem:
            raise request.origin.located(problem) from None

    return answer
