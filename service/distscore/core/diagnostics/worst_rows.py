"""Where to look first: the rows of the largest divergence, and the class that adds most to each."""

from dataclasses import replace
from typing import Annotated, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.sums.class_view import outcomes_of
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import score
from distscore.core.families.classes.divergence import kl_terms
from distscore.core.special.elementwise import Array

LISTED = 10


class WorstRow(TypedDict):
    """A row of large divergence, or of large loss where the loss has no divergence."""

    row: Annotated[int, "Its position in the batch, from 0."]
    loss: Annotated[Number, "Its loss; null where it is infinite."]
    divergence: Annotated[Number, "Its loss above the floor; null where it is infinite or not defined."]
    class_index: NotRequired[Annotated[int, "Position of the class or label that adds most to the divergence."]]
    class_name: NotRequired[Annotated[str, "Its name."]]


class WorstRows(RowDiagnostic):
    """The rows of the largest divergence, or of the largest loss where there is no divergence."""

    name = "worst_rows"
    answer = list[WorstRow]
    description = "The 10 rows of the largest divergence, the largest first."
    needs_divergences = True

    def report_rows(self, rows: ScoredRows) -> list[WorstRow]:
        losses, divergences = rows.scored.losses, rows.divergences
        assert losses is not None
        key = losses if divergences is None else divergences
        counted = np.flatnonzero(rows.scored.weights > 0)
        order = counted[largest(key[counted])]
        records: list[WorstRow] = []
        for row in order.tolist():
            divergence = None if divergences is None else finite(float(divergences[row]))
            number = int(rows.batch.row_numbers[row])
            records.append({"row": number, "loss": finite(float(losses[row])), "divergence": divergence})
        if has_named_entries(rows.batch):
            for record, at in zip(records, largest_terms(rows.batch, order), strict=True):
                record |= {"class_index": at, "class_name": rows.classes[at]}
        return records


def largest(key: Array) -> NDArray[np.intp]:
    """Positions of the largest entries, largest first, earlier rows first among equals."""
    if len(key) > 10 * LISTED:
        edge = np.partition(key, len(key) - LISTED)[len(key) - LISTED]
        candidates = np.flatnonzero(key >= edge)
    else:
        candidates = np.arange(len(key))
    return candidates[np.argsort(-key[candidates], kind="stable")[:LISTED]]


def has_named_entries(batch: Batch) -> bool:
    """Whether a row has several classes or labels, one of which adds most to its divergence."""
    return batch.family.has_classes and batch.prediction_form.columns[0].has_entries


def largest_terms(batch: Batch, rows: NDArray[np.intp]) -> list[int]:
    """The class or label that adds most to the divergence of each of some rows."""
    mask = batch.options.mask
    part = replace(
        batch,
        targets={name: values[rows] for name, values in batch.targets.items()},
        predictions={name: values[rows] for name, values in batch.predictions.items()},
        sample_weights=None,
        options=batch.options if mask is None else replace(batch.options, mask=mask[rows]),
    )
    found = LargestTerm()
    score(part, frozenset(), observers=[found])
    return found.classes


class LargestTerm:
    """The class or label that adds most to the KL divergence of each row that it observes."""

    def __init__(self) -> None:
        self.classes: list[int] = []

    def observe(self, block: Block) -> None:
        """Keep the class of the largest term for each row of a block."""
        target, prediction = outcomes_of(block)
        terms = target.weigh(kl_terms(target, prediction.probabilities))
        by_class = terms if terms.ndim == 2 else terms.sum(axis=0)
        self.classes += by_class.argmax(axis=0)[: block.count].tolist()
