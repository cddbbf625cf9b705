"""Every error that leaves the service, as an RFC 9457 problem document.

An error is a class with a status, a code and a title; what is wrong with this very request is its detail. Errors of
input carry `Issue`s, each with the JSON pointer of what is wrong. One renderer writes them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, ClassVar

import orjson

MEDIA_TYPE = "application/problem+json"
LISTED = 20  # issues that a document spells out


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong with the input, and where: in the document, and in the file that it came from."""

    pointer: str
    code: str
    detail: str
    hint: str | None = None
    line: int | None = None  # physical, that of the header being 1
    row: int | None = None  # from 0, of a file without lines
    column: str | None = None

    def document(self) -> dict[str, str | int]:
        """The entry of `errors` in a problem document."""
        return {name: value for name, value in vars(self).items() if value is not None}


def pointer(*path: str | int) -> str:
    """The JSON pointer of a path, RFC 6901: `/` and `~` in names are escaped."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


class Problem(Exception):
    """An answer that is an error."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail, self.headers = detail or self.title, dict(headers or {})

    def document(self, request_id: str) -> dict[str, Any]:
        """The members of the problem document, RFC 9457."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
        }

    def as_data(self) -> dict[str, Any]:
        """What `problem_of` makes the same problem of, in another process."""
        return {"code": self.code, "detail": self.detail, "headers": self.headers}


def render_brief(problem: Problem) -> bytes:
    """The problem as the Open Inference Protocol has errors: one sentence, of wrong input the first thing that is."""
    text = f"{problem.code}: {problem.detail}"
    if isinstance(problem, InvalidRequest):
        first = problem.issues[0]
        text = f"{first.code} at {first.pointer}: {first.detail}" + (f" ({first.hint})" if first.hint else "")
    return orjson.dumps({"error": text})


def render(problem: Problem, request_id: str) -> bytes:
    """The problem document as bytes, under the id of the request that it answers."""
    return orjson.dumps(problem.document(request_id))


class InvalidRequest(Problem):
    """The request was understood and is wrong; `issues` says where."""

    status, code, title = 422, "invalid_request", "The request is not valid"

    def __init__(self, issues: Iterable[Issue], count: int | None = None, complete: bool = True) -> None:
        self.issues = list(issues)
        self.count = len(self.issues) if count is None else count
        self.complete = complete
        first = self.issues[0]
        rest = f" (and {self.count - 1} more)" if self.count > 1 else ""
        super().__init__(f"{first.pointer or 'the document'}: {first.detail}{rest}")

    def document(self, request_id: str) -> dict[str, Any]:
        return super().document(request_id) | {
            "errors": [issue.document() for issue in self.issues[:LISTED]],
            "error_count": self.count,
            "error_count_complete": self.complete,
        }

    def as_data(self) -> dict[str, Any]:
        issues = [asdict(issue) for issue in self.issues[:LISTED]]
        return {"code": self.code, "issues": issues, "count": self.count, "complete": self.complete}


def _problem(status: int, code: str, title: str) -> type[Problem]:
    name = "".join(word.capitalize() for word in code.split("_"))
    return type(name, (Problem,), {"status": status, "code": code, "title": title, "__doc__": title + "."})


MalformedJson = _problem(400, "malformed_json", "The body is not valid JSON")
MalformedArrow = _problem(400, "malformed_arrow", "The body is not an Arrow stream that the service reads")
MalformedTable = _problem(400, "malformed_table", "The body is not a table that the service reads")
TruncatedBody = _problem(400, "truncated_body", "The body ends too early")
BadContentEncoding = _problem(400, "bad_content_encoding", "The body is not what its Content-Encoding says")
Unauthorized = _problem(401, "unauthorized", "A valid API key is required")
Forbidden = _problem(403, "forbidden", "Not allowed")
NotFound = _problem(404, "not_found", "There is nothing here")
MethodNotAllowed = _problem(405, "method_not_allowed", "The path does not have this method")
NotAcceptable = _problem(406, "not_acceptable", "The service cannot write what Accept asks for")
BodyTimeout = _problem(408, "body_timeout", "The body did not arrive in time")
BodyTooLarge = _problem(413, "body_too_large", "The body is too large")
TooManyRows = _problem(413, "too_many_rows", "The batch has too many rows")
TooManyClasses = _problem(413, "too_many_classes", "The rows are too wide")
TooManyEntries = _problem(413, "too_many_entries", "The batch has too many numbers")
UnsupportedMediaType = _problem(415, "unsupported_media_type", "The service does not read this Content-Type")
UnsupportedContentEncoding = _problem(
    415, "unsupported_content_encoding", "The service does not read this Content-Encoding"
)
Internal = _problem(500, "internal", "Internal error")
Overloaded = _problem(503, "overloaded", "The service is busy")
Draining = _problem(503, "draining", "The service is shutting down")
DeadlineExceeded = _problem(504, "deadline_exceeded", "The request took too long")

_ALL: list[type[Problem]] = [
    MalformedJson,
    MalformedArrow,
    MalformedTable,
    TruncatedBody,
    BadContentEncoding,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    BodyTimeout,
    BodyTooLarge,
    TooManyRows,
    TooManyClasses,
    TooManyEntries,
    UnsupportedMediaType,
    UnsupportedContentEncoding,
    InvalidRequest,
    Internal,
    Overloaded,
    Draining,
    DeadlineExceeded,
]
PROBLEMS = {problem.code: problem for problem in _ALL}


def problem_of(data: Mapping[str, Any]) -> Problem:
    """The problem that gave these data of itself."""
    if data["code"] == InvalidRequest.code:
        issues = [Issue(**issue) for issue in data["issues"]]
        return InvalidRequest(issues, data["count"], data["complete"])
    return PROBLEMS[data["code"]](data["detail"], data["headers"])


def of_status(status: int) -> Problem:
    """The problem for an error of the framework, which knows only a status."""
    for problem in PROBLEMS.values():
        if problem.status == status and problem is not InvalidRequest:
            return problem()
    bare = _problem(status, HTTPStatus(status).phrase.lower().replace(" ", "_"), HTTPStatus(status).phrase)
    return bare()
