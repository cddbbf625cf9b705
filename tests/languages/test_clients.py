"""Clients that generators write from the OpenAPI document, built and run as docs/languages.md says.

The program of each language sends the requests of the README, and prints what its typed answers hold.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.docs.pages import ROOT, SERVED, Block, blocks_of, text_of

PAGE = ROOT / "docs" / "languages.md"
PROGRAMS = Path(__file__).parent
COLOR = re.compile(r"\x1b\[\d*m")  # which Maven switches off even where it prints nothing else
PATIENCE = 1800  # seconds to download, compile and run on a busy machine

TARGETS = {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]}
LOGITS = {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]}
ZEROS = {"logits": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]}
IMPOSSIBLE = {"probabilities": [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]]}
SCORED: dict[str, Any] = {
    "family": "categorical",
    "targets": TARGETS,
    "predictions": LOGITS,
    "sample_weights": [1.0, 2.0],
    "outputs": ["losses", "gradients", "diagnostics.decomposition"],
}
COMPARED: dict[str, Any] = {"family": "categorical", "targets": TARGETS}
CANDIDATES = [{"name": "zeros", "predictions": ZEROS}, {"name": "logits", "predictions": LOGITS}]
PERCENTAGES = {"probabilities": [[70.0, 20.0, 10.0], [0.0, 100.0, 0.0]]}


class Client(NamedTuple):
    """A generator and a language: the heading of its section in the page, its program, and the commands it needs."""

    heading: str
    folder: str
    needs: tuple[str, ...]


CLIENTS = (
    Client("TypeScript with hey-api", "hey_api", ("npm",)),
    Client("TypeScript with openapi-fetch", "openapi_fetch", ("npm",)),
    Client("Go with oapi-codegen", "oapi_codegen", ("go",)),
    Client("Go with openapi-generator", "go", ("java", "mvn", "go")),
    Client("Java", "java", ("java", "mvn")),
    Client("Kotlin", "kotlin", ("java", "mvn")),
    Client("Rust", "rust", ("java", "mvn", "cargo")),
)


def section(heading: str) -> list[Block]:
    """The code blocks under a heading of the page."""
    (text,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text_of(PAGE), re.MULTILINE | re.DOTALL)
    return [Block(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def commands(heading: str) -> str:
    """The commands that a section of the page gives."""
    return "".join(block.code for block in section(heading) if block.language == "shell")


def expected(url: str) -> Iterator[list[str | float]]:
    """What every program prints, word by word: taken from the service's own answers."""

    def posted(path: str, request: dict[str, Any]) -> Any:
        return httpx.post(f"{url}{path}", json=request).json()

    answer = posted("/v1/score", SCORED)
    yield ["value", answer["value"]]
    yield ["losses", *answer["losses"]]
    for row in answer["gradients"]["logits"]:
        yield ["gradient", *row]
    yield ["floor", answer["diagnostics"]["decomposition"]["floor"]]
    infinite = posted("/v1/score", {**SCORED, "predictions": IMPOSSIBLE})["nonfinite"][0]
    yield ["infinite", infinite["pointer"], infinite["value"]]
    for line in posted("/v1/compare", {**COMPARED, "predictions": IMPOSSIBLE})["results"]:
        yield ["compared", line["loss"]]
    (result,) = posted("/v1/compare", {**COMPARED, "candidates": CANDIDATES})["results"]
    (difference,) = result["differences"]
    yield ["difference", difference["name"], difference["value"]]
    problem = posted("/v1/score", {**SCORED, "targets": PERCENTAGES})
    yield ["refused", problem["status"], problem["code"]]
    for wrong in problem["errors"]:
        yield ["wrong", wrong["pointer"], wrong["code"]]


def words(line: str) -> list[str | float]:
    """A printed line; what reads as a number is one."""
    return [float(word) if re.fullmatch(r"-?\d[\d.eE+-]*", word) else word for word in line.split()]


def skip_without(*commands: str) -> None:
    """Skip a test of a language whose tools this machine does not have."""
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")


@pytest.fixture(scope="session")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the generator of most languages is, fetched as the page says."""
    directory = tmp_path_factory.mktemp("generator")
    subprocess.run(["bash", "-ec", commands("The generator")], cwd=directory, check=True, timeout=PATIENCE)
    return directory


@pytest.mark.languages
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.folder)
def test_a_generated_client(client: Client, tmp_path: Path, url: str, request: pytest.FixtureRequest) -> None:
    """Its program prints the figures of the service's own JSON to the last bit, and a refusal with its pointers."""
    skip_without(*client.needs)
    if (
        "npm" in client.needs
        and subprocess.run(["npm", "ping"], capture_output=True, timeout=60, check=False).returncode
    ):
        pytest.skip("the npm registry cannot be reached")
    shutil.copytree(PROGRAMS / client.folder, tmp_path, dirs_exist_ok=True)
    if "mvn" in client.needs:
        for jar in request.getfixturevalue("generator").iterdir():
            (tmp_path / jar.name).symlink_to(jar)
    told = commands(client.heading).replace(SERVED, url)
    command = ["nice", "-n", "10", "bash", "-ec", told]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, env=ONE_AT_A_TIME, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = list(expected(url))
    printed = COLOR.sub("", ended.stdout).splitlines()
    assert list(map(words, printed[-len(lines) :])) == lines


ONE_AT_A_TIME = os.environ | {"CARGO_BUILD_JOBS": "1", "GOMAXPROCS": "1", "MAKEFLAGS": "-j1"}


def test_every_program_is_run() -> None:
    """Each folder beside this file is a language of the list with commands in the page; the README's command is one."""
    folders = {path.name for path in PROGRAMS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {client.folder for client in CLIENTS} == folders
    assert all(commands(client.heading) for client in CLIENTS)
    (of_readme,) = (block.code for block in blocks_of(ROOT / "README.md") if block.language == "shell")
    assert of_readme in commands("TypeScript with hey-api")
