"""The console command: `distscore serve`, `distscore report` and `distscore openapi`."""

import argparse
import os
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import orjson

from distscore import __version__

LARGEST_PORT = 65535
STREAMS = 3
LOCAL = ("http://127.", "http://[::1]")
GREETING = """Distscore {version} on {url}, documentation on {url}/docs. Try:

  curl -s {url}/v1/score -H 'Content-Type: application/json' -d '
    {{"family": "categorical",
     "targets": {{"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]}},
     "predictions": {{"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]}}}}'

Ctrl-C stops it.
"""


class Parser(argparse.ArgumentParser):
    """A parser of arguments that tells what is wrong in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; try {self.prog} --help\n")


def main() -> None:
    """Run the command that the arguments name, and exit with its code: 0, 1 if a check failed, 2 for wrong input."""
    open_standard_streams()
    parser = Parser("distscore", description="Scores predicted against target distributions.")
    parser.add_argument("--version", action="version", version=f"distscore {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    serving = commands.add_parser("serve", help="serve the API")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    serving.add_argument("--port", type=port, default=8000, help="port to listen on; 0 is any (default: 8000)")
    serving.set_defaults(run=serve)
    add_report(commands)
    describing = commands.add_parser("openapi", help="write the OpenAPI document")
    describing.add_argument("--output", type=Path, default=Path("openapi/openapi.json"), help="where to")
    describing.add_argument("--check", action="store_true", help="fail if the file is not what the code says")
    describing.set_defaults(run=openapi)
    arguments = parser.parse_args()
    if not find_spec("fastapi"):
        parser.exit(2, "distscore: only the client is installed; the rest is in: pip install 'distscore[server]'\n")
    sys.exit(arguments.run(arguments))


def add_report(commands: Any) -> None:
    """Add the command that reports on files."""
    parser = commands.add_parser(
        "report",
        help="report on files of predictions and targets, however large",
        description="""Scores files on all processors of this machine and reports on all of their rows together: the
verdict, its figures, warnings, groups, and the ten worst rows. The numbers are those that the service
gives for the same rows, to the last bit, in however many files and parts they are.""",
        epilog="""examples:
  distscore report predictions.csv
  distscore report 'day=*/*.parquet' --query 'family=categorical&targets.probabilities=t_*&predictions.logits=z_*'
  distscore report new.parquet --fail-if 'divergence > 0.3' --fail-if 'd_squared < 0' --html report.html

exit codes: 0; 1 if a condition of --fail-if holds; 2 if files or arguments are wrong""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", help="CSV or TSV, compressed or not, Parquet, Arrow; patterns with *")
    parser.add_argument("--query", help="which columns are what, as in the query of POST /v1/score (default: a guess)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, with a state that merges")
    parser.add_argument("--html", type=Path, metavar="PATH", help="write the report as one HTML file as well")
    parser.add_argument(
        "--fail-if", action="append", default=[], metavar="CONDITION", help="'divergence > 0.3', of any figure"
    )
    parser.add_argument("--processes", type=count, metavar="N", help="how many at a time (default: one per processor)")
    parser.set_defaults(run=report)


def open_standard_streams() -> None:
    """Open those of the three standard streams to nowhere that are closed, lest a socket takes the number of one."""
    while (opened := os.open(os.devnull, os.O_RDWR)) < STREAMS:
        pass
    os.close(opened)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")


def port(text: str) -> int:
    """A port number from the command line."""
    if not text.isdecimal() or int(text) > LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port: a whole number from 0 to {LARGEST_PORT}")
    return int(text)


def count(text: str) -> int:
    """A number of processes from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of processes")
    return int(text)


def one_thread_each() -> None:
    """Let NumPy and Arrow use one thread and the memory of everything else; before they are imported."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread per request or process, not one per processor
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the same memory as everything else, given back alike
    os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")  # workers are forked: there is one thread


def report(arguments: argparse.Namespace) -> int:
    """Report on files: 1 if a condition to fail by holds, 2 if files or arguments are wrong, which one line tells."""
    if not (find_spec("duckdb") and find_spec("tqdm")):
        sys.stderr.write("distscore: DuckDB and tqdm are not installed: pip install 'distscore[data]'\n")
        return 2
    one_thread_each()
    from distscore.files.command import Request, run
    from distscore.settings import processors

    return run(
        Request(
            files=arguments.files,
            query=arguments.query,
            conditions=arguments.fail_if,
            json=arguments.json,
            html=arguments.html,
            processes=arguments.processes or processors(),
        )
    )


def serve(arguments: argparse.Namespace) -> int:
    """Serve until a signal says to stop; 2 if a setting, the address or the port is wrong, which one line tells."""
    one_thread_each()
    from distscore.app import create_app, warm_up
    from distscore.runtime import server
    from distscore.runtime.workers import template, worker
    from distscore.settings import WrongSetting, read_settings

    try:
        settings = read_settings()
        with server.bind(arguments.host, arguments.port) as listener:
            warm_up()
            with template.start(partial(worker.work, memory=settings.worker_bytes)) as workers:
                server.serve(create_app(settings, workers), settings, listener, greet)
    except WrongSetting as error:
        sys.stderr.write(f"distscore: {error}\n")
        return 2
    return 0


def greet(url: str) -> None:
    """Tell whoever tries the service out on this machine alone where it is, and a request that works."""
    if url.startswith(LOCAL):
        sys.stderr.write(GREETING.format(version=__version__, url=url))


def openapi(arguments: argparse.Namespace) -> int:
    """Write the OpenAPI document and an example per family, or compare the document with the file: 1 if it differs."""
    from distscore.app import create_app
    from distscore.settings import Settings
    from distscore.use_cases.examples import example_answer
    from distscore.wire.describe.examples import EXAMPLES

    output: Path = arguments.output
    content = pretty(create_app(Settings()).openapi())
    if arguments.check:
        if output.is_file() and output.read_bytes() == content:
            return 0
        sys.stderr.write(f"{output} is not what the code says: run `make openapi` and look at the difference\n")
        return 1
    examples = output.parent / "examples"
    examples.mkdir(parents=True, exist_ok=True)
    output.write_bytes(content)
    for family, request in EXAMPLES.items():
        answered = {"request": request, "response": example_answer(family)}
        (examples / f"{family}.json").write_bytes(pretty(answered))
    return 0


def pretty(document: Any) -> bytes:
    """A document as indented JSON in UTF-8, with a newline at its end."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


if __name__ == "__main__":
    main()
