"""How are the losses distributed over rows?"""

from typing import Annotated, TypedDict

import numpy as np

from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite

PROBABILITIES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)


class Quantile(TypedDict):
    """A quantile of the rows' losses, unweighted."""

    probability: Annotated[float, "The share of rows whose loss is not larger."]
    loss: Annotated[Number, "The loss, by linear interpolation between rows; null where it is infinite."]


class Quantiles(RowDiagnostic):
    """Quantiles of the rows' losses, unweighted, by linear interpolation."""

    name = "quantiles"
    answer = list[Quantile]
    description = "Quantiles of the rows' losses, unweighted."

    def report_rows(self, rows: ScoredRows) -> list[Quantile]:
        losses = rows.scored.losses
        assert losses is not None
        last = len(losses) - 1
        places = {min(int(probability * last) + step, last) for probability in PROBABILITIES for step in (0, 1)}
        ordered = np.partition(losses, sorted(places))  # sorted where anyone looks
        records: list[Quantile] = []
        for probability in PROBABILITIES:
            place = probability * last
            low = int(place)
            below, above = float(ordered[low]), float(ordered[min(low + 1, last)])
            loss = between(below, above, place - low)
            records.append({"probability": probability, "loss": finite(loss)})
        return records


def between(below: float, above: float, share: float) -> float:
    """Linear interpolation; of equal or infinite ends that are not looked at, nothing is computed."""
    return below if share == 0 or below == above else below + share * (above - below)
