"""docs/api.md names everything that the service has: the tables are those of the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distscore
from distscore.advice.warnings import MESSAGES
from distscore.app import create_app
from distscore.charts.registry import CHARTS, REPORTED
from distscore.settings import Settings
from distscore.wire.describe.outputs import OUTPUTS
from distscore.wire.errors.problems import PROBLEMS
from tests.docs.pages import ROOT, SERVED, blocks_of, text_of
from tests.wire.streams import table_of

PAGE = text_of(ROOT / "docs" / "api.md")
DOCUMENT: dict[str, Any] = create_app(Settings()).openapi()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def named(*titles: str, cell: int = 0) -> list[str]:
    """The names in backticks in a column of the tables under some headings."""
    found: list[str] = []
    for title in titles:
        (section,) = re.findall(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
        rows = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("| ")]
        found += [name for row in rows for name in re.findall(r"`([^`]+)`", row[cell])]
    return found


def sources() -> Iterator[ast.AST]:
    """Every piece of syntax of the package."""
    for path in Path(distscore.__file__).parent.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def text_of_node(node: ast.AST) -> set[str]:
    """The string that a constant is."""
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def noted(node: ast.AST) -> set[str]:
    """The code with which a call notes that something is wrong, where it is a constant."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return set()
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
    place = {"wrong": 0, "wrong_where": 1, "Issue": 1}.get(name, len(node.args))
    return text_of_node(node.args[place]) if place < len(node.args) else set()


def assert_same(listed: list[str], known: set[str]) -> None:
    """Each name once, none is missing, none is made up."""
    assert sorted(listed) == sorted(known)


def test_endpoints() -> None:
    """Every path of the OpenAPI document with its method."""
    assert_same(named("Endpoints"), set(DOCUMENT["paths"]))


def test_members_of_a_request() -> None:
    """Every member of POST /v1/score."""
    listed = named("What is scored", "How", "Changes to what was sent")
    assert_same(listed, set(SCHEMAS["CategoricalScoreRequest"]["properties"]))


def test_members_of_candidates() -> None:
    """Every member that POST /v1/compare has for candidates, and every member of a difference."""
    of_score, of_compare = (
        SCHEMAS[f"Categorical{route}Request"]["properties"].keys() for route in ("Score", "Compare")
    )
    of_differences = SCHEMAS["PairedDifference"]["properties"].keys() - {"name"}
    assert_same(named("Candidates"), (of_compare - of_score) | {"groups", "outputs"} | of_differences)


def test_outputs() -> None:
    """Every output; diagnostics by their names are in the catalog, and charts have a table of their own."""
    assert_same(named("Outputs"), {name for name in OUTPUTS if "." not in name})


def test_charts() -> None:
    """Every chart, with what it shows."""
    assert_same(named("Charts"), set(REPORTED))
    for chart in CHARTS.values():
        assert f"| `{chart.name}` | {chart.shows} |" in PAGE


def test_members_of_an_answer() -> None:
    """Every member of the answer to POST /v1/score."""
    assert_same(named("The answer"), set(SCHEMAS["CategoricalScoreResponse"]["properties"]))


def test_warnings() -> None:
    """Every code that a warning may have."""
    assert_same(named("Warnings"), set(MESSAGES))


def test_problems() -> None:
    """Every code that a problem document may have."""
    assert_same([name for name in named("Problems", cell=1) if name != "Retry-After"], set(PROBLEMS))


def test_codes_of_wrong_input() -> None:
    """Every code that an entry of `errors` may have, and none that no source knows."""
    listed, syntax = named("Codes of wrong input"), list(sources())
    assert {code for node in syntax for code in noted(node)} <= set(listed)
    assert set(listed) <= {text for node in syntax for text in text_of_node(node)}
    assert len(listed) == len(set(listed))


def test_limits() -> None:
    """Every limit of GET /v1/limits."""
    assert_same(named("Limits"), set(Settings().limits()))


def test_the_stream_in_the_file_is_that_of_the_program(url: str) -> None:
    """What the curl of the page sends is the Arrow stream that its program makes."""
    (program,) = (block.code for block in blocks_of(ROOT / "docs" / "api.md") if "pyarrow" in block.code)
    names: dict[str, Any] = {}
    exec(compile(program.replace(SERVED, url), "api.md", "exec"), names)
    stored = table_of((ROOT / "examples" / "votes.arrows").read_bytes())
    assert stored.equals(names["table"], check_metadata=True)
