"""The programs of examples/languages, which send a batch without a generated client."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.docs.pages import ROOT
from tests.languages.test_clients import ONE_AT_A_TIME, PAGE, PATIENCE, skip_without, words

EXAMPLES = ROOT / "examples" / "languages"
GSON = "com.google.code.gson:gson:2.14.0"

HAS_PACKAGES = 'quit(status = !all(sapply(c("curl", "jsonlite"), requireNamespace, quietly = TRUE)))'


class Program(NamedTuple):
    """A program of the page: its name, how it is run, and the commands that it needs."""

    name: str
    command: str
    needs: tuple[str, ...]


ROWS = re.findall(r"^\| \[(\S+)\]\((\S+)\) \|.*\| `(.*)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
ALSO = {"sh": ("curl", "jq"), "java": ("mvn",)}  # what the command of a program does not name
PROGRAMS = [Program(name, run, (run.split()[0], *ALSO.get(run.split()[0], ()))) for name, _, run in ROWS]
QUICK = ("score.sh", "score.mjs")
RUN = [pytest.param(each, marks=[] if each.name in QUICK else pytest.mark.languages, id=each.name) for each in PROGRAMS]


def test_every_program_is_listed() -> None:
    """The page names each program, and nothing that is none."""
    sources = {path for path in EXAMPLES.rglob("*") if path.suffix in (".sh", ".mjs", ".go", ".java", ".rs", ".R")}
    assert {(PAGE.parent / link).resolve() for _, link, _ in ROWS} == sources


@pytest.mark.parametrize("program", RUN)
def test_a_program(program: Program, tmp_path: Path, url: str) -> None:
    """It prints value and steepest slope to the last bit, what is infinite, and where and why a batch is refused."""
    skip_without(*program.needs)
    if "Rscript" in program.needs and subprocess.run(["Rscript", "-e", HAS_PACKAGES], check=False).returncode:
        pytest.skip("the R packages curl and jsonlite are not installed (Debian: r-cran-curl and r-cran-jsonlite)")
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    if "mvn" in program.needs:
        fetch = [
            "mvn",
            "-q",
            "dependency:copy",
            f"-Dartifact={GSON}",
            "-Dmdep.stripVersion=true",
            "-DoutputDirectory=.",
        ]
        subprocess.run(fetch, cwd=tmp_path, check=True, timeout=PATIENCE)

    def run(file: str) -> subprocess.CompletedProcess[str]:
        command = ["nice", "-n", "10", *program.command.split(), url, file]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, env=ONE_AT_A_TIME, check=False
        )

    def answer_to(file: str) -> Any:
        return httpx.post(f"{url}/v1/score", json=json.loads((EXAMPLES / file).read_bytes())).json()

    answer, scored = answer_to("batch.json"), run("batch.json")
    assert scored.returncode == 0, scored.stderr
    assert list(map(words, scored.stdout.splitlines())) == [["value", answer["value"]], steepest(answer)]

    infinite = run("impossible.json")
    assert infinite.returncode == 0, infinite.stderr
    listed = [f"{entry['value']} at {entry['pointer']}" for entry in answer_to("impossible.json")["nonfinite"]]
    assert infinite.stdout.split("\n") == [*listed, ""]

    problem, refused = answer_to("percent.json"), run("percent.json")
    assert (refused.returncode, refused.stdout) == (1, "")
    said = [f"{problem['status']} {problem['title']}"]
    for wrong in problem["errors"]:
        said += [f"{wrong['pointer']}: {wrong['detail']}", f"  {wrong['hint']}"]
    assert "\n".join(said) in refused.stderr


def steepest(answer: Any) -> list[str | float]:
    """The line with the largest entry of the gradient."""
    slopes = {
        (row, at): slope for row, line in enumerate(answer["gradients"]["logits"]) for at, slope in enumerate(line)
    }
    row, column = max(slopes, key=lambda place: abs(slopes[place]))
    return ["steepest", slopes[row, column], "in", "row", f"{row},", "class", column]
