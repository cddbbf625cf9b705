"""Where to look first: the rows of the largest divergence, and the class that adds most to each."""

from typing import Annotated, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.view import View
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array

LISTED = 10


class WorstRow(TypedDict):
    """A row of large divergence, or of large loss where the loss has no divergence."""

    row: Annotated[int, "Its position in the batch, from 0."]
    loss: Annotated[Number, "Its loss; null where it is infinite."]
    divergence: Annotated[Number, "Its loss above the floor; null where it is infinite or not defined."]
    class_index: NotRequired[Annotated[int, "Position of the class or label that adds most to the divergence."]]
    class_name: NotRequired[Annotated[str, "Its name."]]
    id: NotRequired[Annotated[str | int, "What it is called in the file that it came from, if it came from one."]]


class LargestRows:
    """The rows of the largest divergence among the blocks seen, the largest first, of equal ones the earlier."""

    def __init__(self, batch: Batch) -> None:
        self._has_named_entries = batch.family.has_classes and batch.prediction_form.columns[0].has_entries
        self._keys = np.empty(0)
        self.records: list[WorstRow] = []  # with the numbers that rows have in the batch, and no names of classes

    def observe(self, view: View) -> None:
        """Keep the rows of a block that are among the largest so far."""
        losses, divergence = view.block.losses, view.divergence
        key = (losses if divergence is None else divergence)[: view.count]
        candidates = np.flatnonzero(view.weights[: view.count] > 0)
        if len(self.records) == LISTED:
            candidates = candidates[key[candidates] > self._keys[-1]]
        found = candidates[largest(key[candidates])]
        if not len(found):
            return
        records: list[WorstRow] = []
        for row in found.tolist():
            apart = None if divergence is None else finite(float(divergence[row]))
            number = view.block.rows.start + row
            records.append({"row": number, "loss": finite(float(losses[row])), "divergence": apart})
        if self._has_named_entries and isinstance(view, ClassView):
            for record, k in zip(records, view.terms[:, found].argmax(axis=0).tolist(), strict=True):
                record["class_index"] = k
        keys = np.concatenate((self._keys, key[found]))
        order = largest(keys)
        self._keys, every = keys[order], [*self.records, *records]
        self.records = [every[at] for at in order.tolist()]


class WorstRows(RowDiagnostic):
    """The rows of the largest divergence, or of the largest loss where there is no divergence."""

    name = "worst_rows"
    answer = list[WorstRow]
    description = "The 10 rows of the largest divergence, the largest first."

    def observer(self, batch: Batch) -> LargestRows:
        return LargestRows(batch)

    def report_rows(self, rows: ScoredRows) -> list[WorstRow]:
        largest_rows = rows.observers[self.name]
        assert isinstance(largest_rows, LargestRows)
        records: list[WorstRow] = []
        for each in largest_rows.records:
            record: WorstRow = {**each, "row": int(rows.batch.row_numbers[each["row"]])}
            if "class_index" in record:
                record["class_name"] = rows.classes[record["class_index"]]
            records.append(record)
        return records


def largest(key: Array) -> NDArray[np.intp]:
    """Positions of the largest entries, largest first, earlier rows first among equals."""
    if len(key) > 10 * LISTED:
        edge = np.partition(key, len(key) - LISTED)[len(key) - LISTED]
        candidates = np.flatnonzero(key >= edge)
    else:
        candidates = np.arange(len(key))
    return candidates[np.argsort(-key[candidates], kind="stable")[:LISTED]]
