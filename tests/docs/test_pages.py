"""What holds for every page: its code runs, its links lead somewhere, and what it names is there."""

import doctest
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.docs import catalog_page
from tests.docs.pages import (
    LINK,
    ROOT,
    SERVED,
    Block,
    anchors_of,
    answer_to,
    assert_shown,
    blocks_of,
    calls_of,
    text_of,
)

PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
EVERY_PAGE = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "examples").rglob("*.md")]
CALLS = [(f"{page.stem} {at}", *call) for page in PAGES for at, call in enumerate(calls_of(page))]
LANGUAGES = {
    "bash",
    "json",
    "python",
    "pycon",
    "console",
    "text",
    "math",
    "sh",
    "shell",
}  # shell: tests/languages runs it
DIGITS = 1e-12
FOLDERS = "core|advice|charts|report|wire|use_cases|runtime|api|tests|service|docs|examples|openapi|bench|deploy"


@pytest.mark.parametrize(("command", "shown"), [call[1:] for call in CALLS], ids=[call[0] for call in CALLS])
def test_curls(command: str, shown: str, url: str) -> None:
    """Every curl of a page gives what the page shows after it."""
    assert_shown(json.loads(shown), answer_to(command, url), DIGITS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python(page: Path, url: str) -> None:
    """The Python of a page runs, from its first block to its last, without blocks that not everybody can run."""
    run([block for block in blocks_of(page) if not block.needs_ecosystem], page, url)


@pytest.mark.ecosystem
@pytest.mark.filterwarnings("ignore:Failed to import numba:UserWarning")  # by CatBoost, which would compile with it
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(block.needs_ecosystem for block in blocks_of(page))],
    ids=lambda page: page.stem,
)
def test_python_of_the_ecosystem(page: Path, url: str) -> None:
    """All Python of a page runs, with the libraries that not everybody has."""
    run(blocks_of(page), page, url)


def run(blocks: list[Block], page: Path, url: str) -> None:
    names: dict[str, Any] = {}
    for block in blocks:
        if block.language == "python":
            exec(compile(block.code.replace(SERVED, url), str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_that_write(page: Path, url: str, tmp_path: Path) -> None:
    """A command of a page that writes a page for people writes a whole one."""
    for block in blocks_of(page):
        if block.language == "sh":
            subprocess.run(["bash", "-c", block.code.replace(SERVED, url)], check=True, cwd=tmp_path)
            (written,) = tmp_path.iterdir()
            text = text_of(written)
            assert text.startswith("<!doctype html>")
            assert text.rstrip().endswith("</html>")
            assert "Your predictions lose" in text
            written.unlink()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_sessions(page: Path) -> None:
    """The sessions of a page print what the page shows, one after the other with the names of those before."""
    sessions = "\n".join(block.code for block in blocks_of(page) if block.language == "pycon")
    test = doctest.DocTestParser().get_doctest(sessions, {}, page.name, str(page), 0)
    reports: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=reports.append)
    assert not result.failed, "".join(reports)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.stem)
def test_links(page: Path) -> None:
    """A link to a file of the repository leads to one, and to a heading of it that is there."""
    for link in LINK.findall(text_of(page)):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_blocks_have_a_language(page: Path) -> None:
    """A code block has a language that one of these tests knows."""
    assert {block.language for block in blocks_of(page)} <= LANGUAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_paths(page: Path) -> None:
    """A path that a page names is that of a file or folder."""
    for named in re.findall(rf"`((?:{FOLDERS})/[\w/.*]+)`", text_of(page)):
        pattern = named.rstrip("/")
        assert any(list(base.glob(pattern)) for base in (ROOT, ROOT / "service" / "distscore")), named


def test_the_catalog_is_what_the_code_says() -> None:
    """docs/catalog.md lists the families and losses that are registered, with the formulas that they have."""
    assert text_of(catalog_page.PAGE) == catalog_page.page(), "run `make docs`, and look at the difference"
