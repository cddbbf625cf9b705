"""What diagnostics and states cost on top of losses and gradients, without the wire."""

from functools import partial

from bench.batches import batch_of, soft_labels
from bench.report import Table
from bench.timing import interleaved, milliseconds, ratio
from distscore.core.diagnostics import DIAGNOSTICS, Diagnosis
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.state.encoding import encode
from distscore.core.state.state import state_of

SHAPES = ((1, 3), (1_000, 10), (300_000, 3), (100_000, 10), (20_000, 100), (2_000, 1_000))
BUDGET = 2.5  # seconds per shape
WANTED = frozenset({"losses", "gradients"})
NOTE = """What the summary diagnostics cost on top of losses and gradients, and what a state for exact merging costs
with them, in units of losses and gradients alone: 2 means that the whole takes three times as long. Every sum is exact,
so that parts of a batch merge to the same bits."""


def run() -> Table:
    columns = ["rows x classes", "ms, losses and gradients", "diagnostics on top", "diagnostics and state on top"]
    table = Table("Diagnostics", NOTE, columns)
    for rows, classes in SHAPES:
        batch = batch_of(*soft_labels(rows, classes))
        seconds = interleaved(
            {
                "bare": partial(score, batch, WANTED),
                "diagnostics": partial(diagnosed, batch, for_state=False),
                "state": partial(diagnosed, batch, for_state=True),
            },
            BUDGET,
        )
        on_top = [ratio(seconds, name, "bare") - 1 for name in ("diagnostics", "state")]
        table.rows.append([f"{rows} x {classes}", milliseconds(seconds, "bare"), *on_top])
    return table


def diagnosed(batch: Batch, for_state: bool) -> object:
    """Scored and explained by the diagnostics that are computed unasked."""
    names = [name for name, each in DIAGNOSTICS.items() if not each.on_request]
    diagnosis = Diagnosis(batch, names, (), for_state)
    scored = score(batch, WANTED, observers=diagnosis.observers)
    summary = diagnosis.summary(scored)
    assert scored.losses is not None
    state = encode(state_of(batch, summary, scored.losses, "")) if for_state else ""
    return diagnosis.report(scored, summary), state
