"""Files as one report: spans of them are read and scored by all processors, and states of their parts merge."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from distscore.files import work
from distscore.files.collected import Collected, Record
from distscore.files.part import Source, Span
from distscore.files.paths import WrongInput
from distscore.files.pool import each_done
from distscore.files.sources import opened
from distscore.local.answers import UNLIMITED
from distscore.wire.errors.names import listed
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import InvalidRequest, Problem
from distscore.wire.table.document import Reading, names_in
from distscore.wire.table.guesses import Guess, guesses
from distscore.wire.table.profile import profiles
from distscore.wire.table.query import Query, read_query

MOST_CLASSES = 500  # that a query says; files with more have to have them in one order
PLACES = "line", "row", "column"
Progress = Callable[[int, int], None]  # bytes that are done now, rows that are done in all


def guess(path: Path) -> Guess:
    """The query that fits the beginning of a file best; raises WrongInput where none does."""
    with located(path):
        source = opened(path)
        found = guesses(profiles(source.beginning()))
    fitting = [each for each in found if each.path == "/v1/score"]
    if not fitting:
        columns = listed([name for name in source.names if name])
        raise WrongInput(f"{path}: say in --query what the columns are, there are {columns}")
    return fitting[0]


def reported(paths: Sequence[Path], text: str, processes: int, progress: Progress) -> Record:
    """The report of all rows of some files, with columns as a query says; raises WrongInput."""
    query = checked(text)
    text = with_classes(paths[0], text, query) if len(paths) > 1 else text
    spans, collected = Spans(paths, text), Collected()
    problems: dict[int, WrongInput] = {}
    scored = partial(work.told, "compare" if query.candidates else "score", text)
    for span, told in each_done(scored, iter(spans), processes, __name__):
        for index, part in enumerate(told):
            if part.problem is not None:
                spans.stopped = True
                problems[span.number] = WrongInput(sentence(span.path, part.problem))
            elif not problems:
                collected.add(span.path, (span.number, index), part.members)
        progress(span.size, collected.row_count)
    if problems:
        raise problems[min(problems)]
    report = collected.report()
    events = report.get("diagnostics", {}).get("per_class", [])
    if query.positive and events and not events[0]["target_mean"]:
        raise WrongInput(f"--query: in no row that counts is a cell the word {query.positive!r} of `positive`")
    return report


class Spans:
    """The spans of all files in their order; none after it was stopped."""

    def __init__(self, paths: Sequence[Path], query: str) -> None:
        self._paths, self._query, self.stopped = paths, query, False

    def __iter__(self) -> Iterator[Span]:
        count = 0
        for path in self._paths:
            with located(path):
                for span in self._of(opened(path)):
                    span.number, count = count, count + 1
                    yield span
                    if self.stopped:
                        return

    def _of(self, source: Source) -> Iterator[Span]:
        return source.spans(set(names_in(source.header(), read_query(self._query, Place()))))


def checked(text: str) -> Query:
    """A query, read; raises WrongInput for what is none, and for what files cannot be asked."""
    try:
        query = read_query(text, Place())
    except InvalidRequest as problem:
        raise WrongInput(f"--query: {detail(problem.issues[0].document())}") from None
    if ("clusters",) in query.columns:
        raise WrongInput("--query: clusters must not be cut, as files are; send them to the service")
    if query.candidates and query.groups:
        raise WrongInput("--query: there are no groups of candidates here; compare the rows of one group at a time")
    return query


def with_classes(path: Path, text: str, query: Query) -> str:
    """A query that says the classes in the order of the first file, if patterns name them; not very many of them."""
    with located(path):
        reading = Reading(opened(path).header(), query, UNLIMITED)
        reading.columns()
    classes = [] if "classes" in query.members else reading.members.get("classes", [])
    return "&".join((text, *(f"classes={quote(name, safe='')}" for name in classes if len(classes) <= MOST_CLASSES)))


@contextmanager
def located(path: Path) -> Iterator[None]:
    """Problems of a file as one line that names it."""
    try:
        yield
    except Problem as problem:
        raise WrongInput(sentence(path, problem.document(""))) from None
    except OSError as error:
        raise WrongInput(f"{path}: {error.strerror or error}") from None


def sentence(path: Path, problem: Mapping[str, Any]) -> str:
    """What is wrong with a file, where in it, and what to do, from a problem document."""
    if "errors" not in problem:
        return f"{path}: {problem['detail']}"
    error, count = problem["errors"][0], problem["error_count"]
    place = ", ".join(f"{name} {error[name]}" for name in PLACES if name in error)
    more = f" (and {count - 1} more)" if count > 1 else ""
    return f"{path} {place}".rstrip() + f": {detail(error)}{more}"


def detail(error: Mapping[str, Any]) -> str:
    """What is wrong, with the member of the request where no column of a file says it."""
    where = "" if "column" in error else ".".join(error["pointer"].split("/")[1:])
    hint = f"; {error['hint']}" if "hint" in error else ""
    return f"{where}: {error['detail']}".removeprefix(": ") + hint
