"""Pages of documentation: their code blocks, their links, and whether an answer is what a page shows."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
SERVED = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ECOSYSTEM = re.compile(r"^(?:import|from) (?:xgboost|lightgbm|catboost|pyspark|ray)\b", re.MULTILINE)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


class Block(NamedTuple):
    """A code block."""

    language: str
    code: str

    @property
    def needs_ecosystem(self) -> bool:
        """Whether it imports a library that not everybody has."""
        return bool(ECOSYSTEM.search(self.code))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks_of(page: Path) -> list[Block]:
    """The code blocks of a page, in order."""
    return [Block(*found) for found in BLOCK.findall(text_of(page))]


def calls_of(page: Path) -> Iterator[tuple[str, str]]:
    """Each curl of a page with the answer that is shown after it."""
    blocks = blocks_of(page)
    for at, block in enumerate(blocks):
        if block.language == "bash":
            following = blocks[at + 1 : at + 2]
            assert [each.language for each in following] == ["json"], f"{page}: no answer to {block.code}"
            yield block.code, following[0].code


def answer_to(command: str, url: str) -> Any:
    """What a curl of a page gets from a service at a URL."""
    assert SERVED in command
    done = subprocess.run(["bash", "-c", command.replace(SERVED, url)], capture_output=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def assert_shown(shown: Any, answered: Any, relative: float, where: str = "") -> None:
    """Every member that is shown is in the answer; of lists of records the first ones may be shown."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in answered, f"{where}/{name}"
            assert_shown(value, answered[name], relative, f"{where}/{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(answered) or (shown and isinstance(shown[0], dict)), where
        for at, value in enumerate(shown):
            assert_shown(value, answered[at], relative, f"{where}/{at}")
    elif isinstance(shown, float):
        assert answered == pytest.approx(shown, rel=relative, abs=1e-12), where
    else:
        assert answered == shown, where


def anchors_of(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    plain = BLOCK.sub("", text_of(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(plain)}
