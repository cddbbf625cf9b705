"""Warnings about how a batch was read: what was excluded, and rows of probabilities that do not sum to 1."""

from collections.abc import Mapping

from distscore.core.diagnostics.records import finite
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
