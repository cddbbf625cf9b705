"""Every family at a million rows, without the wire."""

from functools import partial

import numpy as np

from bench.report import Table
from bench.timing import interleaved, milliseconds, ratio
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.families import FAMILIES
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.read.batch import read_score
from distscore.wire.read.limits import Limits

ROWS = 1_000_000
BUDGET = 0.6  # seconds per family
WANTED = frozenset({"losses", "gradients"})
NOTE = f"""Losses and gradients of {ROWS} rows, the example of each family repeated, in units of one exponential of
every number that was sent, one thread."""


def run() -> Table:
    table = Table("Families", NOTE, ["family", "columns", "ms", "ours / exponentials"])
    for name in FAMILIES:
        batch = million(name)
        numbers = np.concatenate([np.ravel(x) for x in (*batch.targets.values(), *batch.predictions.values())])
        exponent = np.minimum(numbers.astype(np.float64), 1.0)
        seconds = interleaved(
            {"ours": partial(score, batch, WANTED), "exponentials": partial(np.exp, exponent)}, BUDGET, least=2
        )
        sides = (" + ".join(side) for side in (batch.targets, batch.predictions))
        units = ratio(seconds, "ours", "exponentials")
        table.rows.append([name, " x ".join(sides), milliseconds(seconds, "ours"), units])
    return table


def million(family: str) -> Batch:
    """The example of a family, repeated."""
    limits = Limits(10**6, 10**7, 10**5)
    batch = read_score(dict(EXAMPLES[family]), limits).batch
    return batch.take(np.arange(ROWS) % batch.row_count)
