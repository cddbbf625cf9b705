"""Where does the loss of a binary event come from? From the targets, from pooling them, or from wrong probabilities.

With R the isotonic fit of the target P on the prediction Q, the mean cross-entropy is
    mean H(P) [label floor] + mean KL(P || R) [grouping loss] + mean KL(P || Q) - mean KL(P || R) [miscalibration >= 0],
and H(mean P) = label floor + grouping loss + mean KL(R || mean P) [resolution].
"""

from typing import Annotated, TypedDict

import numpy as np
from scipy import optimize, special

from distscore.core.diagnostics.diagnostic import RowDiagnostic, ScoredRows
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.requirements import EVENT
from distscore.core.diagnostics.sums.class_view import outcomes_of
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import score
from distscore.core.exact.sums import exact_sum, quotient
from distscore.core.families.classes.divergence import kl_terms
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.special.elementwise import Array, total


class Events:
    """Targets, logits and divergences of the events of a batch."""

    def __init__(self, batch: Batch) -> None:
        self.p = np.empty((2, batch.row_count))
        self.logits, self.divergences = np.empty((2, batch.row_count))

    def observe(self, block: Block) -> None:
        """Keep targets, logits and KL divergences of the rows of a block."""
        target, prediction = outcomes_of(block)
        count = block.count
        self.p[:, block.rows] = target.p[:, :count]
        self.logits[block.rows] = (prediction.log_q[0] - prediction.log_q[1])[:count]
        self.divergences[block.rows] = total(kl_terms(Outcomes(target.probabilities), prediction.probabilities))[:count]


class ScoreDecomposition(TypedDict):
    """Mean cross-entropy of binary events = label_floor + grouping_loss + miscalibration."""

    label_floor: Annotated[Number, "Mean entropy of the targets."]
    grouping_loss: Annotated[Number, "Mean KL of the targets from their isotonic fit: events told apart too little."]
    miscalibration: Annotated[Number, "What wrong probabilities add, >= 0; null where it is infinite."]
    resolution: Annotated[Number, "Mean KL of the isotonic fit from the mean target: events told apart."]


class IsotonicDecomposition(RowDiagnostic):
    """Label floor, grouping loss, miscalibration and resolution."""

    name = "score_decomposition"
    answer = ScoreDecomposition
    on_request = True
    requires = (EVENT,)

    def report_rows(self, rows: ScoredRows) -> ScoreDecomposition:
        events = Events(rows.batch)
        score(rows.batch, frozenset(), observers=[events])
        counted = rows.scored.weights > 0
        weights, p = rows.scored.weights[counted], events.p[:, counted]
        fitted = isotonic(p, events.logits[counted], weights)
        mean = np.array([[_mean(row, weights)] for row in p])
        grouping = _mean(divergence(p, fitted), weights)
        kl = events.divergences[counted]
        return {
            "label_floor": _mean(total(special.entr(p)), weights),
            "grouping_loss": grouping,
            "miscalibration": finite(max(0.0, _mean(kl, weights) - grouping)),
            "resolution": _mean(divergence(fitted, mean), weights),
        }


def isotonic(p: Array, scores: Array, weights: Array) -> Array:
    """The best fit of (2, rows) that rises with the scores; equal scores have one value."""
    _, group = np.unique(scores, return_inverse=True)
    whole = np.bincount(group, weights)
    means = np.bincount(group, weights * p[0]) / whole
    fitted = np.clip(optimize.isotonic_regression(means, weights=whole).x, 0, 1)[group]
    return np.stack((fitted, 1 - fitted))


def divergence(p: Array, q: Array) -> Array:
    """KL of each event, in terms >= 0."""
    return total(special.kl_div(p, q))


def _mean(x: Array, weights: Array) -> float:
    """Weighted mean; infinite where a product is."""
    with np.errstate(over="ignore", invalid="ignore"):
        weighted = weights * x
    if not np.isfinite(weighted).all():
        return np.inf
    return quotient(exact_sum(weighted), exact_sum(weights)) if len(x) else 0.0
