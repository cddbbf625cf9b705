"""What the class families share in their predictions: probabilities of exclusive outcomes that move with a column."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from distscore.core.families.classes.comparison import AnyComparison, Comparison
from distscore.core.families.classes.divergence import entropies, kl_terms
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.probabilities import Probabilities
from distscore.core.families.classes.terms import CROSS_ENTROPY, Jacobian, Terms
from distscore.core.special.elementwise import Array, product, ratio, total
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import FixedFloor


class OutcomePrediction(FixedFloor[Outcomes]):
    """Predicted probabilities q of the outcomes of some rows, however they were written down."""

    column: str
    probabilities: Probabilities
    _latest: AnyComparison | None = None

    def pair(self, target: Outcomes) -> AnyComparison:
        """Target and prediction side by side, kept for the next call with the same target."""
        if self._latest is None or self._latest.target is not target:
            self._latest = Comparison(target, self.probabilities)
        return self._latest

    @property
    def q(self) -> Array:
        """The predicted probabilities: (K, rows), (2, rows) or (2, labels, rows)."""
        return self.probabilities.values

    @property
    def log_q(self) -> Array:
        """Logarithms of the predicted probabilities, from logits where these were sent, in the shape of q."""
        return self.probabilities.log

    @property
    def complement(self) -> Array:
        """1 - q without cancellation where q is almost 1."""
        return self.probabilities.complement

    @property
    @abstractmethod
    def jacobian(self) -> Jacobian:
        """How q moves with the column."""

    @abstractmethod
    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        """First derivatives of a sum of terms in the column."""

    @abstractmethod
    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array | HessianParts:
        """Second derivatives of a sum of terms in the column, the diagonal."""

    @abstractmethod
    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        """The part sum_j d2f/dq_j2 (dq_j/dx)^2 of the second derivatives: all of them where the prediction is right."""

    def second_derivative_from(self, gauss_newton: Array | float, gradient: Array) -> Array | HessianParts:
        """Second derivatives of a loss from their Gauss-Newton part and the first: d2q/dx2 is a multiple of dq/dx."""
        return gauss_newton + self.jacobian.second * gradient

    def value_of(self, terms: Terms, target: Outcomes) -> Array:
        """The sum of the terms of each row, (rows,)."""
        return by_row(total(target.weigh(terms.entries(self.pair(target)))))

    def matched(self, target: Outcomes) -> Outcomes:
        """The target for which this prediction is right, with the same weights."""
        return replace(target, probabilities=self.probabilities)

    def cross_entropy(self, target: Outcomes) -> Array:
        return self.value_of(CROSS_ENTROPY, target)

    def gradient(self, target: Outcomes) -> Derivatives:
        return {self.column: self.gradient_of(CROSS_ENTROPY, target)}

    def second_derivative(self, target: Outcomes) -> SecondDerivatives:
        return {self.column: self.second_derivative_of(CROSS_ENTROPY, target)}

    def fisher_information(self, target: Outcomes) -> Derivatives:
        return {self.column: target.mass * self.gauss_newton_of(CROSS_ENTROPY, self.matched(target))}

    def normalization_term(self, target: Outcomes) -> Array | float:
        if self.probabilities.sums_to_one:
            return 0.0
        surplus = self.probabilities.surplus
        log_sum = np.where(np.abs(surplus) < 0.5, np.log1p(np.maximum(surplus, -0.5)), np.log(total(self.q)))
        return by_row(-target.scaled(product(target.masses.mass, log_sum)))

    def floor(self, target: Outcomes) -> Array:
        return by_row(target.scaled(entropies(target.masses)))

    def divergence(self, target: Outcomes) -> Array:
        return by_row(target.scaled(total(kl_terms(target.masses, self.probabilities))))

    def optimum(self, target: Outcomes) -> Mapping[str, Array]:
        """p over its sum, as probabilities of the classes, or of the event."""
        best = ratio(target.masses.p, target.masses.mass)
        return {"probabilities": best[0] if self.probabilities.paired else best}


def by_row(sums: Array) -> Array:
    """The sum over labels where there are labels, (labels, rows), else what is (rows,) already."""
    return sums if sums.ndim == 1 else total(sums)
