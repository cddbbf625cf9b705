"""Warnings about a request: what was excluded, rows that do not sum to 1, and what was asked for and does not exist."""

from collections.abc import Iterable, Mapping

from distscore.advice.warnings import UNMET
from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.diagnostics.records import finite
from distscore.core.engine.blocks import Batch
from distscore.core.warnings.notice import LISTED, Code, Notice
from distscore.wire.read.column import Deviation
from distscore.wire.read.content import Content, Missing

DEVIATIONS: Mapping[str, tuple[Code, Code]] = {  # rescaled or used as sent, by side
    "targets": ("targets_rescaled", "targets_unnormalized"),
    "predictions": ("predictions_rescaled", "predictions_unnormalized"),
}


def of_reading(content: Content, deviations: list[Deviation], normalization: str) -> list[Notice]:
    """What was left out, and what was done about sums; rows have the numbers that they were sent with."""
    excluded = [] if content.missing is None else _excluded(content.missing, content.mask is not None)
    return [*excluded, *(_deviation(deviation, normalization) for deviation in deviations)]


def of_asked(outputs: Iterable[str], batch: Batch) -> list[Notice]:
    """What was asked for by name and does not exist for this batch, with the reason."""
    notices = []
    for output in outputs:
        diagnostic = DIAGNOSTICS.get(output.removeprefix("diagnostics."))
        lacking = [] if diagnostic is None else [need for need in diagnostic.needs if not need.met_by(batch)]
        if lacking:
            notices.append(Notice("not_available", column=output, reason=UNMET[lacking[0].name]))
    return notices


def _excluded(missing: Missing, has_mask: bool) -> list[Notice]:
    """Rows that were excluded because something is missing in them, or for their label."""
    if not len(missing.rows) and not missing.entries:
        return []
    numbers = {"entries": float(missing.entries)} if has_mask else {}
    return [Notice("rows_excluded", len(missing.rows), missing.rows[:LISTED].tolist(), numbers)]


def _deviation(deviation: Deviation, normalization: str) -> Notice:
    """Rows of probabilities that did not sum to 1, and what was done about it."""
    rescaled, unnormalized = DEVIATIONS[deviation.sent.side]
    return Notice(
        rescaled if normalization == "rescale" else unnormalized,
        len(deviation.rows),
        deviation.rows[:LISTED].tolist(),
        {"maximum_deviation": finite(deviation.largest)},
        deviation.sent.name,
    )
