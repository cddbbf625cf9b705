"""Does the loss, with its options, want the target at all? The prediction that it likes best for the mean target.

It is not the target for focal, class_weights and positive_weight in cross-entropy, label_smoothing, and for the
parameter of a continuous Bernoulli.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from distscore.core.diagnostics.constant import mean_target, one_row, predicting
from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.diagnostics.sums.tallies import finite
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.losses.cross_entropy import KLDivergence


class Optimum(Diagnostic):
    """The mean target, the best prediction for it, and how far that is from it."""

    name = "optimum"
    on_request = True

    @classmethod
    def applies(cls, batch: Batch) -> bool:
        return batch.family.has_classes

    def report(self, scored: Scored) -> dict[str, Any]:
        target = mean_target(self.batch)
        best = score(one_row(self.batch, target), frozenset({"optima"})).optima.get("probabilities")
        if best is None:
            return {"target": target, "prediction": None, "divergence": None}
        plain = one_row(self.batch, target, KLDivergence())
        divergence = score(replace(predicting(plain, "probabilities", best), reduction="mean"), frozenset()).value
        return {"target": target, "prediction": np.ravel(best).tolist(), "divergence": finite(divergence)}
