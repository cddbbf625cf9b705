"""What would fix it cheaply? The one factor by which all predicted logits should be divided.

The cross-entropy of softmax(b z) is convex in b = 1 / T; its slope is the sum of gradient times z, 0 at the best T.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import optimize

from distscore.core.diagnostics.constant import predicting
from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.diagnostics.sums.tallies import finite
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.exact.sums import as_double, exact_sum
from distscore.core.losses.cross_entropy import CrossEntropy
from distscore.core.special.elementwise import Array

BOUND = float(np.log(1e3))


class Temperature(Diagnostic):
    """The best temperature in [1e-3, 1e3], relative to the one in force."""

    name = "temperature"
    on_request = True

    @classmethod
    def applies(cls, batch: Batch) -> bool:
        return batch.prediction_form.columns[0].name == "logits"

    def report(self, scored: Scored) -> dict[str, Any]:
        plain = replace(self.batch, loss=CrossEntropy(), reduction="mean")
        before, after = (score(at(plain, self.logits, t), frozenset()).value for t in (1.0, self.best))
        assert before is not None
        assert after is not None
        saved = finite(before - after)
        return {
            "best": self.best,
            "at_bound": abs(np.log(self.best)) >= BOUND,
            "divergence_saved": None if saved is None else max(0.0, saved),
        }

    @cached_property
    def logits(self) -> Array:
        """The predicted logits after their activation."""
        return score(self.batch, frozenset({"parameters"})).parameters["logits"]

    @cached_property
    def best(self) -> float:
        """Where the cross-entropy is least; 1 if it is nowhere steep."""
        plain = replace(self.batch, loss=CrossEntropy(), reduction="mean")

        def slope(log_b: float) -> float:
            """Of the cross-entropy in b, to be 0."""
            gradient = score(at(plain, self.logits, float(np.exp(-log_b))), frozenset({"gradients"})).gradients[
                "logits"
            ]
            return as_double(exact_sum(np.ravel(gradient * self.logits)))

        low, high = slope(-BOUND), slope(BOUND)
        if low >= 0:
            return 1e3 if low > 0 else 1.0
        if high <= 0:
            return 1e-3
        return float(np.exp(-optimize.brentq(slope, -BOUND, BOUND, xtol=1e-14, rtol=1e-14)))

    def retempered(self) -> Mapping[str, float | None]:
        """The loss after division by the best temperature, with its standard error."""
        scored = score(replace(at(self.batch, self.logits, self.best), reduction="mean"), frozenset())
        return {"value": finite(scored.value), "standard_error": finite(scored.value_standard_error)}


def at(batch: Batch, logits: Array, temperature: float) -> Batch:
    """The batch with predicted logits divided by a further temperature; of huge ones only the differences survive."""
    with np.errstate(over="ignore"):
        if batch.family.exclusive:
            logits = logits - logits.max(axis=1, keepdims=True)
        return predicting(batch, "logits", logits / temperature)
