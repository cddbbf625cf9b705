"""The worked questions: every page is a question, a request, what it answers, and the answer in words."""

import json
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, answer_to, assert_shown, blocks_of, calls_of, text_of

PAGES = sorted((ROOT / "examples" / "questions").glob("*.md"))
ROUNDED = 1e-4  # pages show five digits


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages(page: Path, url: str) -> None:
    """The request of a page gives what the page shows, and words follow."""
    assert [block.language for block in blocks_of(page)] == ["bash", "json"]
    text = text_of(page)
    assert text.startswith("# ")
    assert len(text.rsplit("```", 1)[1].split()) > 20, "no answer in words"
    ((command, shown),) = calls_of(page)
    assert_shown(json.loads(shown), answer_to(command, url), ROUNDED)


def test_every_question_has_a_page() -> None:
    """The questions that people ask over and over, and the README names each page."""
    readme = text_of(ROOT / "README.md")
    assert len(PAGES) >= 14
    for page in PAGES:
        assert f"examples/questions/{page.name}" in readme
