"""The spread of the losses over rows."""

import numpy as np

from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.engine.engine import Scored

PROBABILITIES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)


class Quantiles(Diagnostic):
    """Quantiles of the rows' losses, unweighted, by linear interpolation."""

    name = "quantiles"

    def report(self, scored: Scored) -> list[dict[str, float | None]]:
        assert scored.losses is not None
        last = len(scored.losses) - 1
        places = {min(int(probability * last) + step, last) for probability in PROBABILITIES for step in (0, 1)}
        losses = np.partition(scored.losses, sorted(places))  # sorted where anyone looks
        records: list[dict[str, float | None]] = []
        for probability in PROBABILITIES:
            place = probability * last
            low = int(place)
            below, above = float(losses[low]), float(losses[min(low + 1, last)])
            share = place - low
            loss = below if share == 0 or below == above else below + share * (above - below)
            records.append({"probability": probability, "loss": loss if np.isfinite(loss) else None})
        return records
