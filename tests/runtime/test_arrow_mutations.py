import os
import subprocess
import sys

import pytest


def run(count: int, seed: int) -> None:
    """Damaged streams in a process of its own, which is to end by itself and well."""
    command = [sys.executable, "-m", "tests.runtime.arrow_mutants", str(count), str(seed)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_damaged_streams() -> None:
    """A stream cut at any byte is refused; one with changed bytes is answered or refused, and ends no process."""
    run(1500, seed=1)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [2, 3])
def test_many_damaged_streams(seed: int) -> None:
    """A hundred thousand damaged streams: an answer or a problem of status 4xx."""
    run(50_000, seed)
