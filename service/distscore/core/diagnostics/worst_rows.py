"""Where to look first."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.diagnostics.sums.tallies import finite
from distscore.core.engine.blocks import Block
from distscore.core.engine.engine import Scored, score
from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes, divergence_terms
from distscore.core.special.elementwise import Array

COUNT = 10
Rows = NDArray[np.intp]


class LargestTerm:
    """The class that adds most to the divergence of each row."""

    def __init__(self) -> None:
        self.classes: list[int] = []

    def observe(self, block: Block) -> None:
        """Look at some rows."""
        target, prediction = block.target, block.prediction
        assert isinstance(target, Outcomes)
        assert isinstance(prediction, OutcomePrediction)
        terms = target.weigh(divergence_terms(target, prediction))
        by_class = terms if terms.ndim == 2 else terms.sum(axis=0)
        self.classes += by_class.argmax(axis=0)[: block.count].tolist()


class WorstRows(Diagnostic):
    """The rows of the largest divergence, or of the largest loss where there is no divergence."""

    name = "worst_rows"
    needs = frozenset({"divergences"})

    def report(self, scored: Scored) -> list[dict[str, Any]]:
        assert scored.losses is not None
        key = scored.losses if scored.divergences is None else scored.divergences
        counted = np.flatnonzero(scored.weights > 0)
        order = counted[self.largest(key[counted])]
        records: list[dict[str, Any]] = []
        for row in order.tolist():
            loss = float(scored.losses[row])
            divergence = None if scored.divergences is None else float(scored.divergences[row])
            number = int(self.batch.row_numbers[row])
            records.append({"row": number, "loss": finite(loss), "divergence": finite(divergence)})
        return self.with_classes(order, records)

    @staticmethod
    def largest(key: Array) -> Rows:
        """Positions of the largest entries, largest first, earlier rows first among equals."""
        if len(key) > 10 * COUNT:
            edge = np.partition(key, len(key) - COUNT)[len(key) - COUNT]
            candidates = np.flatnonzero(key >= edge)
        else:
            candidates = np.arange(len(key))
        return candidates[np.argsort(-key[candidates], kind="stable")[:COUNT]]

    def with_classes(self, rows: Rows, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Name the class that adds most, where rows have classes or labels."""
        batch = self.batch
        if batch.prediction_form.columns[0].width not in ("classes", "labels") or "mask" not in batch.family.options:
            return records
        mask = batch.options.mask
        part = replace(
            batch,
            targets={name: values[rows] for name, values in batch.targets.items()},
            predictions={name: values[rows] for name, values in batch.predictions.items()},
            sample_weights=None,
            options=batch.options if mask is None else replace(batch.options, mask=mask[rows]),
        )
        largest = LargestTerm()
        score(part, frozenset(), observers=[largest])
        return [
            {**record, "class_index": at, "class_name": self.classes[at]}
            for record, at in zip(records, largest.classes, strict=True)
        ]
