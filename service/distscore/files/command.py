"""`distscore report`: from arguments to a report on the terminal, as JSON or as a page, and an exit code."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from tqdm import tqdm

from distscore import __version__
from distscore.charts.registry import COMPARED, REPORTED, drawn
from distscore.files.collected import Record
from distscore.files.condition import Condition, condition, figures_of
from distscore.files.paths import WrongInput, files_of
from distscore.files.report import Progress, guess, reported
from distscore.files.text import lines_of
from distscore.report.page import html

FAILED, WRONG, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True)
class Request:
    """The arguments of the command."""

    files: Sequence[str]
    query: str | None
    conditions: Sequence[str]
    json: bool
    html: Path | None
    processes: int


def run(request: Request) -> int:
    """Report; 1 if a condition to fail by holds, 2 if the input is wrong, which one line tells."""
    try:
        return _run(request)
    except WrongInput as wrong:
        say(str(wrong))
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(request: Request) -> int:
    conditions = [condition(text) for text in request.conditions]
    paths = files_of(request.files)
    if request.html and not request.html.parent.is_dir():
        raise WrongInput(f"{request.html}: there is no folder {request.html.parent}")
    query = guessed(paths[0]) if request.query is None else request.query
    with progress(sum(path.stat().st_size for path in paths)) as advance:
        report = reported(paths, query, request.processes, advance)
    if request.html:
        write_page(request.html, report, {"files": list(map(str, paths)), "query": query})
    show(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() if request.json else "\n".join(lines_of(report)))
    return FAILED if failed(conditions, report) else 0


def guessed(path: Path) -> str:
    """A query that fits, which is told with its reason: nothing is guessed silently."""
    found = guess(path)
    say(f"{found.why}. Read as --query '{found.query}'")
    return found.query


def failed(conditions: Sequence[Condition], report: Record) -> bool:
    """Whether a condition holds; each that does is told."""
    figures = dict(figures_of(report))
    holding = [each for each in conditions if each.holds(figures)]
    for each in holding:
        say(f"{each}: {each.path(figures)} is {figures[each.path(figures)]}")
    return bool(holding)


def write_page(path: Path, report: Record, request: Record) -> None:
    """Write a report as one HTML file for people."""
    rows = report.get("diagnostics", {}).get("worst_rows", [])
    named = [{**row, "id": f"{row['file']} row {row['row']}"} for row in rows]
    answer = {**report, "diagnostics": {**report.get("diagnostics", {}), **({"worst_rows": named} if named else {})}}
    answer["charts"] = drawn((COMPARED if "results" in report else REPORTED).values(), answer)
    page = html({"version": __version__, "path": "distscore report", "request": request, "answer": answer})
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise WrongInput(f"{path}: {error.strerror}") from None


@contextmanager
def progress(size: int) -> Iterator[Progress]:
    """A bar on a terminal, of the bytes of the files, with the rows beside it."""
    with tqdm(total=size, unit="B", unit_scale=True, disable=None, leave=False) as bar:

        def advance(done: int, rows: int) -> None:
            bar.set_postfix_str(f"{rows:,} rows", refresh=False)
            bar.update(done)

        yield advance


def show(text: str) -> None:
    """Print the answer; whoever reads may stop reading."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed once more at the end


def say(text: str) -> None:
    """A line for people, apart from what the command answers."""
    sys.stderr.write(f"distscore: {text}\n")
