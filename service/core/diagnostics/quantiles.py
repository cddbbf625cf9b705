"""The spread of the losses over rows."""

import numpy as np

from service.core.diagnostics.diagnostic import Diagnostic
from service.core.engine import Scored

PROBABILITIES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)


class Quantiles(Diagnostic):
    """Quantiles of the rows' losses, unweighted, by linear interpolation."""

    name = "quantiles"

    def report(self, scored: Scored) -> list[dict[str, float | None]]:
        assert scored.losses is not None
        losses = np.sort(scored.losses)
        records: list[dict[str, float | None]] = []
        for probability in PROBABILITIES:
            place = probability * (len(losses) - 1)
            low = int(place)
            below, above = float(losses[low]), float(losses[min(low + 1, len(losses) - 1)])
            share = place - low
            loss = below if share == 0 or below == above else below + share * (above - below)
            records.append({"probability": probability, "loss": loss if np.isfinite(loss) else None})
        return records
