"""What the OpenAPI document says is complete and true: names, words, examples, and every request that is shown."""

import json
import math
import re
import runpy
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.families import FAMILIES
from distscore.wire.describe.outputs import OUTPUTS
from tests.api.test_openapi import DOCUMENT, OPERATIONS, POSTS, ROOT, SCHEMAS, models_of, name_in, validator, walk

BODIES = {name.removeprefix("post "): post["requestBody"]["content"]["application/json"] for name, post in POSTS}
POST_MODELS = {path: body["schema"]["$ref"].rsplit("/", 1)[1] for path, body in BODIES.items()}
PAGES = [ROOT / "README.md", *sorted((ROOT / "examples").rglob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
CURL = re.compile(r"curl[^\n]*?http://\S+?(/v1/[\w/]+)[^\n]*-d '\n?(\{.*?\})'", re.DOTALL)
CURLS = [(page, path, body) for page in PAGES if page.is_file() for path, body in CURL.findall(page.read_text())]
SERVICE = "http://127.0.0.1:8000"  # of a program that asks a service; others compute by themselves
BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
PYTHON = [block for block in BLOCKS if SERVICE in block]
SCRIPTS = sorted(path for path in (ROOT / "examples").glob("*.py") if SERVICE in path.read_text())
ENOUGH = 20  # requests of a script that are looked at


def errors(model: str, document: Any) -> list[str]:
    return [error.message for error in validator(model).iter_errors(document)]


def words_of(schema: dict[str, Any]) -> str:
    """The description of a property, its own or that of the model that it refers to."""
    reference = schema.get("$ref", "").rsplit("/", 1)[-1]
    return str(schema.get("description") or SCHEMAS.get(reference, {}).get("description", ""))


def test_every_property_is_described() -> None:
    """Whoever looks at a member of a request or an answer is told what it is."""
    undescribed = [
        f"{path}/{name}"
        for path, node in walk(SCHEMAS)
        if isinstance(node.get("properties"), dict) and not path.endswith("/properties")
        for name, schema in node["properties"].items()
        if len(words_of(schema)) < 8
    ]
    assert undescribed == []


def test_every_model_is_described() -> None:
    """A component says what it is; no object inside it is left without a name of its own."""
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] == []
    objects = [path for path, node in walk(SCHEMAS) if node.get("type") == "object" and "properties" in node]
    inline = [path for path in objects if path.count("/") > 1]
    assert inline == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_output_is_named(family: str) -> None:
    """What can be asked for is enumerated, each diagnostic by its name."""
    model = models_of("ScoreRequest")[family]
    assert SCHEMAS[name_in(SCHEMAS[model]["properties"]["outputs"]["items"])]["enum"] == list(OUTPUTS)
    assert {f"diagnostics.{name}" for name in DIAGNOSTICS} < set(OUTPUTS)


@pytest.mark.anyio
@pytest.mark.parametrize("output", OUTPUTS)
async def test_every_output_that_is_named_is_known(client: httpx.AsyncClient, output: str) -> None:
    """Whatever the document enumerates can be asked for."""
    example = BODIES["/v1/score"]["examples"]["categorical"]
    answer = await client.post("/v1/score", json={**example["value"], "outputs": [output]})
    assert answer.status_code == 200, answer.text


def test_columns_have_no_bounds() -> None:
    """Domains of columns are said in words, for what is excluded need not lie in them; a null may be missing."""
    for name, schema in SCHEMAS.items():
        if re.search("(Targets|Predictions)$", name):
            for path, node in walk(schema):
                assert not {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} & node.keys(), name + path
            assert all(re.search(r"in [(\[].*[)\]]", each["description"]) for each in schema["properties"].values())
    request = {"family": "gamma", "targets": {"values": [1.0, None, -3.0]}, "predictions": {"mean": [1.0, 0.0, 2.0]}}
    assert errors("ScoreRequest", {**request, "missing": "exclude", "sample_weights": [1.0, 1.0, 0.0]}) == []


def test_operations_are_grouped() -> None:
    """Every operation has a tag that is explained, and the document names the server that it comes from."""
    known = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert {tag for _, operation in OPERATIONS for tag in operation["tags"]} == known
    assert all(len(operation["tags"]) == 1 for _, operation in OPERATIONS)
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]


def near(shown: Any, found: Any) -> bool:
    """Whether an example shows an answer, its numbers to a few digits; a state is shown as it was."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return shown.keys() == found.keys() and all(near(shown[name], found[name]) for name in shown)
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(near, shown, found))
    if isinstance(shown, float):
        return math.isclose(shown, found, rel_tol=1e-5, abs_tol=1e-11)
    return bool(shown == found)


EXAMPLES = [
    (path, name, shown["value"])
    for path, body in BODIES.items()
    if "application/json" in DOCUMENT["paths"][path]["post"]["responses"]["200"]["content"]  # a report is a page
    for name, shown in body["examples"].items()
]


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "name", "request_"), EXAMPLES, ids=[f"{path} {name}" for path, name, _ in EXAMPLES])
async def test_examples_of_answers_are_real(client: httpx.AsyncClient, path: str, name: str, request_: Any) -> None:
    """The answer that is shown beside a request is the one that the service gives."""
    answer = await client.post(path, json=request_)
    assert answer.status_code == 200
    content = DOCUMENT["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]
    assert near(content["examples"][name]["value"], answer.json())
    assert errors(content["schema"]["$ref"].rsplit("/", 1)[1], content["examples"][name]["value"]) == []


@pytest.mark.parametrize(
    ("page", "path", "body"), CURLS, ids=[f"{page.stem}{n}" for n, (page, _, _) in enumerate(CURLS)]
)
def test_requests_on_pages_fit_the_document(page: Path, path: str, body: str) -> None:
    """Every request in the README and on the pages of examples is valid by the document."""
    assert errors(POST_MODELS[path], json.loads(body)) == []


def test_pages_have_requests() -> None:
    """The pattern finds what the pages show."""
    assert len(CURLS) >= 18


class Enough(BaseException):
    """A script has sent as many requests as are looked at."""


@pytest.mark.parametrize("script", [*range(len(PYTHON)), *(path.name for path in SCRIPTS)])
def test_requests_of_programs_fit_the_document(script: int | str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request that a program in the README or among the examples sends is valid by the document."""
    send, seen = httpx.Client.send, []

    def checked(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        if request.method == "POST":
            sent_as_json = request.headers["Content-Type"] == "application/json"  # the document has no words for Arrow
            seen.append(errors(POST_MODELS[request.url.path], json.loads(request.content)) if sent_as_json else [])
        if len(seen) >= ENOUGH:
            raise Enough
        return send(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", checked)
    try:
        if isinstance(script, int):
            exec(compile(PYTHON[script].replace(SERVICE, url), "README.md", "exec"), {})
        else:
            monkeypatch.setattr(sys, "argv", [script, url])
            runpy.run_path(str(ROOT / "examples" / script), run_name="__main__")
    except Enough:
        pass
    assert seen
    assert not any(seen), seen
