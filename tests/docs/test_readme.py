import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SERVED = "http://127.0.0.1:8000"
CALLS = [(BLOCKS[at][1], BLOCKS[at + 1][1]) for at, (language, _) in enumerate(BLOCKS[:-1]) if language == "bash"]


def assert_shown(shown: Any, answered: Any, where: str = "") -> None:
    """Every member that is shown is in the answer; numbers agree but for their last digits."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert_shown(value, answered[name], f"{where}/{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(answered), where
        for at, (left, right) in enumerate(zip(shown, answered, strict=True)):
            assert_shown(left, right, f"{where}/{at}")
    else:
        assert answered == (pytest.approx(shown, rel=1e-12) if isinstance(shown, float) else shown), where


@pytest.mark.parametrize(("command", "shown"), CALLS)
def test_curls(command: str, shown: str, url: str) -> None:
    """Every curl in the README gives what the README shows."""
    assert SERVED in command
    done = subprocess.run(["bash", "-c", command.replace(SERVED, url)], capture_output=True, check=True)
    assert_shown(json.loads(shown), json.loads(done.stdout))


@pytest.mark.parametrize("code", [code for language, code in BLOCKS if language == "python"])
def test_python(code: str, url: str) -> None:
    """Every piece of Python in the README runs."""
    exec(compile(code.replace(SERVED, url), "README.md", "exec"), {})


def test_commands() -> None:
    """The commands in the README are targets of the Makefile, or build the image."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = [line for language, code in BLOCKS if language == "console" for line in code.splitlines()]
    assert commands
    for command in commands:
        words = command.split()
        assert words[:2] in (["$", "make"], ["$", "docker"])
        assert words[1] == "docker" or f"\n{words[2]}:" in makefile


def test_every_block_is_tested() -> None:
    """A code block has a language that one of these tests knows."""
    assert {language for language, _ in BLOCKS} == {"console", "bash", "json", "python"}
