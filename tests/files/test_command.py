"""`distscore report`: exit codes, and what is on which stream."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from distscore.__main__ import main
from distscore.files.command import Request, run
from tests.files.batches import QUERY, as_csv, table, written

Captured = pytest.CaptureFixture[str]


def asked(*files: Path | str, **options: Any) -> int:
    defaults: dict[str, Any] = {"query": QUERY, "conditions": (), "json": False, "html": None, "processes": 1}
    return run(Request(files=list(map(str, files)), **(defaults | options)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path, x_csv=as_csv(table(100)))[0]


def test_text(path: Path, capsys: Captured) -> None:
    """Text says the verdict, the figures, and the worst rows by file and row; on the other stream is nothing."""
    assert asked(path) == 0
    output, errors = capsys.readouterr()
    assert output.startswith("Even a perfect prediction would lose ")
    assert output.count(f"{path} row ") == 10
    assert all(f"\n{name} " in output for name in ("value", "floor", "divergence", "d squared", "row count"))
    assert errors == ""


def test_guess_is_told(path: Path, capsys: Captured) -> None:
    """A guess is said, and what is printed stays JSON."""
    assert asked(path, query=None, json=True) == 0
    output, errors = capsys.readouterr()
    assert json.loads(output)["row_count"] == 100
    assert f"--query '{QUERY}&groups=place'" in errors


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"conditions": ["divergence < 0", "floor > 0"]}, 1, "floor > 0: diagnostics.decomposition.floor is 0."),
        ({"conditions": ["divergence < 0", "floor < 0"]}, 0, ""),
        ({"conditions": ["divergence"]}, 2, "'divergence' is no condition"),
        ({"conditions": ["qqq > 1"]}, 2, "the report has no figure qqq"),
        ({"query": "family=gamma"}, 2, "targets"),
        ({"html": Path("/nowhere/x.html")}, 2, "/nowhere/x.html: there is no folder /nowhere"),
    ],
)
def test_exit_codes(path: Path, capsys: Captured, options: dict[str, Any], code: int, says: str) -> None:
    """1 where a condition holds, 2 where something is wrong, each told in one line."""
    assert asked(path, **options) == code
    assert says in capsys.readouterr().err


def test_page(path: Path, tmp_path: Path) -> None:
    """The page is a report with charts, and with the worst rows by file and row."""
    page = tmp_path / "report.html"
    assert asked(path, html=page, query=f"{QUERY}&groups=place") == 0
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert f"{path} row " in text


def test_without_duckdb(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Without the packages that files need, one line says what to install."""
    monkeypatch.setattr("distscore.__main__.find_spec", lambda name: None if name == "duckdb" else find_spec(name))
    monkeypatch.setattr(sys, "argv", ["distscore", "report", "x.csv"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("pip install 'distscore[data]'\n")


@pytest.mark.heavy
def test_in_a_shell(path: Path) -> None:
    """The command runs by itself, and is quiet where nobody reads on."""
    command = f"{sys.executable} -m distscore report {path} --json --query '{QUERY}' --fail-if 'floor > 0' | head -c 1"
    command += "; echo ${PIPESTATUS[0]}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, env={**os.environ})
    assert done.stdout == b"{1\n"
    assert done.stderr.count(b"\n") == 1
