"""Whether ten times the rows take ten times as long, over four decades."""

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial

from bench.batches import batch_of
from bench.bodies import Bodies, spoken_by
from bench.client import Connection, request
from bench.diagnostics import diagnosed
from bench.report import Table
from bench.servers import SERVICE, server
from bench.timing import Contender, interleaved
from distscore.core.engine.engine import score

ROWS = (100, 1_000, 10_000, 100_000, 1_000_000)
CLASSES = 2
BUDGET = 1.0  # seconds per number of rows, and of the last one as long as three rounds take
WANTED = frozenset({"losses", "gradients"})
NOTE = """Time per row in units of that at a million rows, two classes: 1 is linear growth, above 1 is what a request
costs however few its rows are. `core` without the wire, the formats over HTTP."""


def run() -> Table:
    per_row: dict[str, dict[int, float]] = {}
    with ExitStack() as stack:
        service = stack.enter_context(server(SERVICE))
        ours = stack.enter_context(Connection(service.port))
        formats = spoken_by(service)
        for rows in ROWS:
            for name, each in interleaved(contenders(Bodies(rows, CLASSES), ours, formats), BUDGET).items():
                per_row.setdefault(name, {})[rows] = min(each) / rows
    table = Table("Growth", NOTE, ["", *(f"{rows} rows" for rows in ROWS)])
    table.rows += [[name, *(each[rows] / each[ROWS[-1]] for rows in ROWS)] for name, each in per_row.items()]
    return table


def contenders(bodies: Bodies, ours: Connection, formats: Mapping[str, str]) -> dict[str, Contender]:
    batch = batch_of(*bodies.arrays)
    found: dict[str, Contender] = {
        "core": partial(score, batch, WANTED),
        "core, with diagnostics": partial(diagnosed, batch, for_state=False),
    }
    for name, media_type in formats.items():
        found[name] = partial(ours.send, request("/v1/score", bodies.body(media_type), media_type))
    return found
