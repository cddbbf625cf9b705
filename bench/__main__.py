"""How fast the core and the service are beside what people would write themselves, and how much memory they take.

    python -m bench [--results] [core diagnostics families growth http encoding latency memory]

Every figure is a ratio of one run, for other machines differ: of contenders that take turns, the median over rounds.
`--results` writes bench/RESULTS.md instead of printing.
"""

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter

from bench.aims import aims
from bench.report import Table

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PARTS = ("core", "diagnostics", "families", "growth", "http", "encoding", "latency", "memory")
RESULTS = Path(__file__).parent / "RESULTS.md"
HEADER = """# Speed and memory

What `make bench` measured, in one run on one machine. Every figure is a ratio: contenders took turns, so that whatever
else the machine did met all of them, and the median over rounds counts. Columns `... / ours` say how many times as long
a peer takes as this service does, where more is better; columns `ours / ...` how many times as long the service takes
as something that nobody can beat, where less is better. Times in milliseconds are for orientation only.

"""


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench", description="Speed and memory, as ratios of one run.")
    parser.add_argument("--results", action="store_true", help="write bench/RESULTS.md")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all if none is named")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in THREADS:
        os.environ.setdefault(name, "1")  # before NumPy is imported: one thread for everyone
    machine = import_module("bench.machine").described()
    tables: list[Table] = []
    for name in arguments.parts or PARTS:
        start = perf_counter()
        run: Callable[[], Table] = import_module(f"bench.{name}").run
        tables.append(run())
        print(f"{name}: {perf_counter() - start:.0f} s", file=sys.stderr)
    page = "\n".join([HEADER + machine + "\n", *(table.markdown() for table in [aims(tables), *tables])])
    if arguments.results:
        RESULTS.write_text(page, encoding="utf-8")
    else:
        print(page)


main()
