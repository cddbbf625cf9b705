"""Predicted distributions over K exclusive classes: from logits, log-probabilities or probabilities, as sent."""

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import Exponentials, Probabilities
from distscore.core.families.classes.softened import Smoothed
from distscore.core.families.classes.softmax import Softmax
from distscore.core.families.classes.softmax_cross_entropy import SoftmaxCrossEntropy
from distscore.core.families.classes.terms import Jacobian, Terms
from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives, HessianParts


class SoftmaxPrediction(OutcomePrediction):
    """q = softmax(z / T) over the first axis, or over the kept entries of it. Derivatives are those in z."""

    probabilities: Softmax

    def __init__(self, probabilities: Softmax, column: str) -> None:
        self.probabilities, self.column, self.temperature = probabilities, column, probabilities.temperature
        self._against: SoftmaxCrossEntropy | None = None

    @property
    def jacobian(self) -> Jacobian:
        second = -self.probabilities.balance(1, 1) / self.temperature
        return Jacobian(self.q / self.temperature, second, self.q)

    def against(self, masses: Outcomes) -> SoftmaxCrossEntropy:
        """The cross-entropy against target masses, kept for the next call with the same ones."""
        if self._against is None or self._against.target is not masses:
            self._against = SoftmaxCrossEntropy(masses, self.probabilities)
        return self._against

    def cross_entropy(self, target: Outcomes) -> Array:
        return target.scaled(self.against(target.masses).value())

    def gradient(self, target: Outcomes) -> Derivatives:
        """First derivatives in the column that was sent: in logits S q - p, without its cancellation near a match."""
        q = self.probabilities
        if target.weights is None and isinstance(target.probabilities, (Softmax, Smoothed)):
            gradient = q.balanced(q.difference(target.probabilities))
        else:
            gradient = self.against(target.masses).gradient()
        gradient = target.scaled(gradient)
        return {self.column: gradient if self.temperature == 1 else gradient / self.temperature}

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        return terms.logit_gradient(self.pair(target)) / self.temperature

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array | HessianParts:
        return terms.logit_second_derivative(self.pair(target)) / self.temperature**2

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        return terms.logit_gauss_newton(self.pair(target)) / self.temperature**2


class LogProbabilitiesPrediction(OutcomePrediction):
    """q = exp(l), as sent."""

    column = "log_probabilities"

    def __init__(self, log_probabilities: Array) -> None:
        self.probabilities = Exponentials(log_probabilities)

    @property
    def jacobian(self) -> Jacobian:
        return Jacobian(self.q, 1.0)

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.log_derivatives(self.pair(target))[0])

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.log_derivatives(self.pair(target))[1])

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        return target.weigh(terms.information(self.pair(target)))


class ProbabilitiesPrediction(OutcomePrediction):
    """q as sent; derivatives are ambient, the sum of a row is not held. Clipped entries have no derivative."""

    column = "probabilities"

    def __init__(self, probabilities: Probabilities, unclipped: NDArray[np.bool_]) -> None:
        self.probabilities, self.unclipped = probabilities, unclipped

    @classmethod
    def sent(cls, probabilities: Array, clip: float) -> "ProbabilitiesPrediction":
        """Probabilities that are at least `clip` after clipping."""
        return cls(Probabilities(np.maximum(probabilities, clip)), probabilities >= clip)

    @property
    def jacobian(self) -> Jacobian:
        return Jacobian(1.0, 0.0, unclipped=self.unclipped)

    def derivatives(self, terms: Terms, target: Outcomes) -> tuple[Array, Array]:
        """df/dq and d2f/dq2 of every entry, 0 where it is clipped."""
        first, second = map(target.weigh, terms.derivatives(self.pair(target)))
        return np.where(self.unclipped, first, 0.0), np.where(self.unclipped, second, 0.0)

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[0]

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array | HessianParts:
        return self.derivatives(terms, target)[1]

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        return self.derivatives(terms, target)[1]
