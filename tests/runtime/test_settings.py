"""A wrong setting stops the service at start, with one line that says which."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from distscore.__main__ import serve
from distscore.settings import Settings, check_names
from tests.runtime.service_process import PATIENCE, environment

WRONG = [
    ("json_body_bytes", "0"),
    ("json_body_bytes", "64MB"),
    ("rows", "-1"),
    ("entries", "1e6"),
    ("concurrency", "none"),
    ("queue", "-1"),
    ("queue", ""),
    ("body_seconds", "0"),
    ("body_seconds", "nan"),
    ("header_seconds", "inf"),
    ("drain_seconds", "-1"),
    ("receive_bytes_per_second", "-5"),
    ("metrics_port", "65536"),
    ("log_level", "loud"),
    ("ready_when_saturated", "perhaps"),
    ("cors_origins", "https://page.example"),
    ("cors_origins", "{}"),
    ("cors_origins", "[1]"),
    ("api_keys_file", "/nowhere/keys"),
    ("api_keys_file", "/"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong, the line has the name of the setting, and the exit code is 2."""
    monkeypatch.setenv(f"DISTSCORE_{name.upper()}", value)
    assert serve(Namespace(host="127.0.0.1", port=0)) == 2
    said = capsys.readouterr().err
    assert said.startswith("distscore: ")
    assert said.count("\n") == 1
    assert name in said.lower()


def test_what_the_client_reads() -> None:
    """The variables of the client may be set where the service runs."""
    check_names({"DISTSCORE_URL": "http://service", "DISTSCORE_API_KEY": "secret"})


def test_a_file_without_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of keys without any would lock everybody out, or let everybody in: it is refused."""
    path = tmp_path / "keys"
    path.write_text("\n# none yet\n   \n")
    monkeypatch.setenv("DISTSCORE_API_KEYS_FILE", str(path))
    assert serve(Namespace(host="127.0.0.1", port=0)) == 2
    assert str(path) in capsys.readouterr().err


def test_the_process_ends_with_two() -> None:
    """A process with a wrong setting writes its line to standard error and ends with 2."""
    command = [sys.executable, "-m", "distscore", "serve"]
    settings = {"cors_origins": "*"}
    ended = subprocess.run(command, env=environment(settings), capture_output=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (2, b"", 1)


def test_settings_have_titles() -> None:
    """Every setting says what it is."""
    assert all(field.title for field in Settings.model_fields.values())
