"""The commands that pages show for files run, on files that are like theirs."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from tests.docs.pages import ROOT, blocks_of

PROMPT = "$ distscore report "


def commands_of(page: Path) -> list[str]:
    lines = [line for block in blocks_of(page) for line in block.code.splitlines()]
    return [line.removeprefix("$ distscore ") for line in lines if line.startswith(PROMPT)]


COMMANDS = [
    *commands_of(ROOT / "README.md"),
    *(pytest.param(each, marks=pytest.mark.heavy) for each in commands_of(ROOT / "docs" / "scale.md")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Predictions of a good model in two Parquet files, and in one of CSV."""
    found = tmp_path_factory.mktemp("pages")
    (found / "predictions").mkdir()
    random = np.random.default_rng(1)
    targets = random.dirichlet(np.ones(3), 400)
    logits = np.log(targets) + random.normal(0, 0.1, targets.shape)
    columns = {f"t_{name}": targets[:, at] for at, name in enumerate(("cat", "dog", "fish"))}
    columns |= {f"z_{name}": logits[:, at] for at, name in enumerate(("cat", "dog", "fish"))}
    table = pa.table({**columns, "country": random.choice(["de", "fr"], 400)})
    parquet.write_table(table.slice(0, 300), found / "predictions" / "monday.parquet")
    parquet.write_table(table.slice(300), found / "predictions" / "tuesday.parquet")
    csv.write_csv(table, found / "predictions.csv")
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, folder: Path) -> None:
    """Each reports on all rows, and fails by no condition; the pages that it is to write are whole."""
    shell = f"{sys.executable} -m distscore {command}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, check=True, text=True, cwd=folder)
    assert "perfect prediction would lose" in done.stdout
    assert "400" in done.stdout
    for word in command.split():
        if word.endswith(".html"):
            assert (folder / word).read_text(encoding="utf-8").rstrip().endswith("</html>")
