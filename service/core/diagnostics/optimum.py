"""Does the loss, with its options, want the target at all? The prediction that it likes best for the mean target.

It is not the target for focal, class_weights and positive_weight in cross-entropy, label_smoothing, and for the
parameter of a continuous Bernoulli.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from service.core.blocks import Batch
from service.core.diagnostics.constant import mean_target, one_row, predicting
from service.core.diagnostics.diagnostic import Diagnostic
from service.core.diagnostics.tallies import finite
from service.core.engine import Scored, score
from service.core.losses.cross_entropy import KLDivergence
from service.core.losses.outcome_loss import CLASS_FAMILIES


class Optimum(Diagnostic):
    """The mean target, the best prediction for it, and how far that is from it."""

    name = "optimum"
    on_request = True

    @classmethod
    def applies(cls, batch: Batch) -> bool:
        return batch.family.name in CLASS_FAMILIES

    def report(self, scored: Scored) -> dict[str, Any]:
        target = mean_target(self.batch)
        best = score(one_row(self.batch, target), frozenset({"optima"})).optima.get("probabilities")
        if best is None:
            return {"target": target, "prediction": None, "divergence": None}
        plain = one_row(self.batch, target, KLDivergence())
        divergence = score(replace(predicting(plain, "probabilities", best), reduction="mean"), frozenset()).value
        return {"target": target, "prediction": np.ravel(best).tolist(), "divergence": finite(divergence)}
