"""The OpenAPI document: routes from the framework, bodies from the models, an example for everything."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from distscore.runtime.edge import OPEN
from distscore.wire.describe import schemas
from distscore.wire.describe.advise import AdviseRequest, AdviseResponse
from distscore.wire.describe.compare import CompareResponse
from distscore.wire.describe.entries import ENTRIES
from distscore.wire.describe.examples import ADVISE_EXAMPLES, EXAMPLES
from distscore.wire.describe.merge import MergeRequest, MergeResponse
from distscore.wire.describe.requests import COMPARE_REQUESTS, SCORE_REQUESTS
from distscore.wire.describe.responses import SCORE_RESPONSES, ProblemDocument
from distscore.wire.describe.status import STATUSES
from distscore.wire.errors import problems

JSON = "application/json"
INPUT_ERRORS = (400, 401, 406, 408, 413, 415, 422, 500, 503, 504)
READ_ERRORS = (401, 500)
NAMED_ERRORS = (401, 404, 500)
READINGS = {**ENTRIES, **STATUSES}  # what each GET answers
MERGE_EXAMPLES = {"two_batches": {"states": ["the state of one answer", "the state of another"]}}
REQUEST_ID = "3f0c2a9b6d1e4c58"


def document(app: FastAPI) -> dict[str, Any]:
    """The document that is committed as openapi/openapi.json."""
    if app.openapi_schema is None:
        app.openapi_schema = _build(app)
    return app.openapi_schema


def _build(app: FastAPI) -> dict[str, Any]:
    whole = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    requests: list[Any] = [*SCORE_REQUESTS.values(), *COMPARE_REQUESTS.values(), AdviseRequest, MergeRequest]
    responses: list[Any] = [*SCORE_RESPONSES.values(), CompareResponse, AdviseResponse, MergeResponse]
    components = {
        **schemas.components([*requests], "validation"),
        **schemas.components([*responses, *READINGS.values(), ProblemDocument], "serialization"),
        "ScoreRequest": _by_family(SCORE_REQUESTS),
        "ScoreResponse": _by_family(SCORE_RESPONSES),
        "CompareRequest": _by_family(COMPARE_REQUESTS),
    }
    whole.setdefault("components", {})["schemas"] = dict(sorted(components.items()))
    whole["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    whole["security"] = [{}, {"key": []}]
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            operation.get("responses", {}).pop("422", None)
            if path in OPEN:
                operation["security"] = []
            else:
                _errors(operation, INPUT_ERRORS if method == "post" else NAMED_ERRORS if "{" in path else READ_ERRORS)
    _body(whole["paths"]["/v1/score"]["post"], "ScoreRequest", "ScoreResponse", EXAMPLES)
    _body(whole["paths"]["/v1/compare"]["post"], "CompareRequest", "CompareResponse", EXAMPLES)
    _body(whole["paths"]["/v1/advise"]["post"], "AdviseRequest", "AdviseResponse", ADVISE_EXAMPLES)
    _body(whole["paths"]["/v1/summaries/merge"]["post"], "MergeRequest", "MergeResponse", MERGE_EXAMPLES)
    for path, entry in READINGS.items():
        _answer(whole["paths"][path]["get"], entry.__name__)
    return whole


def _by_family(models: dict[str, Any]) -> dict[str, Any]:
    references = {name: schemas.REFERENCE.format(model=model.__name__) for name, model in models.items()}
    return {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "family", "mapping": references},
    }


def _body(operation: dict[str, Any], request: str, response: str, examples: dict[str, Any]) -> None:
    shown = {name: {"value": example} for name, example in examples.items()}
    schema = {"$ref": schemas.REFERENCE.format(model=request)}
    operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema, "examples": shown}}}
    _answer(operation, response)


def _answer(operation: dict[str, Any], response: str) -> None:
    answer = {"schema": {"$ref": schemas.REFERENCE.format(model=response)}}
    operation["responses"]["200"] = {"description": "The answer", "content": {JSON: answer}}


def _errors(operation: dict[str, Any], statuses: tuple[int, ...]) -> None:
    for status in statuses:
        known = [problem for problem in problems.PROBLEMS.values() if problem.status == status]
        examples = {problem.code: {"value": _example(problem)} for problem in known}
        schema = {"$ref": schemas.REFERENCE.format(model="ProblemDocument")}
        operation["responses"][str(status)] = {
            "description": "; ".join(problem.title for problem in known),
            "content": {problems.MEDIA_TYPE: {"schema": schema, "examples": examples}},
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
