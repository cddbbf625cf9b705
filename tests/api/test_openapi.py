"""The committed OpenAPI document: what the code says, true examples, and good food for generators."""

import importlib.util
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import jsonschema_rs
import pytest

from distscore.__main__ import pretty
from distscore.app import create_app
from distscore.core.families import FAMILIES
from distscore.core.theory.activations import ACTIVATIONS
from distscore.settings import Settings
from distscore.wire.describe.outputs import OUTPUTS
from distscore.wire.errors.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT / "openapi"
DOCUMENT: dict[str, Any] = json.loads((OPENAPI / "openapi.json").read_bytes())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
EXAMPLES = {path.stem: json.loads(path.read_bytes()) for path in sorted((OPENAPI / "examples").glob("*.json"))}
OPERATIONS = [
    (f"{method} {path}", operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
TOLD_BY_MEMBERS = ("/CompareResponse", "/MergeResponse")  # answers about one prediction, or about candidates
TOLD_BY_FAMILY = ("/ScoreRequest", "/ScoreResponse", "/CompareRequest", "/ExplainRequest")
JSON = "application/json"
POSTS = [
    (name, operation)
    for name, operation in OPERATIONS
    if name.startswith("post") and JSON in operation["requestBody"]["content"]
]
GENERATOR = Path(sys.executable).parent / "openapi-python-client"


def walk(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a document, by its path."""
    if isinstance(node, dict):
        yield path, node
        for name, value in node.items():
            yield from walk(value, f"{path}/{name}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from walk(value, f"{path}/{at}")


def validator(model: str) -> Any:
    """What checks a document against a model."""
    return jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{model}", "components": {"schemas": SCHEMAS}})


def close(one: Any, other: Any) -> bool:
    """Whether two documents are the same, numbers but for the last digits."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-14)
    return bool(one == other)


def test_the_document_is_what_the_code_says() -> None:
    """The committed file is the document of this code, to the byte."""
    assert (OPENAPI / "openapi.json").read_bytes() == pretty(create_app(Settings()).openapi())


def test_every_family_has_an_example() -> None:
    """A family is not there before it has a request that works and its answer."""
    assert EXAMPLES.keys() == FAMILIES.keys()


@pytest.mark.anyio
@pytest.mark.parametrize("family", FAMILIES)
async def test_examples_are_true(client: httpx.AsyncClient, family: str) -> None:
    """An example is answered as it says, and both sides are what the schemas say."""
    example = EXAMPLES[family]
    answer = await client.post("/v1/score", json=example["request"])
    assert answer.status_code == 200, answer.text
    assert close(answer.json(), example["response"])
    assert not [error.message for error in validator("ScoreRequest").iter_errors(example["request"])]
    assert not [error.message for error in validator("ScoreResponse").iter_errors(answer.json())]


@pytest.mark.anyio
@pytest.mark.parametrize("family", FAMILIES)
async def test_everything_that_can_be_asked_for_is_described(client: httpx.AsyncClient, family: str) -> None:
    """The schema of an answer knows every member that an answer may have."""
    request = {**EXAMPLES[family]["request"], "tag": "t"}
    optional = ["optima", "fisher_diagonals", "normalization_terms", "state", "charts"]
    always = ["losses", "floors", "divergences", "gradients", "hessian_diagonals", "parameters", "diagnostics.all"]
    for outputs in (always, *([name] for name in optional)):
        answer = await client.post("/v1/score", json={**request, "outputs": outputs})
        if answer.status_code == 422 and outputs[0] in optional:
            continue
        assert answer.status_code == 200, answer.text
        assert not [error.message for error in validator("ScoreResponse").iter_errors(answer.json())]
        known = SCHEMAS[DOCUMENT_NAMES[family]]["properties"]
        assert answer.json().keys() <= known.keys()
        diagnostics = answer.json().get("diagnostics", {})
        assert diagnostics.keys() <= SCHEMAS["Diagnostics"]["properties"].keys()


def name_in(reference: dict[str, str]) -> str:
    """The component that a reference is to."""
    return reference["$ref"].removeprefix("#/components/schemas/")


def family_of(model: str) -> str:
    """The family that a model is of: the only value of a named enumeration that its `family` must be."""
    assert "family" in SCHEMAS[model]["required"]
    named = SCHEMAS[name_in(SCHEMAS[model]["properties"]["family"])]
    assert named["type"] == "string"
    (family,) = named["enum"]
    return str(family)


def models_of(union: str) -> dict[str, str]:
    """The models of a union, by family."""
    return {family_of(model): model for model in map(name_in, SCHEMAS[union]["oneOf"])}


DOCUMENT_NAMES = models_of("ScoreResponse")


@pytest.mark.parametrize(("name", "operation"), POSTS, ids=[name for name, _ in POSTS])
def test_examples_of_requests_fit_their_schema(name: str, operation: dict[str, Any]) -> None:
    """Every request that is shown is a valid one."""
    content = operation["requestBody"]["content"]["application/json"]
    model = content["schema"]["$ref"].rsplit("/", 1)[1]
    assert content["examples"]
    for shown in content["examples"].values():
        assert not [error.message for error in validator(model).iter_errors(shown["value"])]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_error_has_an_example(name: str, operation: dict[str, Any]) -> None:
    """Every status but 200 shows a problem document for each of its codes."""
    fits = validator("ProblemDocument")
    for status, response in operation["responses"].items():
        if status == "200" or name == "get /readyz":
            continue
        content = response["content"]["application/problem+json"]
        assert content["examples"].keys() == {code for code, known in PROBLEMS.items() if known.status == int(status)}
        for code, shown in content["examples"].items():
            assert (shown["value"]["code"], str(shown["value"]["status"])) == (code, status)
            assert fits.is_valid(shown["value"])


def test_posts_list_every_problem() -> None:
    """Whatever may be answered is documented somewhere, but for what belongs to no operation."""
    shown = {status for _, operation in OPERATIONS for status in operation["responses"]}
    assert {str(problem.status) for problem in PROBLEMS.values()} - {"403", "405"} <= shown


def test_references_resolve() -> None:
    """Every reference leads somewhere, and every component is referred to."""
    found = {node["$ref"] for _, node in walk(DOCUMENT) if isinstance(node.get("$ref"), str)}
    names = {reference.removeprefix("#/components/schemas/") for reference in found}
    assert names == SCHEMAS.keys()


def test_operations_have_stable_names() -> None:
    """Generators name functions after operation ids: short ones, each once."""
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z_]+", name) for name in names)
    assert all(operation["summary"] and operation["description"] for _, operation in OPERATIONS)


@pytest.mark.parametrize("name", [path.strip("/") for path in TOLD_BY_FAMILY])
def test_families_discriminate(name: str) -> None:
    """The family says which model it is: a constant in each of them, always there, no two times the same.

    There is no `discriminator`: the document says no more with one, and some generators then write the family twice.
    """
    models = models_of(name)
    assert SCHEMAS[name].keys() == {"description", "oneOf"}
    assert list(models) == list(FAMILIES)
    assert len(set(models.values())) == len(SCHEMAS[name]["oneOf"])


def test_named_enumerations_share_no_value() -> None:
    """A value stands in one named enumeration: clients that make a constant of each would have two of a name."""
    values = [value for schema in SCHEMAS.values() for value in schema.get("enum", ())]
    assert sorted(values) == sorted({*values})
    assert {*FAMILIES, *OUTPUTS, *ACTIVATIONS} < {*values}


def test_schemas_are_plain() -> None:
    """Numbers are doubles; a null stands for a number that is missing, not finite or not defined; unions are few."""
    number, null, array = {"type": "number", "format": "double"}, {"type": "null"}, {"type": "array"}
    integer = {"type": "integer", "format": "int64"}
    one_or_several = [number, {**array, "items": number, "minItems": 1}]
    assert SCHEMAS["PerLabel"]["oneOf"] == one_or_several
    assert SCHEMAS["Identifier"]["oneOf"] == [{"type": "string"}, integer]
    unions = {*TOLD_BY_MEMBERS, *TOLD_BY_FAMILY, "/PerLabel", "/Identifier"}
    for path, node in walk(SCHEMAS):
        if node.get("type") == "number":
            assert node["format"] == "double", path
        if node.get("type") == "integer":
            assert node["format"] == "int64", path
        if "anyOf" in node:
            of_column = re.match("/[A-Za-z]+(Targets|Predictions)/", path)
            known: list[Any] = [[number, null]]
            known += [[{**array, "items": number}, null]] if path.endswith("interval") else []
            known += [[{**array, "items": {"anyOf": [number, null]}}, null]] if path.startswith("/Optimum/") else []
            known += [[integer, null], [node["anyOf"][0], null]] if of_column else []
            assert node["anyOf"] in known, path
        if node.get("type") == "null":
            assert "/anyOf/" in path, path
            assert "Request" not in path, path
        assert not {"allOf", "not", "if", "patternProperties", "prefixItems", "$defs"} & node.keys(), path
        assert "oneOf" not in node or path in unions, path
        assert not isinstance(node.get("type"), list), path
        assert node.get("default", ...) is not None, path


def test_a_python_client_can_be_generated(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator reads the document, knows all but the binary format, and what it writes scores every example."""
    command = [str(GENERATOR), "generate", "--path", str(OPENAPI / "openapi.json"), "--meta", "none"]
    target = tmp_path / "generated"
    configuration = tmp_path / "configuration.yml"
    configuration.write_text("post_hooks: []\n")
    command += ["--output-path", str(target), "--config", str(configuration)]
    generated = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = generated.stdout + generated.stderr
    assert generated.returncode == 0, said
    warnings = re.findall(r"^(?:WARNING|ERROR) .*\n\n(.*)$", said, re.MULTILINE)
    assert warnings == ["Unsupported content type application/vnd.apache.arrow.stream"], said
    assert said.count("WARNING") == 1, said
    monkeypatch.syspath_prepend(tmp_path)
    module = imported(target)
    score = importlib.import_module("generated.api.score.score")
    with module.Client(base_url=url) as client:
        for family, example in EXAMPLES.items():
            model = DOCUMENT_NAMES[family].replace("Response", "Request")
            request = getattr(importlib.import_module("generated.models"), model).from_dict(example["request"])
            answer = score.sync(client=client, body=request)
            assert type(answer).__name__ == DOCUMENT_NAMES[family], answer
            assert math.isclose(answer.value, example["response"]["value"], rel_tol=1e-12)
            assert close(answer.to_dict(), example["response"])


def imported(path: Path) -> ModuleType:
    """The package that was generated."""
    specification = importlib.util.spec_from_file_location(path.name, path / "__init__.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.name] = module
    specification.loader.exec_module(module)
    return module
