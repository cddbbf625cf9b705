"""The guide for contributors works: its blocks are put into a copy of the tree, and its commands are run there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACED = ("python", "diff")
EXAMPLES = (
    "Add a family",
    "Add an exponential family",
    "Add a loss",
    "Add a diagnostic",
    "Add a chart",
    "Add a convention",
    "Add an error code",
)


@dataclass(frozen=True)
class Block:
    """A code block, and the file that the line before it names."""

    path: str
    language: str
    code: str


def section(title: str) -> list[Block]:
    """The code blocks of a section."""
    (text,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    return [Block(*found) for found in BLOCK.findall(text)]


def place(block: Block, tree: Path) -> None:
    """Write a file, or change one: the added lines of a diff go where the lines shown or removed before them are."""
    path = tree / block.path
    if block.language == "python":
        assert not path.exists(), f"{block.path} is there already"
        path.write_text(block.code, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    changes = [(change[0], change[1:]) for change in block.code.splitlines()]
    at = lines.index(next(line for kind, line in changes if kind != "+"))  # what is added first goes before it
    for kind, line in changes:
        if kind == "+":
            lines.insert(at, line)
            at += 1
        else:
            assert lines.count(line) == 1, f"{block.path} does not have once: {line}"
            at = lines.index(line)
            if kind == " ":
                at += 1
            else:
                del lines[at]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def copy_with(blocks: list[Block], tree: Path) -> Path:
    """A copy of the tree with the blocks of a section in it."""
    for part in ("service", "tests", "openapi", "docs"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "CHANGELOG.md", "Makefile"):
        shutil.copy(ROOT / file, tree / file)
    for block in blocks:
        if block.language in PLACED:
            place(block, tree)
    return tree


def run(command: str, tree: Path) -> subprocess.CompletedProcess[str]:
    """A command of the guide, with the interpreter of this test, in the copy."""
    environment = os.environ | {"PYTHONPATH": f"{tree / 'service'}{os.pathsep}{tree}"}
    tool, *arguments = shlex.split(command.removeprefix("$ "))
    words = [sys.executable, "-m", tool, *arguments]
    if tool == "pytest":
        words += ["-q", "-p", "no:cacheprovider", "-m", "not heavy and not browser and not guide"]
    return subprocess.run(words, cwd=tree, env=environment, capture_output=True, text=True, timeout=300, check=False)


def commands(blocks: list[Block]) -> list[str]:
    """The lines of console blocks."""
    return [line for block in blocks if block.language == "console" for line in block.code.splitlines()]


@pytest.mark.guide
@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_works(title: str, tmp_path: Path) -> None:
    """Whoever copies the blocks of an example and runs its commands sees them pass."""
    blocks = section(title)
    tree = copy_with(blocks, tmp_path)
    assert commands(blocks)
    for command in commands(blocks):
        done = run(command, tree)
        assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
        passed = re.search(r"(\d+) passed", done.stdout)
        assert passed is None or int(passed[1]) > 2, done.stdout


@pytest.mark.guide
def test_the_examples_are_clean(tmp_path: Path) -> None:
    """The blocks of all examples are formatted, linted and typed like everything else, and stand beside one another."""
    blocks = [block for title in EXAMPLES for block in section(title) if block.language in PLACED]
    tree = copy_with(blocks, tmp_path)
    shutil.copytree(ROOT / "bench", tree / "bench", ignore=shutil.ignore_patterns("__pycache__"))
    written = " ".join(dict.fromkeys(block.path for block in blocks))
    for command in (f"ruff format --diff {written}", f"ruff check {written}", f"mypy {written}"):
        done = run(command, tree)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.guide
def test_the_laws_refuse_what_the_guide_says_they_refuse(tmp_path: Path) -> None:
    """With the plain logarithm of cosh in the logistic family, the law of accuracy fails."""
    tree = copy_with(section("Add a family"), tmp_path)
    path = tree / "service/distscore/core/families/real/logistic.py"
    code = path.read_text(encoding="utf-8")
    careful = "np.log1p(np.sinh(np.minimum(size, NEAR) / 2) ** 2)"
    assert careful in code
    assert "`2 * np.log(np.cosh(z / 2))`" in GUIDE
    path.write_text(code.replace(careful, "2 * np.log(np.cosh(np.minimum(size, NEAR) / 2))"), encoding="utf-8")
    done = run("$ pytest tests/laws/test_accuracy.py -k logistic", tree)
    assert done.returncode == 1
    assert "divergences: found" in done.stdout


def test_every_block_is_placed_or_run() -> None:
    """A block of Python or of changes names its file; commands are targets of the Makefile, or stand in an example."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for path, language, code in BLOCK.findall(GUIDE):
        assert language in (*PLACED, "console")
        assert (language in PLACED) == bool(path)
        for command in code.splitlines() if language == "console" else ():
            _, tool, target, *_ = command.split()
            assert tool in ("pytest", "distscore") or f"\n{target}:" in makefile


def test_what_the_guide_names_is_there() -> None:
    """Paths in the guide are those of files, but for the ones that its examples write."""
    written = {path for path, language, _ in BLOCK.findall(GUIDE) if language == "python"}
    for named in re.findall(r"`((?:tests|service|core|openapi|advice|bench)/[\w/.]+)`", GUIDE):
        if named not in written:
            assert (ROOT / named).exists() or (ROOT / "service/distscore" / named).exists(), named


def test_the_guide_names_every_law() -> None:
    """Each file of laws has its row in the table; what plants errors to test the laws is none."""
    for path in {*(ROOT / "tests" / "laws").glob("test_*.py")} - {ROOT / "tests" / "laws" / "test_mutants.py"}:
        assert f"`tests/laws/{path.name}`" in GUIDE, path.name
