"""The OpenAPI document: routes from the framework, bodies from the models, an example for everything."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from distscore.runtime.edge import OPEN
from distscore.runtime.jobs import ARROW, JSON
from distscore.use_cases.examples import Examples, example_states, examples, table_example
from distscore.wire.describe import schemas
from distscore.wire.describe.advise import AdviseRequest, AdviseResponse
from distscore.wire.describe.candidates import ComparedCandidatesResponse, MergedCandidatesResponse
from distscore.wire.describe.catalog import CATALOG_EXAMPLES
from distscore.wire.describe.compare import ComparedLossesResponse
from distscore.wire.describe.entries import ENTRIES
from distscore.wire.describe.examples import COMPARE_EXAMPLES, EXAMPLES
from distscore.wire.describe.explain import ExplainResponse
from distscore.wire.describe.merge import MergedSummaryResponse, MergeRequest
from distscore.wire.describe.named import with_names
from distscore.wire.describe.report import ReportRequest
from distscore.wire.describe.requests import COMPARE_REQUESTS, EXPLAIN_REQUESTS, SCORE_REQUESTS
from distscore.wire.describe.responses import SCORE_RESPONSES, ProblemDocument
from distscore.wire.describe.status import STATUSES
from distscore.wire.describe.streams import ARROW_REQUEST, ARROW_RESPONSE
from distscore.wire.describe.table import TableResponse
from distscore.wire.errors import problems
from distscore.wire.table.reading import OCTETS

INPUT_ERRORS = (400, 401, 406, 408, 413, 415, 422, 500, 503, 504)
READ_ERRORS = (401, 500, 503)
NAMED_ERRORS = (401, 404, 500, 503)
BODIES = {  # what each POST reads and answers
    "/v1/score": ("ScoreRequest", "ScoreResponse"),
    "/v1/compare": ("CompareRequest", "CompareResponse"),
    "/v1/advise": ("AdviseRequest", "AdviseResponse"),
    "/v1/explain": ("ExplainRequest", "ExplainResponse"),
    "/v1/summaries/merge": ("MergeRequest", "MergeResponse"),
}
STREAMED = {"/v1/score": ("ArrowRequest", "ArrowResponse")}  # what it reads and answers besides, as binary streams
READINGS = {**ENTRIES, **STATUSES}  # what each GET answers
TAGS = [
    {"name": "score", "description": "Batches in, numbers and explanations out; every request is safe to repeat."},
    {"name": "catalog", "description": "Families, losses and limits: what can be sent, and the formulas behind it."},
    {"name": "operations", "description": "Probes and metrics."},
]
SERVERS = [{"url": "/", "description": "The service that this document comes from."}]
REQUEST_ID = "3f0c2a9b6d1e4c58"


def document(app: FastAPI) -> dict[str, Any]:
    """The document that is committed as openapi/openapi.json."""
    if app.openapi_schema is None:
        app.openapi_schema = _build(app)
    return app.openapi_schema


def _build(app: FastAPI) -> dict[str, Any]:
    whole = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    security = {"key": {"type": "http", "scheme": "bearer", "description": "One of the keys, if the service has any."}}
    whole["components"] = {"schemas": _components(), "securitySchemes": security}
    whole |= {"security": [{}, {"key": []}], "tags": TAGS, "servers": SERVERS}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            operation.get("responses", {}).pop("422", None)
            if path in OPEN:
                operation["security"] = []
            else:
                _errors(operation, INPUT_ERRORS if method == "post" else NAMED_ERRORS if "{" in path else READ_ERRORS)
    for path, found in examples().items():
        _body(whole["paths"][path]["post"], *BODIES[path], found)
    for path, (request, response) in STREAMED.items():
        operation = whole["paths"][path]["post"]
        operation["requestBody"]["content"][ARROW] = {"schema": schemas.reference(request)}
        operation["responses"]["200"]["content"][ARROW] = {"schema": schemas.reference(response)}
    _page(whole["paths"]["/v1/report"]["post"])
    _table(whole["paths"]["/v1/table"]["post"])
    for path, entry in READINGS.items():
        _answer(whole["paths"][path]["get"], entry.__name__, {})
    for path, example in CATALOG_EXAMPLES.items():
        _answer(whole["paths"][path]["get"], READINGS[path].__name__, {"example": example()})
    return whole


def _components() -> dict[str, Any]:
    """The schemas of all bodies, by name."""
    by_family = (*SCORE_REQUESTS.values(), *COMPARE_REQUESTS.values(), *EXPLAIN_REQUESTS.values())
    requests: list[Any] = [*by_family, AdviseRequest, MergeRequest, ReportRequest]
    compared, merged = (
        (ComparedLossesResponse, ComparedCandidatesResponse),
        (MergedSummaryResponse, MergedCandidatesResponse),
    )
    answered: list[Any] = [*compared, AdviseResponse, ExplainResponse, *merged, TableResponse]
    responses: list[Any] = [*SCORE_RESPONSES.values(), *answered]
    components = {
        **schemas.components(requests, "validation"),
        **schemas.components([*responses, *READINGS.values(), ProblemDocument], "serialization"),
        "ScoreRequest": _by_family(SCORE_REQUESTS, "One batch and one loss, for each family."),
        "ScoreResponse": _by_family(SCORE_RESPONSES, "The answer, for each family."),
        "ArrowRequest": ARROW_REQUEST,
        "ArrowResponse": ARROW_RESPONSE,
        "CompareRequest": _by_family(COMPARE_REQUESTS, "One batch and several losses or candidates, for each family."),
        "CompareResponse": _either(compared, "The table of losses, or of candidates."),
        "MergeResponse": _either(merged, "The report of one prediction, or of several candidates."),
        "ExplainRequest": _by_family(EXPLAIN_REQUESTS, "One batch and a number for it, for each family."),
    }
    return dict(sorted(with_names(components).items()))


def _by_family(models: dict[str, Any], description: str) -> dict[str, Any]:
    return _either(models.values(), description)


def _either(models: Iterable[type[BaseModel]], description: str) -> dict[str, Any]:
    return {"description": description, "oneOf": [schemas.reference(model.__name__) for model in models]}


def _body(operation: dict[str, Any], request: str, response: str, found: Examples) -> None:
    """What a POST reads and answers, with requests that work and their answers."""
    sent = {name: {"value": example} for name, (example, _) in found.items()}
    content = {JSON: {"schema": schemas.reference(request), "examples": sent}}
    operation["requestBody"] = {"required": True, "content": content}
    _answer(operation, response, {name: answer for name, (_, answer) in found.items()})


def _table(operation: dict[str, Any]) -> None:
    """What POST /v1/table reads: a file as it is; of the types that it has, the one that generators of clients know.

    The example is a part of the description: a generator writes others into comments that end with a line.
    """
    request, answer = table_example()
    shown = f"A CSV or Parquet file as it is, such as\n```\n{request}```"
    content = {OCTETS: {"schema": {"type": "string", "format": "binary"}}}
    operation["requestBody"] = {"required": True, "description": shown, "content": content}
    description = "`true` where only the beginning of a file is sent."
    partial = {"name": "partial", "in": "query", "description": description, "schema": {"type": "boolean"}}
    operation["parameters"] = [partial]
    _answer(operation, TableResponse.__name__, {"votes": answer})


def _answer(operation: dict[str, Any], response: str, answers: Mapping[str, Any]) -> None:
    """What an operation answers if nothing is wrong."""
    content: dict[str, Any] = {"schema": schemas.reference(response)}
    if answers:
        content["examples"] = {name: {"value": answer} for name, answer in answers.items()}
    operation["responses"]["200"] = {"description": "The answer", "content": {JSON: content}}


def _page(operation: dict[str, Any]) -> None:
    """What POST /v1/report reads and answers: bodies of other routes, and HTML."""
    sent = {"score": EXAMPLES["categorical"], "compare": COMPARE_EXAMPLES["two_losses"], "merge": example_states()}
    shown = {name: {"value": example} for name, example in sent.items()}
    content = {JSON: {"schema": schemas.reference("ReportRequest"), "examples": shown}}
    operation["requestBody"] = {"required": True, "content": content}
    answer = {"text/html": {"schema": {"type": "string", "description": "The page, complete in itself."}}}
    operation["responses"]["200"] = {"description": "The page", "content": answer}


def _errors(operation: dict[str, Any], statuses: tuple[int, ...]) -> None:
    for status in statuses:
        known = [problem for problem in problems.PROBLEMS.values() if problem.status == status]
        shown = {problem.code: {"value": _example(problem)} for problem in known}
        content = {"schema": schemas.reference("ProblemDocument"), "examples": shown}
        operation["responses"][str(status)] = {
            "description": "; ".join(problem.title for problem in known),
            "content": {problems.MEDIA_TYPE: content},
        }


def _example(problem: type[problems.Problem]) -> dict[str, Any]:
    if problem is not problems.InvalidRequest:
        return problem().document(REQUEST_ID)
    issue = problems.Issue(
        "/targets/probabilities/17",
        "not_normalized",
        "the row sums to 100, not 1",
        "rows sum to 100: percent? divide by 100",
    )
    return problems.InvalidRequest([issue]).document(REQUEST_ID)
