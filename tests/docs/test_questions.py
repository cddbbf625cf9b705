"""The worked questions: every request gives what its page shows."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

PAGES = sorted((Path(__file__).parents[2] / "examples" / "questions").glob("*.md"))
SERVED = "http://127.0.0.1:8000"


def assert_shown(shown: Any, answered: Any, where: str = "") -> None:
    """What is shown is in the answer, rounded to five digits; of lists of records the first ones may be shown."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert_shown(value, answered[name], f"{where}/{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(answered) or (shown and isinstance(shown[0], dict)), where
        for at, value in enumerate(shown):
            assert_shown(value, answered[at], f"{where}/{at}")
    elif isinstance(shown, float):
        assert answered == pytest.approx(shown, rel=1e-4, abs=1e-12), where
    else:
        assert answered == shown, where


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages(page: Path, url: str) -> None:
    """A page is a question, a request, what it answers, and the answer in words."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks] == ["bash", "json"]
    assert text.startswith("# ")
    assert len(text.rsplit("```", 1)[1].split()) > 20, "no answer in words"
    command = blocks[0][1]
    assert SERVED in command
    done = subprocess.run(["bash", "-c", command.replace(SERVED, url)], capture_output=True, check=True)
    assert_shown(json.loads(blocks[1][1]), json.loads(done.stdout))


def test_every_question_has_a_page() -> None:
    """The questions that people ask over and over, and the README names each page."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert len(PAGES) >= 14
    for page in PAGES:
        assert f"examples/questions/{page.name}" in readme
