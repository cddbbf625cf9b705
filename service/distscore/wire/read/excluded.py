"""What does not count is taken out before anything looks at it: no check, warning or diagnostic can see it.

A row is left out if its weight is 0, if the mask keeps nothing of it, if its label is the one to ignore, or if it has a
null that `missing` excludes. An entry that the mask leaves out, or a null among several labels, stays in its row, which
keeps its shape: the mask of the batch says so, and a number inside the domain of the column stands there instead.
"""

from dataclasses import replace

import numpy as np

from distscore.core.theory.distributions import Family
from distscore.wire.describe.members import BatchMembers
from distscore.wire.read.array import Booleans
from distscore.wire.read.column import SentColumn
from distscore.wire.read.content import Content, Missing

INSIDE = {"targets": 0.0, "predictions": 0.5}  # every domain of a column with an entry per class or label


def exclude(content: Content, members: BatchMembers, family: Family) -> Content:
    """The rows that count, without anything of what the mask leaves out of them."""
    weights, missing = content.sample_weights, None
    if members.missing == "exclude" or members.ignore_label is not None:
        content, missing = _without_missing(content, members, family.kind == "labels")
    elif content.mask is None and (weights is None or weights.all()):
        return content
    kept = np.ones(content.row_count, np.bool_)
    if missing is not None:
        kept[missing.rows] = False
    if weights is not None:
        kept &= weights > 0
    if content.mask is not None:
        kept &= content.mask.any(axis=1)
    filled = content if content.mask is None else _filled(content, content.mask)
    return replace(filled if kept.all() else _of_rows(filled, kept), missing=missing)


def _without_missing(content: Content, members: BatchMembers, has_labels: bool) -> tuple[Content, Missing]:
    """The content with a mask that leaves missing labels out, and which rows have something missing in them."""
    rows, mask, entries = np.zeros(content.row_count, np.bool_), content.mask, 0
    for sent in content.columns if members.missing == "exclude" else ():
        absent = np.isnan(sent.values).reshape(content.row_count, -1)
        rows |= absent.all(axis=1) if has_labels and sent.side == "targets" else absent.any(axis=1)
        if has_labels and sent.side == "targets":
            mask = ~absent if mask is None else mask & ~absent
            entries = int(np.count_nonzero(absent[~rows]))
    if members.ignore_label is not None:
        rows |= content.targets[0].values == members.ignore_label
    return replace(content, mask=mask), Missing(np.flatnonzero(rows), entries)


def _filled(content: Content, mask: Booleans) -> Content:
    """The content with numbers inside the domain where the mask leaves entries out; valid targets are left."""

    def fill(sent: SentColumn) -> SentColumn:
        if not sent.column.has_entries:
            return sent
        valid = mask if sent.side == "predictions" else mask | sent.column.support.contains(sent.values)
        return replace(sent, values=np.where(valid, sent.values, INSIDE[sent.side]))

    targets, predictions = list(map(fill, content.targets)), list(map(fill, content.predictions))
    return replace(content, targets=targets, predictions=predictions)


def _of_rows(content: Content, kept: Booleans) -> Content:
    """The content of some of the rows, which keep their numbers in what an error says."""
    numbers = np.flatnonzero(kept)

    def take(sent: SentColumn) -> SentColumn:
        return replace(sent, values=sent.values[kept], at=replace(sent.at, row_numbers=numbers))

    return replace(
        content,
        targets=list(map(take, content.targets)),
        predictions=list(map(take, content.predictions)),
        sample_weights=None if content.sample_weights is None else content.sample_weights[kept],
        mask=None if content.mask is None else content.mask[kept],
        kept=kept,
    )
